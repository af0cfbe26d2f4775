"""The recorder: SQS invokes it with what the summarizer could not say for itself.

Comes in: messages of the on-failure queue, each with an invocation record. Goes out: which of them shall be
delivered again (`ReportBatchItemFailures`); SQS removes the others. What cannot be handled ends, after some
attempts, in the queue's own dead-letter queue. Called by Lambda. The work is done in `pipeline.record`.

Source: Lambda Developer Guide, "Handling errors for an SQS event source in Lambda".
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from gistline.errors import NotificationError
from gistline.functions.hands import Hands
from gistline.pipeline.log import Log
from gistline.pipeline.notification import ObjectEvent
from gistline.pipeline.reconcile import Store
from gistline.pipeline.record import Defeat, Recording

if TYPE_CHECKING:
    from gistline.functions.context import Context


class Recorder(NamedTuple):
    """The collaborators, made once per execution environment."""

    recording: Recording
    objects: Callable[[str], Store]  # bucket -> its objects

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Recorder":
        """Build the recorder that AWS runs; raises what `Hands.from_environ` raises."""
        hands = Hands.from_environ(environ)
        return cls(Recording(hands.layout, hands.reconciler), hands.objects)

    def handle(self, event: Mapping[str, Any], log: Log) -> dict[str, Any]:
        """Write down each defeat; return which messages are not done, so that SQS keeps these alone."""
        undone = [
            message["messageId"] for message in event["Records"] if not self._done(message["body"], log)
        ]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in undone]}

    def _done(self, body: str, log: Log) -> bool:
        """Tell whether every CSV that the message is about has its verdict."""
        try:
            defeat = Defeat.parse(_json(body))
        except NotificationError as error:
            log.failed(None, error)
            return False
        log = log.of_failed(defeat.request_id)
        for broken in defeat.notification.broken:
            log.failed(None, broken)
        done = [self._recorded(record, defeat, log) for record in defeat.notification.records]
        return all(done) and not defeat.notification.broken

    def _recorded(self, record: ObjectEvent, defeat: Defeat, log: Log) -> bool:
        try:
            self.recording.record(record, defeat.error, objects=self.objects(record.bucket), log=log)
        except Exception as error:  # noqa: BLE001 - one record never holds up another
            log.failed(record, error)
            return False
        return True


@cache
def _recorder() -> Recorder:
    return Recorder.from_environ(os.environ)


def handler(event: Mapping[str, Any], context: "Context") -> dict[str, Any]:
    """Write the verdicts on events that were given up; Lambda calls this.

    Raises:
        SettingsError: see `Hands.from_environ`.
    """
    return _recorder().handle(event, Log(sys.stdout, context.aws_request_id))


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # nested a thousand deep, it is no record of Lambda's either
        return None
