"""What a check is, and what it says.

Comes in: a `Site`. Goes out: a `Finding`. Every file beside this one that is named after a thing on the event's way
holds one check; `doctor` runs them in the order in which the event travels.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gistline.stack.site import Site


class Verdict(StrEnum):
    """What a check came to."""

    OK = "ok"
    WARN = "warn"  # a symptom, or something that may be meant so
    FAIL = "fail"  # a cause: the pipeline cannot work, or is not safe, like this
    SKIP = "skip"  # it could not be looked at, and why


@dataclass(frozen=True, slots=True)
class Remedy:
    """What mends it: in words, as a command that anybody can type, and, where that is safe, as a deed."""

    words: str
    command: str = ""
    apply: Callable[[Site], None] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check looked at, and what it came to. Nothing of a CSV's content ever stands in it."""

    check: str  # its id
    verdict: Verdict
    looked_at: str
    evidence: str  # what was seen, in one sentence
    remedy: Remedy | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One thing on the event's way. `why` says why it matters, for the report and the reference page."""

    id: str
    title: str
    why: str
    look: Callable[[Site], Finding]
