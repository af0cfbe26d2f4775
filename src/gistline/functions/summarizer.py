"""The summarizer: S3 invokes it when a CSV arrives or is removed.

Comes in: an event of any shape, and Lambda's context. Goes out: what became of each record, or one error that
names every record that is worth another attempt, after all the others are done. Called by Lambda.
"""

import os
import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, Any, NamedTuple

from gistline.errors import GistlineError, RecordsFailedError, UnexpectedError
from gistline.functions.hands import Hands
from gistline.pipeline.limits import Deadline, guard_memory
from gistline.pipeline.log import Log
from gistline.pipeline.notification import ObjectEvent, parse
from gistline.pipeline.process import Desk, Processed, Processor, remove_leftovers
from gistline.pipeline.reconcile import Store
from gistline.profile import summarize

if TYPE_CHECKING:
    from gistline.functions.context import Context


class Summarizer(NamedTuple):
    """The collaborators, made once per execution environment."""

    processor: Processor
    objects: Callable[[str], Store]  # bucket -> its objects

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Summarizer":
        """Build the summarizer that AWS runs; raises what `Hands.from_environ` raises."""
        hands = Hands.from_environ(environ)
        return cls(Processor(hands.layout, summarize, hands.reconciler), hands.objects)

    def handle(self, event: object, log: Log, left: Callable[[], float]) -> dict[str, Any]:
        """Process every record of `event`, whatever becomes of the others; `left` gives the seconds there are.

        The smallest CSV comes first: one that kills the function is most likely a large one, and takes no smaller one along.

        Raises:
            RecordsFailedError: some are not done, so that Lambda tries the event again and, in the end, hands
                the reasons to the on-failure destination.
        """
        deadline = Deadline(left)
        notification = parse(event)
        for ignored in notification.ignored:
            log.ignored(ignored)
        failures = [_note(None, error, log) for error in notification.broken]
        outcomes = []
        for record in sorted(notification.records, key=lambda record: record.size or 0):
            try:
                desk = Desk(self.objects(record.bucket), log, deadline)
                outcomes.append(self.processor.process(record, desk))
            except Exception as error:  # noqa: BLE001 - one record never holds up another
                failures.append(_note(record, error, log))
        if failures:
            raise _failed(failures, of=len(failures) + len(outcomes))
        return {
            "outcomes": [_answer(outcome) for outcome in outcomes],
            "ignored": [ignored.reason for ignored in notification.ignored],
        }


@cache
def _summarizer() -> Summarizer:
    remove_leftovers(Path(gettempdir()))
    if megabytes := os.environ.get("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"):
        guard_memory(int(megabytes))
    return Summarizer.from_environ(os.environ)


def handler(event: object, context: "Context") -> dict[str, Any]:
    """Summarise the CSVs that `event` names; Lambda calls this.

    Raises:
        RecordsFailedError: see `Summarizer.handle`.
        SettingsError: see `Summarizer.from_environ`.
    """
    log = Log(sys.stdout, context.aws_request_id)
    return _summarizer().handle(event, log, lambda: context.get_remaining_time_in_millis() / 1000)


def _note(record: ObjectEvent | None, error: Exception, log: Log) -> tuple[str, str]:
    """Log a failure; return it in a sentence, and what to do about it."""
    log.failed(record, error)
    where = f" of {record.key!r} in bucket {record.bucket}" if record else ""
    if not isinstance(error, GistlineError):
        error = UnexpectedError(type(error).__name__, "see 'record failed' in the log for the place")
    return f"[{error.code}]{where}: {error.message}", error.remedy


def _failed(failures: list[tuple[str, str]], *, of: int) -> RecordsFailedError:
    reasons = "; ".join(reason for reason, _ in failures)
    remedies = "; ".join(dict.fromkeys(remedy for _, remedy in failures if remedy))
    return RecordsFailedError(f"{len(failures)} of {of} records failed: {reasons}", remedies)


def _answer(done: Processed) -> dict[str, Any]:
    return {
        "outcome": done.outcome,
        "bucket": done.bucket,
        "key": done.key,
        "summaryKey": done.summary_key,
    }
