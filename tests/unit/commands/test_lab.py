"""`gistline lab` without a cloud: which stops, when it does not start, what it says when somebody leaves."""

import io
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner
from rich.console import Console

from gistline.checks.check import Finding, Verdict
from gistline.checks.faults.catalogue import ALL, NAMES
from gistline.checks.faults.probe import Probe, Sighting
from gistline.checks.faults.tour import Tools, Visit
from gistline.checks.verify import Step
from gistline.commands.lab import Guide, certificate, lab, stops, tour
from gistline.config import Settings
from gistline.errors import SettingsError, StackError
from gistline.site.site import Site
from gistline.stack.target import Credentials, Target
from support.fake_pipeline import OUTPUTS

SITE = Site(Target("us-east-1", "http://fake", Credentials("key", "secret")), "gistline", OUTPUTS)
SEEN = Sighting(Probe("key", 1, 0, 0), 1, summarised=False, invocations=0, ignored=0, errors=(), given_up=0)
FAILS = Finding("function", Verdict.FAIL, "", "its [b]timeout[/b] is 1 s")


def nobody(_site: Site, _findings: Sequence[Finding]) -> Sequence[str]:
    return ()


def tools(*findings: Finding) -> Tools:
    return Tools(lambda _: findings, nobody, lambda _: ())


def leave() -> None:
    raise click.Abort


def guide(*, leaving: bool = False) -> Guide:
    return Guide(Console(file=io.StringIO(), width=100), SITE, leave if leaving else lambda: None)


def said(one: Guide) -> str:
    assert isinstance(one.console.file, io.StringIO)
    return one.console.file.getvalue()


def test_the_tour_has_all_stops_or_some_or_those_from_one_on() -> None:
    assert stops() == ALL
    assert [fault.name for fault in stops(only=(NAMES[2], NAMES[0]))] == [NAMES[0], NAMES[2]]
    assert stops(first=NAMES[3]) == ALL[3:]
    assert stops(only=(NAMES[0],), first=NAMES[3]) == ()


def test_the_tour_does_not_start_on_a_stack_that_is_broken_already() -> None:
    with pytest.raises(StackError, match="timeout") as refused:
        tour(SITE, ALL, tools(FAILS), guide())
    assert refused.value.code == "lab-unhealthy"
    assert "gistline doctor --fix" in refused.value.remedy


def test_whoever_leaves_is_told_how_to_go_on() -> None:
    one = guide(leaving=True)
    with pytest.raises(click.Abort):
        tour(SITE, stops(first=NAMES[1]), tools(), one)
    assert "Nothing is left broken." in said(one)
    assert f"gistline lab --from {NAMES[1]}" in said(one)


def test_each_step_is_told_and_what_comes_from_the_stack_is_no_markup() -> None:
    one, fault = guide(), ALL[-1]
    one.heads(1, 9, fault)
    one.begins(fault)
    one.broke(fault)
    one.saw(SEEN)
    one.diagnosed(fault, (FAILS, Finding("logs", Verdict.OK, "", "fine")))
    one.mended((), ())
    one.proved((Step("canary uploaded", passed=False, milliseconds=None, evidence="no answer"),))
    words = said(one)
    assert f"1 of 9  {fault.name}" in words
    assert "Nothing at all" in words
    assert "its [b]timeout[/b] is 1 s" in words
    assert "Content: 1 of 2 checks" in words
    assert "canary uploaded" in words


def test_what_was_fixed_and_what_was_refused_is_told() -> None:
    one = guide()
    one.mended((FAILS,), ("function: AccessDenied",))
    assert "gistline doctor --fix" in said(one)
    assert "AccessDenied" in said(one)


def test_the_certificate_names_what_was_missed() -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(certificate([Visit("a", found=True, proved=True), Visit("b", found=False, proved=True)]))
    assert isinstance(console.file, io.StringIO)
    rows = [line.split() for line in console.file.getvalue().splitlines()]
    assert ["a", "yes", "yes"] in rows
    assert ["b", "NO", "yes"] in rows


def test_the_lab_refuses_aws_unless_told_twice() -> None:
    answer = CliRunner().invoke(lab, ["--yes", "--target", "aws"], obj=Settings())
    assert isinstance(answer.exception, SettingsError)


def test_a_stop_that_does_not_exist_is_wrong_usage() -> None:
    assert CliRunner().invoke(lab, ["--from", "nowhere"], obj=Settings()).exit_code == 2
