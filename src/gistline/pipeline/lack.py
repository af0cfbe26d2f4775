"""Whether the summary of a key says what its CSV is: told by tokens, without the bytes of either.

Comes in: what lies under a key and under its summary's. Goes out: what is wrong with it, as a `Lack`. Called by `sweep`,
which looks at all keys, and by `site.redo`, which waits for some.

Tokens are compared, never the times of CSV and summary: a summary that was written later than the CSV may be of the
state before (the old one was read, the new one uploaded, then the summary of the old one stored). The mark in a
summary's metadata says of which state it is.
"""

from enum import StrEnum
from typing import NamedTuple

from gistline.aws.s3 import Stored, Token
from gistline.pipeline.mark import Mark, Profiler
from gistline.pipeline.reconcile import OnSourceDelete

# A list may tell another second than a HEAD (aws-sdk-js, issue 3717); without that, a sweep would send such a CSV each time.
AS_LISTED = 1  # second


class Lack(StrEnum):
    """What is wrong with a key: its summary does not say what its CSV is."""

    NO_SUMMARY = "no summary"  # the event was lost, or the CSV is older than the stack
    OUT_OF_DATE = "out of date"  # the summary is of another state of the CSV
    UNTRIED = "untried"  # `failed`, but it is the event of another state that was given up
    OLDER = "older gistline"  # of this state, by a version that this one replaces
    UNREADABLE = "unreadable"  # something else lies where the summary should
    ORPHANED = "orphaned"  # the CSV is gone, and its summary does not say so


class Rules(NamedTuple):
    """By what a summary is judged: which profiler is the newest, and what a removed CSV leaves."""

    profiler: Profiler
    on_delete: OnSourceDelete

    @classmethod
    def of(cls, on_source_delete: str) -> "Rules":
        """Take this version of gistline, and what the stack is told to do on deletion."""
        words: dict[str, OnSourceDelete] = {"delete": "delete", "keep": "keep"}
        return cls(Profiler.ours(), words.get(on_source_delete, "tombstone"))


class Seen(NamedTuple):
    """What lies under a key of a CSV, and under its summary's; None where nothing does."""

    key: str
    source: Token | None
    summary: Stored | None

    @property
    def mark(self) -> Mark | None:
        """What the summary says of itself; None if it is none of ours."""
        return Mark.of(self.summary)

    @property
    def status(self) -> str:
        """The verdict that stands; `removed` where a CSV and its summary are gone, `none` where only a CSV is."""
        if self.summary is None:
            return "none" if self.source else "removed"
        return self.mark.status if self.mark else "none"


def lack_of(seen: Seen, rules: Rules) -> Lack | None:
    """Say what is wrong; None if nothing is. A failure is a verdict too: to try it again is for a person to decide."""
    mark = seen.mark
    if seen.source is None:
        return Lack.ORPHANED if mark and _is_left(mark, rules) else None
    if seen.summary is None:
        return Lack.NO_SUMMARY
    if mark is None:
        return Lack.UNREADABLE
    if mark.token is None or not same(mark.token, seen.source, seconds=AS_LISTED):
        return Lack.OUT_OF_DATE
    if mark.is_untried:
        return Lack.UNTRIED
    older = mark.status != "failed" and rules.profiler.replaces(mark.profiler)
    return Lack.OLDER if older else None


def _is_left(mark: Mark, rules: Rules) -> bool:
    return rules.on_delete == "delete" or (rules.on_delete == "tombstone" and mark.status != "deleted")


def same(one: Token, other: Token, seconds: int = 0) -> bool:
    """Compare two tokens in what both know: a listing knows no version id, and no time is finer than a second.

    With `seconds`, their times may be so far apart. Two states that differ in their version id alone, or in a second,
    have the same bytes; a summary of the one is right for the other.
    """
    versions = {one.version_id, other.version_id} - {None}
    moments = [int(each.last_modified.timestamp()) for each in (one, other) if each.last_modified]
    near = not moments or max(moments) - min(moments) <= seconds
    return (one.etag, one.size) == (other.etag, other.size) and len(versions) < 2 and near  # noqa: PLR2004 - two that differ
