"""The words in the log: one JSON object per line, ASCII, in the order in which things happen.

Comes in: records and tokens. Goes out: lines on a stream, which on AWS is stdout and thereby CloudWatch Logs.
Called by `process`, `record` and the doors in `functions`. For every record that is summarised the messages are
RECEIVED, DOWNLOADED and UPLOADED, in this order; `verify` and `doctor` look for exactly these words. The line with
the field `outcome` is a record's last word, and each record has one in the end.

Fields: `timestamp` and `level` (Lambda filters by level only where both stand:
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs-advanced.html), `message`, `requestId`
(of the invocation), `milliseconds` (since the invocation began), and what the message is about. A line about a record
has its `bucket`, `key` and `s3RequestId`, which is also in S3's answer to whoever uploaded, and so ties the line to
that upload; in the recorder's log also `failedRequestId`, of the invocation that Lambda has given up. Never what a
cell holds: of an exception that is not ours only type and place are written.
"""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, TextIO

from gistline.aws.s3 import Token
from gistline.errors import GistlineError, UnexpectedError
from gistline.pipeline.hint import Hint
from gistline.pipeline.notification import Ignored, ObjectEvent
from gistline.pipeline.reconcile import Ruling

RECEIVED = "S3 event received"
DOWNLOADED = "CSV downloaded"
UPLOADED = "JSON uploaded"
IGNORED = "S3 event ignored"
REMOVED = "JSON removed"
SETTLED = "nothing to do"
REJECTED = "CSV rejected"
FAILED = "record failed"
SENT = "sent to the summarizer"
SWEPT = "sweep finished"
STOPPED = "sweep stopped for want of time"


Level = Literal["INFO", "WARN", "ERROR"]


class Log:
    """The log of one invocation; `clock` gives seconds since 1970."""

    def __init__(self, stream: TextIO, request_id: str, *, clock: Callable[[], float] = time.time) -> None:
        """Begin the count of milliseconds."""
        self._stream, self._request_id, self._clock = stream, request_id, clock
        self._began = clock()
        self._about_all: dict[str, str | None] = {}

    def of_failed(self, request_id: str | None) -> "Log":
        """Give the same log for what is said of an invocation that failed: each line names it."""
        log = Log(self._stream, self._request_id, clock=self._clock)
        log._began, log._about_all = self._began, {"failedRequestId": request_id}
        return log

    def received(self, record: ObjectEvent) -> None:
        """A record is ours and will be summarised; token and time of the upload are what the event claims."""
        token = _token(record.etag, record.version_id, record.size)
        self._write("INFO", RECEIVED, **_named(record), eventTime=record.event_time, token=token)

    def downloaded(self, record: ObjectEvent, token: Token) -> None:
        """The bytes are here; the token is theirs."""
        self._about(DOWNLOADED, record, token)

    def ruled(self, record: ObjectEvent, ruling: Ruling, summary_key: str) -> None:
        """The summary says what the object with this token is, or that there is none; and why it says no more."""
        if ruling.error:
            self._about(UPLOADED, record, ruling.token, summaryKey=summary_key)
            message = REJECTED if ruling.outcome == "rejected" else FAILED
            self._failure(message, record, ruling.error, outcome=ruling.outcome)
            return
        idle = ruling.outcome in {"already", "nothing"}
        message = SETTLED if idle else REMOVED if ruling.removed else UPLOADED
        self._about(message, record, ruling.token, summaryKey=summary_key, outcome=ruling.outcome)

    def ignored(self, ignored: Ignored, record: ObjectEvent | None = None) -> None:
        """An event or a record is not for us, and why."""
        self._write("INFO", IGNORED, reason=ignored.reason, detail=ignored.detail, **_named(record))

    def rejected(self, record: ObjectEvent, error: GistlineError) -> None:
        """The file cannot be summarised, and there is no place for a summary that says so."""
        self._failure(REJECTED, record, error, outcome="rejected")

    def failed(self, record: ObjectEvent | None, error: Exception) -> None:
        """A record is not done, and why; None if the record itself is broken. Lambda will try again."""
        self._failure(FAILED, record, error)

    def sent(self, hint: Hint, lack: str) -> None:
        """A key has no right summary, and the summarizer has an event about it; the hint's id is in its log."""
        about = {"bucket": hint.bucket, "key": hint.key, "s3RequestId": hint.id}
        self._write("INFO", SENT, **about, reason=lack)

    def swept(
        self, counts: Mapping[str, int], *, stopped_at: str | None = None, goes_on: bool = False
    ) -> None:
        """The bucket was looked at, or as far as the time allowed; another run goes on there, or none does."""
        whole = stopped_at is None
        level: Level = "INFO" if (whole or goes_on) and not counts["errors"] else "WARN"
        where = {} if whole else {"stoppedAt": stopped_at, "goesOn": goes_on}
        self._write(level, SWEPT if whole else STOPPED, **counts, **where)

    def passed_over(self, record: ObjectEvent, error: GistlineError) -> None:
        """An event of a sweep was given up before it began; nothing is written, as the next sweep makes another."""
        self._failure(FAILED, record, error, outcome="nothing")

    def _failure(self, message: str, record: ObjectEvent | None, error: Exception, **more: str) -> None:
        level: Level = "WARN" if message == REJECTED else "ERROR"
        self._write(level, message, **_named(record), **more, error=_describe(error))

    def _about(self, message: str, record: ObjectEvent, token: Token | None, **more: str) -> None:
        shown = _token(token.etag, token.version_id, token.size) if token else None
        self._write("INFO", message, **_named(record), token=shown, **more)

    def _write(self, level: Level, message: str, **fields: Any) -> None:
        now = self._clock()
        line = {
            "timestamp": datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")[:-6] + "Z",
            "level": level,
            "message": message,
            "requestId": self._request_id,
            **self._about_all,
            **fields,
            "milliseconds": max(0, round((now - self._began) * 1000)),
        }
        self._stream.write(json.dumps(line, ensure_ascii=True, allow_nan=False) + "\n")
        self._stream.flush()


def _named(record: ObjectEvent | None) -> dict[str, str | None]:
    if record is None:
        return {}
    return {"bucket": record.bucket, "key": record.key, "s3RequestId": record.request_id}


def _token(etag: str | None, version_id: str | None, size: int | None) -> dict[str, Any]:
    return {"etag": etag, "versionId": version_id, "bytes": size}


def _describe(error: Exception) -> dict[str, Any]:
    if isinstance(error, GistlineError):
        return {"code": error.code, "message": error.message, "remedy": error.remedy}
    # The text of a foreign exception may quote a cell: "could not convert string to float: ...".
    return {
        "code": UnexpectedError.code,
        "type": type(error).__name__,
        "where": list(_places(error.__traceback__)),
    }


def _places(traceback: TracebackType | None) -> Iterator[str]:
    """Give file and line of each call, outermost first, as "pipeline/process.py:42"."""
    while traceback is not None:
        code = traceback.tb_frame.f_code
        yield f"{'/'.join(code.co_filename.split('/')[-2:])}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
