"""One stop of the guided tour: break, see, diagnose, mend, prove; and mended it is, whatever happens in between.

Comes in: a `Site`, a `Fault`, what examines, fixes and proves, and an audience to tell. Goes out: a `Visit`. Called by
the command `lab`.
"""

import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Protocol

from gistline.checks.check import Finding, Verdict
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting, clear
from gistline.checks.verify import Step
from gistline.site.site import Site


@dataclass(frozen=True, slots=True)
class Tools:
    """What finds, what mends (it returns the words of refusals), and what proves that all is well."""

    examine: Callable[[Site], Sequence[Finding]]
    fix: Callable[[Site, Sequence[Finding]], Sequence[str]]
    verify: Callable[[Site], Sequence[Step]]


class Audience(Protocol):
    """Who watches. Each method is called once a stop, in this order."""

    def begins(self, fault: Fault) -> None:
        """Nothing is broken yet."""

    def broke(self, fault: Fault) -> None:
        """The fault is in force; the symptom comes next."""

    def saw(self, sighting: Sighting) -> None:
        """So much was to be seen."""

    def diagnosed(self, fault: Fault, findings: Sequence[Finding]) -> None:
        """The doctor found this."""

    def mended(self, by: Sequence[Finding], refusals: Sequence[str]) -> None:
        """The remedies of `by` were applied; where there were none, the fault's own repair did it."""

    def proved(self, steps: Sequence[Step]) -> None:
        """The proof came to this."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What a stop came to."""

    fault: str
    found: bool  # the doctor named the very check
    proved: bool  # afterwards an upload turned into its summary again


def visit(site: Site, fault: Fault, tools: Tools, audience: Audience) -> Visit:
    """Make one stop. The fault is repaired and its probes are removed even when this is interrupted.

    Raises:
        StackError: the target refused or did not answer.
    """
    audience.begins(fault)
    try:
        fault.break_(site)
        audience.broke(fault)
        audience.saw(fault.symptom(site))
        findings = tools.examine(site)
        audience.diagnosed(fault, findings)
        blamed = [one for one in findings if one.check == fault.check and one.verdict is Verdict.FAIL]
        fixable = [one for one in blamed if one.remedy and one.remedy.apply]
        refusals = tools.fix(site, fixable)
    finally:
        with undisturbed():
            fault.repair(site)
            clear(site)
    audience.mended(fixable, refusals)
    steps = tools.verify(site)
    audience.proved(steps)
    return Visit(fault.name, bool(blamed), all(step.passed for step in steps))


@contextmanager
def undisturbed() -> Iterator[None]:
    """Let a second Ctrl-C wait: half a repair would be a fault of its own."""
    with _handled(signal.SIG_IGN, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


@contextmanager
def interruptible() -> Iterator[None]:
    """Make the end of the terminal, and a polite kill, count as Ctrl-C, so that they too are followed by repair."""
    with _handled(signal.default_int_handler, signal.SIGTERM, signal.SIGHUP):
        yield


Handler = Callable[[int, FrameType | None], Any] | signal.Handlers


@contextmanager
def _handled(handler: Handler, *signals: signal.Signals) -> Iterator[None]:
    before = [signal.signal(one, handler) for one in signals]
    try:
        yield
    finally:
        for one, former in zip(signals, before, strict=True):
            signal.signal(one, former)
