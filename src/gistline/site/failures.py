"""What failed for good: found in S3, which is the only memory, and in the dead-letter queue.

Comes in: a site, and messages. Goes out: `Failure`s. Called by the command `failures`.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from gistline.aws.s3 import Listed
from gistline.errors import GistlineError, NotificationError, RejectedError
from gistline.pipeline.keys import folder_of
from gistline.pipeline.mark import Mark
from gistline.pipeline.sweep import mapped
from gistline.site.catalogue import head
from gistline.site.deadletters import DeadLetter
from gistline.site.inputs import list_objects
from gistline.site.redo import Job
from gistline.site.site import Site
from gistline.site.summaries import read_summary

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FAILED, REJECTED = "failed", "rejected"


class Place(StrEnum):
    """Where a failure is written down."""

    SUMMARY = "summary"
    DEAD_LETTER = "dead-letter queue"


@dataclass(frozen=True, slots=True)
class Failure:
    """One failure. `error` has code, message and remedy; `mark` is the summary's, `letter` the message."""

    place: Place
    keys: tuple[str, ...]  # none if the message cannot be read
    status: str
    at: datetime
    error: dict[str, Any]
    mark: Mark | None = None
    letter: DeadLetter | None = None

    @property
    def name(self) -> str:
        """How a person calls it: the first key, or else the message's id."""
        return self.keys[0] if self.keys else self.letter.id if self.letter else ""

    def is_called(self, name: str) -> bool:
        """Tell whether `name` is one of its keys, or the message's id."""
        return name in self.keys or (self.letter is not None and name == self.letter.id)

    def is_done_with_jobs(self, site: Site) -> bool:
        """Tell whether there is nothing to it but CSVs of the bucket, which can be done again."""
        if self.letter and not self.letter.is_all_in(site.outputs.bucket_name):
            return False
        return any(self.jobs(site))

    def jobs(self, site: Site) -> Iterator[Job]:
        """Say what there is to be done again."""
        keys = self.letter.keys_in(site.outputs.bucket_name) if self.letter else self.keys
        accepted = (key for key in keys if site.layout.accepts(key))
        replaced = self.mark if self.status in {FAILED, REJECTED} else None  # another verdict stays as it is
        return (Job(key, self.status, before=replaced) for key in accepted)


def in_summaries(site: Site, prefix: str = "", statuses: Collection[str] = (FAILED,)) -> Iterator[Failure]:
    """Give the CSVs under input prefix and `prefix` whose summary has one of these statuses, in S3's order.

    Each summary is asked for its mark, with a HEAD; only those that are given are read. One that is untried is not
    among them: that is for its own event, or for a sweep.

    Raises:
        StackError: S3 refused.
    """
    s3 = site.target.client("s3")
    listed = list_objects(s3, site, site.layout.output_prefix + folder_of(prefix))
    found = mapped(lambda each: _failure(s3, site, each.key, statuses), _of_ours(site, listed, prefix))
    return (each for each in found if each and not (each.mark and each.mark.is_untried))


def in_summary(site: Site, key: str, statuses: Collection[str] = (FAILED, REJECTED)) -> Failure | None:
    """Give what the summary of one CSV says, if it has one of the statuses; else None.

    Raises:
        StackError: S3 refused.
    """
    try:
        summary_key = site.layout.summary_key(key) if site.layout.accepts(key) else None
    except RejectedError:
        return None
    return _failure(site.target.client("s3"), site, summary_key, statuses) if summary_key else None


def in_letters(letters: Iterable[DeadLetter], start: str = "") -> Iterator[Failure]:
    """Give what each message says that is about a key that begins with `start`; without one, every message."""
    for letter in letters:
        if not start or any(key.startswith(start) for key in letter.keys):
            yield Failure(Place.DEAD_LETTER, letter.keys, FAILED, letter.sent, _error(letter), letter=letter)


def _of_ours(site: Site, listed: Iterable[Listed], prefix: str) -> Iterator[Listed]:
    start = site.layout.input_prefix + prefix
    return (each for each in listed if (site.layout.source_key(each.key) or "").startswith(start))


def _failure(s3: "S3Client", site: Site, summary_key: str, statuses: Collection[str]) -> Failure | None:
    stored = head(s3, site, summary_key)
    mark = Mark.of(stored)
    if stored is None or mark is None or mark.status not in statuses:
        return None
    summary, key = read_summary(s3, site, summary_key), site.layout.source_key(summary_key)
    error = summary.error if summary and summary.error else {}
    at = stored.token.last_modified or datetime.fromtimestamp(0, UTC)
    return Failure(Place.SUMMARY, (key or "",), mark.status, at, error, mark)


def _error(letter: DeadLetter) -> dict[str, Any]:
    error = letter.defeat.error if letter.defeat else _foreign(letter)
    return {"code": error.code, "message": error.message, "remedy": error.remedy}


def _foreign(letter: DeadLetter) -> GistlineError:
    return NotificationError(
        "the message is no invocation record of Lambda's",
        "see who sent it, then: gistline failures discard " + letter.id,
    )
