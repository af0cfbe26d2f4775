"""What a check is, and what it says.

Comes in: a `Site`. Goes out: a `Finding`. Every file beside this one that is named after a thing on the event's way
holds one check; `doctor` runs them in the order in which the event travels.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gistline.site.site import Site


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


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is not as it should be; a check may meet several."""

    verdict: Verdict
    words: str
    remedy: Remedy | None = None


_GRAVITY = (Verdict.OK, Verdict.SKIP, Verdict.WARN, Verdict.FAIL)


def find(check: str, looked_at: str, troubles: Iterable[Trouble], *, healthy: str) -> Finding:
    """Make one finding of what was met: the verdict of the worst, and all that are as bad as that.

    `healthy` is the evidence when nothing was met.
    """
    met = list(troubles)
    if not met:
        return Finding(check, Verdict.OK, looked_at, healthy)
    verdict = max((trouble.verdict for trouble in met), key=_GRAVITY.index)
    worst = [trouble for trouble in met if trouble.verdict is verdict]
    evidence = "; ".join(trouble.words for trouble in worst)
    return Finding(check, verdict, looked_at, evidence, _together([t.remedy for t in worst if t.remedy]))


def _together(remedies: Sequence[Remedy]) -> Remedy | None:
    """Make one remedy of several; one that two troubles share is there once."""
    different = {(remedy.words, remedy.command): remedy for remedy in remedies}.values()
    if len(different) <= 1:
        return next(iter(different), None)
    deeds = [remedy.apply for remedy in different if remedy.apply]

    def apply(site: Site) -> None:
        for deed in deeds:
            deed(site)

    words = "; ".join(remedy.words for remedy in different)
    commands = "\n".join(remedy.command for remedy in different if remedy.command)
    return Remedy(words, commands, apply if deeds else None)
