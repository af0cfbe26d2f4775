"""The story of one record: a CSV is downloaded, summarised, and its summary stored.

Comes in: one record, and what the work is done with. Goes out: an `Outcome`, or the error that kept
the record from one. Called by `functions.summarizer`.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple, Protocol

from gistline.errors import RejectedError
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.log import Log
from gistline.pipeline.notification import Ignored, ObjectEvent
from gistline.pipeline.s3 import Token
from gistline.profile.summary import Source, Summary

PREFIX = "gistline-record-"


class Store(Protocol):
    """What the story needs of the bucket; `objects.Objects` is the real one."""

    def download(self, key: str, path: Path) -> Token:
        """Write the object to `path` and return the token of what was written."""

    def put(self, key: str, body: bytes) -> None:
        """Store `body` as JSON."""


class Summarize(Protocol):
    """What the story needs of the engine; `profile.summarize` is the real one."""

    def __call__(self, path: Path, *, source: Source) -> Summary:
        """Profile the CSV at `path`, or raise RejectedError."""


class Outcome(NamedTuple):
    """What became of one record; there is a summary unless it was ignored."""

    status: Literal["written", "ignored"]
    bucket: str
    key: str
    summary_key: str | None = None


class Processor(NamedTuple):
    """What every record is processed with; `clock` gives the time in UTC."""

    layout: KeyLayout
    summarize: Summarize
    clock: Callable[[], datetime]

    def process(self, record: ObjectEvent, *, objects: Store, log: Log) -> Outcome:
        """Carry one record from the event to the stored summary.

        The CSV lies in a fresh private directory (mode 0700) under the temporary directory, under a name that
        is never taken from the key, and is gone when this returns or raises.

        A file that is no CSV gets a summary too, with status `rejected` and the reason, where its uploader
        looks; then the reason is raised, so that it also ends in the on-failure destination.

        Raises:
            ObjectStoreError: S3 refused a call.
            RejectedError: the file cannot be summarised, or the summary's key would be too long.
            SettingsError: the disk has no room for the CSV.
        """
        if not self.layout.accepts(record.key):
            log.ignored(Ignored("other-key"), record)
            return Outcome("ignored", record.bucket, record.key)
        log.received(record)
        summary_key = self.layout.summary_key(record.key)
        with TemporaryDirectory(prefix=PREFIX) as directory:
            path = Path(directory, "source.csv")
            token = objects.download(record.key, path)
            log.downloaded(record, token)
            summary = self._summary(path, _source(record, token))
        objects.put(summary_key, summary.to_json().encode())
        log.uploaded(record, token, summary_key)
        if summary.error:
            raise summary.error
        return Outcome("written", record.bucket, record.key, summary_key)

    def _summary(self, path: Path, source: Source) -> Summary:
        """Summarise, or write down why not."""
        try:
            return self.summarize(path, source=source)
        except RejectedError as error:
            return Summary("rejected", self.clock(), source, error=error)


def sweep(temporary: Path) -> None:
    """Remove what an invocation has left that was killed: Lambda starts the function anew, with the same /tmp.

    Source: Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle".
    """
    for left in temporary.glob(f"{PREFIX}*"):
        rmtree(left, ignore_errors=True)


def _source(record: ObjectEvent, token: Token) -> Source:
    """Say where the bytes come from: what was read, not what the event claims.

    Sequencer and request id belong to the upload that caused the event. They are kept only if it is that
    upload that was read; another may have replaced it meanwhile.
    """
    same = record.etag is not None and (record.etag, record.version_id) == (token.etag, token.version_id)
    return Source(
        bucket=record.bucket,
        key=record.key,
        version_id=token.version_id,
        etag=token.etag,
        size=token.size,
        sequencer=record.sequencer if same else None,
        request_id=record.request_id if same else None,
    )
