"""The verdict on events that Lambda has given up: who was killed cannot say so, and nothing shall end in silence.

Comes in: the invocation record that Lambda sends to the on-failure destination. Goes out: a summary with the
status `failed` for each CSV of that event that has none of its present state. Called by `functions.recorder`.

It is safe to repeat, and it never replaces a verdict on the same bytes; a later success replaces it. Where another
state lies there than the event is about, it says that much (`overtaken`), which is no verdict yet: that state's own event
has it done, or a sweep does. To say nothing would not do: whoever was killed may have left an old summary there. For a
source that has gone it does what the summarizer would have done.

The shape is that of "Capturing records of Lambda asynchronous invocations" in the Lambda Developer Guide.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any, NamedTuple

from gistline.aws.objects import Download
from gistline.aws.s3 import Stored, Token
from gistline.errors import InvocationFailedError, NotificationError, OvertakenError, RejectedError
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.log import Log
from gistline.pipeline.mark import Mark
from gistline.pipeline.notification import Notification, ObjectEvent, parse
from gistline.pipeline.process import is_about, source_of
from gistline.pipeline.reconcile import Case, Reconciler, Store
from gistline.profile.summary import Summary

_LONGEST_REASON = 1000  # characters
_KILLED = frozenset({"Runtime.ExitError", "Runtime.OutOfMemory"})
_OWN_ERROR = "RecordsFailedError"
_NOT_ITS_OWN = frozenset({"event-too-old", "switched-off"})  # of a CSV: it was not even looked at
_LATER = "when the cause is mended, have all that failed tried again: gistline failures redrive --all"


class Defeat(NamedTuple):
    """An event that Lambda has given up, and why; `request_id` is that of the invocation that failed."""

    notification: Notification
    error: InvocationFailedError
    request_id: str | None

    @classmethod
    def parse(cls, record: object) -> "Defeat":
        """Read an invocation record.

        Raises:
            NotificationError: it is none, or its event has records that cannot be read.
        """
        context = record.get("requestContext") if isinstance(record, Mapping) else None
        if not isinstance(record, Mapping) or not isinstance(context, Mapping):
            raise NotificationError(
                "the message is no invocation record of Lambda's",
                "only Lambda may send to this queue, as the on-failure destination of the summarizer",
            )
        request_id = context.get("requestId")
        return cls(
            parse(record.get("requestPayload")),
            _reason(record),
            request_id if isinstance(request_id, str) else None,
        )


class Unread(NamedTuple):
    """The same bucket, whose CSVs are looked at and not read: some cannot be, and they have a verdict coming too."""

    store: Store

    def head(self, key: str) -> Stored | None:
        """Ask what lies under `key`."""
        return self.store.head(key)

    def open(self, key: str) -> Download | None:
        """Give the token of what lies under `key`, and no bytes."""
        found = self.store.head(key)
        return Download(repr(key), found.token, iter(())) if found else None

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        """Store if the object still has this ETag, or, for None, if there still is none."""
        self.store.swap(key, body, metadata, etag)

    def remove(self, key: str, etag: str) -> None:
        """Remove the object if it still has this ETag."""
        self.store.remove(key, etag)


def concerns(event: ObjectEvent, token: Token) -> bool:
    """Tell whether an event is about this state of a source.

    One of S3's names the state that it tells of; a hint of ours is about whatever lies there. No removal is about a
    source that is there.
    """
    if event.is_removal:
        return False
    return event.etag is None or is_about(event, token)


def reason_for(token: Token, event: ObjectEvent, error: InvocationFailedError) -> InvocationFailedError:
    """Say why there is no summary of this state: the event's own reason, or that the event was about another one."""
    if concerns(event, token):
        return error
    return OvertakenError(
        f"an event about another upload, or a removal, was given up: {error.message}",
        "the event of this upload has it done; if it stays so: gistline reconcile",
    )


def stands(mark: Mark, event: ObjectEvent) -> bool:
    """Keep every verdict on the present state; that there is none yet falls if the event was just about it."""
    return not (mark.is_untried and mark.token and concerns(event, mark.token))


class Recording(NamedTuple):
    """What every verdict is written with."""

    layout: KeyLayout
    reconciler: Reconciler

    def record(self, event: ObjectEvent, error: InvocationFailedError, *, objects: Store, log: Log) -> None:
        """Write down that this event came to nothing, unless there is a verdict on what lies there now.

        Raises:
            ContendedError: others kept writing.
            ObjectStoreError: S3 refused a call.
        """
        if not self.layout.accepts(event.key):
            return
        if error.code in _NOT_ITS_OWN and event.is_ours:
            log.passed_over(event, error)  # the next sweep finds the key again
            return
        try:
            summary_key = self.layout.summary_key(event.key)
        except RejectedError as rejected:
            log.rejected(event, rejected)
            return
        judge = partial(self._judge, event=event, error=error)
        case = Case(event.bucket, event.key, summary_key, judge, partial(stands, event=event))
        ruling = self.reconciler.reconcile(case, Unread(objects))
        # The log tells what befell the event; the summary, what is known of the upload that lies there.
        log.ruled(event, ruling._replace(error=error) if ruling.error else ruling, summary_key)

    def _judge(self, found: Download, event: ObjectEvent, error: InvocationFailedError) -> Summary:
        reason = reason_for(found.token, event, error)
        return Summary("failed", self.reconciler.clock(), source_of(event, found.token), error=reason)


def _reason(record: Mapping[str, Any]) -> InvocationFailedError:
    """Say in our words why; the function's own are repeated only if they are of our making, as no cell is in those."""
    condition = record["requestContext"].get("condition")
    if condition == "EventAgeExceeded":
        return InvocationFailedError(
            "the event had become too old before its turn", _LATER, code="event-too-old"
        )
    if condition == "ZeroReservedConcurrency":
        return InvocationFailedError(
            "the function was switched off: its reserved concurrency is 0", _LATER, code="switched-off"
        )
    if "Recursi" in str(condition):  # no page tells the word; the API's is RecursiveInvocationException
        return InvocationFailedError(
            "Lambda stopped it: the function came round to itself about 16 times in one chain of invocations",
            f"find what writes where the trigger listens: gistline doctor; {_LATER}",
            code="recursive-loop",
        )
    said = record.get("responsePayload")
    said = said if isinstance(said, Mapping) else {}
    kind, text = said.get("errorType"), said.get("errorMessage")
    if kind == _OWN_ERROR and isinstance(text, str):
        return InvocationFailedError(text[:_LONGEST_REASON], _LATER, code="retries-exhausted")
    return _end(str(kind), str(text))


def _end(kind: str, text: str) -> InvocationFailedError:
    """Say how Lambda has ended the function."""
    if "Task timed out" in text or kind == "Sandbox.Timedout":
        return InvocationFailedError(
            "the function ran out of time each time and was killed",
            f"raise its timeout or memory, or split the CSV; {_LATER}",
            code="timed-out",
        )
    if kind in _KILLED:
        return InvocationFailedError(
            "the function was killed each time, most likely because it ran out of memory",
            f"raise its memory, or split the CSV; {_LATER}",
            code="killed",
        )
    if kind.startswith("Runtime."):  # ImportModuleError, HandlerNotFound, UserCodeSyntaxError ...
        return InvocationFailedError(
            "the function could not start: its package or its handler is broken",
            f"deploy it again; {_LATER}",
            code="cannot-start",
        )
    return InvocationFailedError(
        "the function failed each time; its log says where", f"read its log; {_LATER}"
    )
