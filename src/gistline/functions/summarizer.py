"""The summarizer: S3 invokes it when a CSV arrives.

Comes in: an event of any shape, and Lambda's context. Goes out: what became of each record, or one error that
names every record that failed, after all the others are done. Called by Lambda.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any, NamedTuple, Protocol

from gistline.config import Settings
from gistline.errors import GistlineError, RecordsFailedError, RejectedError
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.log import Log
from gistline.pipeline.notification import ObjectEvent, parse
from gistline.pipeline.objects import Objects
from gistline.pipeline.process import Outcome, Processor, Store, sweep
from gistline.profile import summarize

_BUCKETS_KEPT = 8  # clients; a summarizer serves one bucket, and a second while it moves


class Context(Protocol):
    """What is used of Lambda's context object."""

    aws_request_id: str


class Summarizer(NamedTuple):
    """The collaborators, made once per execution environment."""

    processor: Processor
    objects: Callable[[str], Store]  # bucket -> its objects

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Summarizer":
        """Build the summarizer that AWS runs.

        Raises:
            SettingsError: a setting is wrong.
            OverlapError: summaries could trigger summaries; nothing has been read or written yet.
        """
        settings = Settings.from_environ(environ)
        layout = KeyLayout(settings.input_prefix, settings.suffix, settings.output_prefix)

        @lru_cache(maxsize=_BUCKETS_KEPT)
        def objects(bucket: str) -> Objects:
            return Objects(bucket, settings, environ)

        return cls(Processor(layout, summarize, lambda: datetime.now(UTC)), objects)

    def handle(self, event: object, log: Log) -> dict[str, Any]:
        """Process every record of `event`, whatever becomes of the others.

        Raises:
            RecordsFailedError: some failed, so that Lambda tries the event again and, in the end, hands the
                reasons to the on-failure destination.
        """
        notification = parse(event)
        for ignored in notification.ignored:
            log.ignored(ignored)
        failures = [_note(None, error, log) for error in notification.broken]
        outcomes = []
        for record in notification.records:
            try:
                outcomes.append(self._process(record, log))
            except Exception as error:  # noqa: BLE001 - one record never holds up another
                failures.append(_note(record, error, log))
        if failures:
            raise _failed(failures, of=len(failures) + len(outcomes))
        return {
            "outcomes": [_answer(outcome) for outcome in outcomes],
            "ignored": [ignored.reason for ignored in notification.ignored],
        }

    def _process(self, record: ObjectEvent, log: Log) -> Outcome:
        return self.processor.process(record, objects=self.objects(record.bucket), log=log)


@cache
def _summarizer() -> Summarizer:
    sweep(Path(gettempdir()))
    return Summarizer.from_environ(os.environ)


def handler(event: object, context: Context) -> dict[str, Any]:
    """Summarise the CSVs that `event` names; Lambda calls this.

    Raises:
        RecordsFailedError: see `Summarizer.handle`.
        SettingsError: see `Summarizer.from_environ`.
    """
    log = Log(sys.stdout, context.aws_request_id)
    return _summarizer().handle(event, log)


def _note(record: ObjectEvent | None, error: Exception, log: Log) -> tuple[str, str]:
    """Log a failure; return it in a sentence, and what to do about it."""
    if record and isinstance(error, RejectedError):
        log.rejected(record, error)
    else:
        log.failed(record, error)
    where = f" of {record.key!r} in bucket {record.bucket}" if record else ""
    if isinstance(error, GistlineError):
        return f"[{error.code}]{where}: {error.message}", error.remedy
    # Its text stays out: it may quote a cell.
    return f"[unexpected]{where}: {type(error).__name__}", "see 'record failed' in the log for the place"


def _failed(failures: list[tuple[str, str]], *, of: int) -> RecordsFailedError:
    reasons = "; ".join(reason for reason, _ in failures)
    remedies = "; ".join(dict.fromkeys(remedy for _, remedy in failures if remedy))
    return RecordsFailedError(f"{len(failures)} of {of} records failed: {reasons}", remedies)


def _answer(outcome: Outcome) -> dict[str, Any]:
    return {
        "outcome": outcome.status,
        "bucket": outcome.bucket,
        "key": outcome.key,
        "summaryKey": outcome.summary_key,
    }
