"""The ledger: what happened to events, counted.

Comes in: one line at a time from `ministack` and `delivery`, on any thread. Goes out: the counts, as data,
over `server`'s status page; `gistline status` and the checks read them there. S3 tells an uploader nothing
of a refused event, on AWS as here: this is the only place where it can be seen.
"""

import threading
from collections import Counter
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Fate(StrEnum):
    """What became of an event at one step of its way."""

    ACCEPTED = "accepted"  # S3 was allowed to invoke; the event is queued
    DUPLICATED = "duplicated"  # one copy more of an accepted event; only where `disorder` is wanted
    DROPPED = "dropped"  # an accepted event that nobody delivers; only there
    REFUSED = "refused"  # the resource-based policy does not allow it; the event is gone
    DELIVERED = "delivered"  # the function returned
    RETRIED = "retried"  # the function failed; the event waits for its next attempt
    THROTTLED = "throttled"  # no concurrency left; the event waits, and no attempt is used up
    RECURSIVE = "recursive"  # not run, as its chain has come round too often; given up or lost besides
    GIVEN_UP = "given-up"  # sent to the on-failure destination
    LOST = "lost"  # given up, and there is no destination, or it could not be reached


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing that is counted."""

    fate: Fate
    function: str  # ARN
    bucket: str = ""


class Ledger:
    """Counts lines; safe for threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[Line] = Counter()

    def count(self, fate: Fate, function: str, bucket: str = "") -> None:
        """Add one."""
        with self._lock:
            self._counts[Line(fate, function, bucket)] += 1

    def total(self, fate: Fate) -> int:
        """Add up one fate over all functions and buckets."""
        with self._lock:
            return sum(n for line, n in self._counts.items() if line.fate is fate)

    def to_list(self) -> list[dict[str, Any]]:
        """Return the lines with their counts, ordered, ready for JSON."""
        with self._lock:
            lines = sorted(
                self._counts.items(), key=lambda item: (item[0].fate, item[0].function, item[0].bucket)
            )
        return [{**asdict(line), "count": n} for line, n in lines]
