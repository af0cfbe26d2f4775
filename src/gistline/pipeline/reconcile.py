"""The one way in which a summary is written: so that it is right in the end, whatever happens meanwhile.

Comes in: a key and a judge, who turns what lies there into a summary. Goes out: what became of it. Called by
`process` with the profiler as the judge, and by `record` with one who says "failed".

S3 delivers an event once or more, in any order; Lambda repeats, kills and loses answers. So an event is only a
hint that a key may have changed. What counts is read from S3 itself, in this order, and four things make it right:

- The summary is read BEFORE the source, so that what it says is never newer than what is read next.
- It is replaced only if it is still the one that was read. Its generation, in its body, never repeats; so no ETag
  does, and no old writer takes a later state for the one it knows.
- The source is read AGAIN afterwards. Whoever finds nothing to do leaves no trace; so a writer that was slow must
  find out itself that the source has gone or changed.
- When S3 says "changed", or does not say whether it has stored: look again, do not guess.

Without any one of them some order of events ends wrong; the tests search all orders, and show which.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Literal, NamedTuple, Protocol

from gistline.aws.objects import Download
from gistline.aws.s3 import Stored, Token
from gistline.errors import (
    ContendedError,
    GistlineError,
    ObjectChangedError,
    ObjectNotFoundError,
    ObjectStoreUnavailableError,
)
from gistline.pipeline.mark import Mark, Profiler
from gistline.profile.summary import Source, Summary

ROUNDS = 8
FIRST_WAIT, LONGEST_WAIT = 0.05, 1.0  # seconds, at most; before the second round, and before any

OnSourceDelete = Literal["tombstone", "delete", "keep"]
Outcome = Literal["written", "rejected", "failed", "deleted", "already", "nothing"]


class Store(Protocol):
    """What is needed of the bucket; `objects.Objects` is the real one."""

    def head(self, key: str) -> Stored | None:
        """Ask what lies under `key`."""

    def open(self, key: str) -> Download | None:
        """Begin to download what lies under `key`."""

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        """Store if the object still has this ETag, or, for None, if there still is none."""

    def remove(self, key: str, etag: str) -> None:
        """Remove the object if it still has this ETag."""


class Case(NamedTuple):
    """One key: where its source and its summary lie, and how what is found there is judged."""

    bucket: str
    key: str
    summary_key: str
    judge: Callable[[Download], Summary]
    stands: Callable[[Mark], bool]  # whether an earlier verdict on the same state of the source shall stay


class Ruling(NamedTuple):
    """What became of it; `token` identifies the source that was found, None if there was none."""

    outcome: Outcome
    token: Token | None
    error: GistlineError | None = None
    removed: bool = False  # the summary is gone, as its source is


class Sight(NamedTuple):
    """What one round has found, in the order in which it was looked at."""

    summary: Stored | None
    source: Download | None

    @property
    def mark(self) -> Mark | None:
        """What the summary says of itself."""
        return Mark.of(self.summary)

    @property
    def etag(self) -> str | None:
        """Which summary may be replaced: this one, or, for None, none."""
        return self.summary.token.etag if self.summary else None

    @property
    def token(self) -> Token | None:
        """What the source is."""
        return self.source.token if self.source else None


class Reconciler(NamedTuple):
    """Who writes, what a removed source leaves, and the time; `random` gives numbers from 0 to 1."""

    profiler: Profiler
    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    random: Callable[[], float]
    on_delete: OnSourceDelete = "tombstone"

    def reconcile(self, case: Case, store: Store) -> Ruling:
        """Make the summary say what the source is now.

        Raises:
            ContendedError: it changed in each of `ROUNDS` rounds.
            ObjectStoreError: S3 refused.
        """
        for turn in range(ROUNDS):
            self._wait(turn)
            summary = store.head(case.summary_key)
            sight = Sight(summary, store.open(case.key))  # the source after the summary
            if settled := self._settled(case, sight):
                return Ruling(settled, sight.token)
            try:
                verdict = self._judge(case, sight)
                self._write(case, store, sight, verdict)
            except (ObjectChangedError, ObjectNotFoundError, ObjectStoreUnavailableError):
                continue  # perhaps it is stored, and only the answer was lost
            source = store.head(case.key)
            if (source.token if source else None) == sight.token:
                outcome = "written" if verdict.status == "complete" else verdict.status
                removed = outcome == "deleted" and self.on_delete == "delete"
                return Ruling(outcome, sight.token, verdict.error, removed)
        raise ContendedError(
            f"{case.key!r} in bucket {case.bucket} or its summary changed in each of {ROUNDS} rounds",
            "Lambda tries again by itself; if this lasts, see who writes there",
        )

    def _wait(self, turn: int) -> None:
        """Let others pass: a random time, which on average doubles with each round."""
        if turn:
            self.sleep(self.random() * min(LONGEST_WAIT, FIRST_WAIT * 2 ** (turn - 1)))

    def _settled(self, case: Case, sight: Sight) -> Literal["already", "nothing"] | None:
        """Tell whether all is as it should be; then nobody writes anything."""
        mark = sight.mark
        if sight.token is None:
            if sight.summary is None or self.on_delete == "keep":
                return "nothing"
            gone = self.on_delete == "tombstone" and mark is not None and mark.status == "deleted"
            return "already" if gone else None
        same = mark is not None and mark.token == sight.token and case.stands(mark)
        return "already" if same else None

    def _judge(self, case: Case, sight: Sight) -> Summary:
        deleted = Summary("deleted", self.clock(), Source(case.bucket, case.key))
        verdict = case.judge(sight.source) if sight.source else deleted
        return verdict._replace(generation=sight.mark.generation + 1 if sight.mark else 1)

    def _write(self, case: Case, store: Store, sight: Sight, verdict: Summary) -> None:
        """Compare and swap: nobody's work is overwritten that was not looked at."""
        if sight.source is None and sight.etag and self.on_delete == "delete":
            store.remove(case.summary_key, sight.etag)
            return
        code = verdict.error.code if verdict.error else None
        mark = Mark(verdict.status, verdict.generation or 1, sight.token, self.profiler, code)
        store.swap(case.summary_key, verdict.to_json().encode(), mark.metadata(), sight.etag)
