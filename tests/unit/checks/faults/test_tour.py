"""One stop of the tour: in order, and mended whatever happens."""

import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from gistline.checks.check import Finding, Remedy, Verdict
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Probe, Sighting, send
from gistline.checks.faults.tour import Tools, Visit, interruptible, undisturbed, visit
from gistline.checks.verify import Step
from gistline.errors import StackError
from gistline.site.site import Site

SEEN = Sighting(Probe("key", 1, 0, 0), 1, summarised=False, invocations=0, ignored=0, errors=(), given_up=0)


@dataclass
class Diary:
    """The audience, and whoever else does something: all of it is written down."""

    told: list[str] = field(default_factory=list)
    at: str = ""  # where somebody interrupts

    def note(self, what: str) -> None:
        self.told.append(what)
        if what == self.at:
            raise KeyboardInterrupt

    def begins(self, fault: Fault) -> None:
        self.note("begins")

    def broke(self, fault: Fault) -> None:
        self.note("broke")

    def saw(self, sighting: Sighting) -> None:
        self.note("saw")

    def diagnosed(self, fault: Fault, findings: Sequence[Finding]) -> None:
        self.note("diagnosed")

    def mended(self, by: Sequence[Finding], refusals: Sequence[str]) -> None:
        self.note(f"mended by {[one.check for one in by]}, refused {list(refusals)}")

    def proved(self, steps: Sequence[Step]) -> None:
        self.note("proved")


def fault(diary: Diary) -> Fault:
    def symptom(site: Site) -> Sighting:
        send(site, "probe")
        diary.note("symptom")
        return SEEN

    return Fault(
        name="it",
        breaks="It breaks.",
        teaches="Why.",
        check="its-check",
        break_=lambda _: diary.note("break"),
        symptom=symptom,
        repair=lambda _: diary.note("repair"),
    )


def finding(check: str, verdict: Verdict, *, safe: bool = True) -> Finding:
    return Finding(check, verdict, "", "", Remedy("do it", apply=(lambda _: None) if safe else None))


def tools(diary: Diary, *findings: Finding, works: bool = True) -> Tools:
    def fix(_site: Site, chosen: Sequence[Finding]) -> Sequence[str]:
        diary.note(f"fix {[one.check for one in chosen]}")
        return ()

    steps = (Step("it works", works, None, ""),)
    return Tools(lambda _: findings, fix, lambda _: steps)


FAILS = finding("its-check", Verdict.FAIL)


def test_a_stop_goes_its_way_in_order_and_leaves_nothing(account: Any) -> None:
    diary = Diary()
    came = visit(account.site, fault(diary), tools(diary, FAILS), diary)
    assert came == Visit("it", found=True, proved=True)
    assert diary.told == [
        *("begins", "break", "broke", "symptom", "saw", "diagnosed"),
        *("fix ['its-check']", "repair", "mended by ['its-check'], refused []", "proved"),
    ]
    assert account.objects == {}


def test_only_the_faults_own_check_is_fixed(account: Any) -> None:
    diary = Diary()
    others = (finding("another", Verdict.FAIL), finding("its-check", Verdict.WARN))
    came = visit(account.site, fault(diary), tools(diary, *others), diary)
    assert not came.found
    assert "fix []" in diary.told
    assert "repair" in diary.told


def test_where_the_doctor_has_no_safe_remedy_the_faults_own_repair_does_it(account: Any) -> None:
    diary = Diary()
    findings = finding("its-check", Verdict.FAIL, safe=False)
    assert visit(account.site, fault(diary), tools(diary, findings), diary).found
    assert {"fix []", "repair", "mended by [], refused []"} <= set(diary.told)


def test_what_does_not_work_afterwards_is_said(account: Any) -> None:
    diary = Diary()
    assert not visit(account.site, fault(diary), tools(diary, FAILS, works=False), diary).proved


@pytest.mark.parametrize("at", ["break", "broke", "symptom", "saw", "diagnosed", "fix ['its-check']"])
def test_whoever_interrupts_leaves_a_mended_stack(account: Any, at: str) -> None:
    diary = Diary(at=at)
    with pytest.raises(KeyboardInterrupt):
        visit(account.site, fault(diary), tools(diary, FAILS), diary)
    assert diary.told[-1] == "repair"
    assert account.objects == {}


def test_whoever_interrupts_before_anything_is_broken_finds_nothing_repaired(account: Any) -> None:
    diary = Diary(at="begins")
    with pytest.raises(KeyboardInterrupt):
        visit(account.site, fault(diary), tools(diary, FAILS), diary)
    assert diary.told == ["begins"]


def test_a_doctor_that_cannot_look_leaves_a_mended_stack(account: Any) -> None:
    diary = Diary()

    def refuse(_site: Site) -> Sequence[Finding]:
        raise StackError("no answer")

    with pytest.raises(StackError, match="no answer"):
        visit(account.site, fault(diary), Tools(refuse, lambda *_: (), lambda _: ()), diary)
    assert diary.told[-1] == "repair"


def strike(sign: signal.Signals) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), sign)


def test_nobody_interrupts_a_repair() -> None:
    before = signal.getsignal(signal.SIGINT)
    with undisturbed():
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            strike(sign)()
    assert signal.getsignal(signal.SIGINT) is before


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_a_closed_terminal_counts_as_an_interrupt(sign: signal.Signals) -> None:
    before = signal.getsignal(sign)
    with pytest.raises(KeyboardInterrupt), interruptible():
        strike(sign)()
    assert signal.getsignal(sign) == before
