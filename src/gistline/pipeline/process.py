"""The story of one record: what lies under its key is downloaded and summarised, and the summary stored.

Comes in: one record, and what the work is done with. Goes out: `Processed`, or an error that is worth another
attempt. Called by `functions.summarizer`, and in part by `record`. When and how anything is written is told in
`reconcile`.
"""

from functools import partial
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Literal, NamedTuple, Protocol

from gistline.aws.objects import Download
from gistline.aws.s3 import Token
from gistline.errors import RejectedError
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.limits import BinaryFile, Deadline, TimedFile, out_of_memory
from gistline.pipeline.log import Log
from gistline.pipeline.mark import Mark
from gistline.pipeline.notification import Ignored, ObjectEvent
from gistline.pipeline.reconcile import Case, Outcome, Reconciler, Store
from gistline.profile.summary import Source, Summary

PREFIX = "gistline-record-"


class Summarize(Protocol):
    """What the story needs of the engine; `profile.summarize` is the real one."""

    def __call__(self, file: BinaryFile, /, *, source: Source) -> Summary:
        """Profile the CSV, or raise RejectedError."""


class Processed(NamedTuple):
    """What became of one record."""

    outcome: Outcome | Literal["ignored"]
    bucket: str
    key: str
    summary_key: str | None = None


class Desk(NamedTuple):
    """What the records of one invocation are worked on with: one bucket, the log, and the time there is."""

    objects: Store
    log: Log
    deadline: Deadline


class Processor(NamedTuple):
    """What every record is processed with."""

    layout: KeyLayout
    summarize: Summarize
    reconciler: Reconciler

    def process(self, record: ObjectEvent, desk: Desk) -> Processed:
        """Carry one record to its outcome.

        A file that cannot be summarised, now or ever, gets a summary too, with status `rejected` and the reason,
        where its uploader looks. That is an outcome, no error: to try again would change nothing.

        Raises:
            ContendedError: others kept writing.
            OutOfTimeError: others took the time.
            ObjectStoreError: S3 refused a call.
            SettingsError: the disk has no room for the CSV.
        """
        if not self.layout.accepts(record.key):
            desk.log.ignored(Ignored("other-key"), record)
            return Processed("ignored", record.bucket, record.key)
        desk.log.received(record)
        try:
            summary_key = self.layout.summary_key(record.key)
        except RejectedError as error:  # there is no place where a summary could say so
            desk.log.rejected(record, error)
            return Processed("rejected", record.bucket, record.key)
        judge = partial(self._judge, record=record, desk=desk)
        stands = partial(Mark.stands, profiler=self.reconciler.profiler, anew=record.anew)
        case = Case(record.bucket, record.key, summary_key, judge, stands)
        ruling = self.reconciler.reconcile(case, desk.objects)
        desk.log.ruled(record, ruling, summary_key)
        return Processed(ruling.outcome, record.bucket, record.key, summary_key)

    def _judge(self, found: Download, record: ObjectEvent, desk: Desk) -> Summary:
        """Download and summarise, or write down why not.

        The CSV lies in a fresh private directory (mode 0700) under the temporary directory, under a name that
        is never taken from the key, and is gone when this returns or raises.
        """
        source = source_of(record, found.token)
        with TemporaryDirectory(prefix=PREFIX) as directory:
            path = Path(directory, "source.csv")
            found.save(path)
            desk.log.downloaded(record, found.token)
            try:
                with path.open("rb") as file:
                    return self.summarize(TimedFile(file, desk.deadline), source=source)
            except RejectedError as error:
                reason = error
            except MemoryError:
                reason = None
        # Only here, where the exception no longer holds on to what it could not finish, is there room again.
        return Summary("rejected", self.reconciler.clock(), source, error=reason or out_of_memory())


def remove_leftovers(temporary: Path) -> None:
    """Remove what an invocation has left that was killed: Lambda starts the function anew, with the same /tmp.

    Source: Lambda Developer Guide, "Understanding the Lambda execution environment lifecycle".
    """
    for left in temporary.glob(f"{PREFIX}*"):
        rmtree(left, ignore_errors=True)


def is_about(record: ObjectEvent, token: Token) -> bool:
    """Tell whether a record names this state of an object; one that names none is about no state.

    Where versioning is suspended S3 calls the version "null" in its answers; an event names one only where versioning
    is enabled (S3 User Guide, "Event message structure").
    """
    versions = {each or "null" for each in (record.version_id, token.version_id)}
    return record.etag is not None and record.etag == token.etag and len(versions) == 1


def source_of(record: ObjectEvent, token: Token) -> Source:
    """Say where the bytes come from: what was read, not what the event claims.

    Sequencer and request id belong to the upload that caused the event. They are kept only if it is that
    upload that was read; another may have replaced it meanwhile.
    """
    same = is_about(record, token)
    return Source(
        bucket=record.bucket,
        key=record.key,
        version_id=token.version_id,
        etag=token.etag,
        size=token.size,
        sequencer=record.sequencer if same else None,
        request_id=record.request_id if same else None,
        last_modified=token.last_modified,
    )
