from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.errors import look
from support.fake_aws import calls_of, figures, site_where, swept_site_where

OK, WARN = Verdict.OK, Verdict.WARN


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "nothing failed", id="healthy"),
        pytest.param(
            figures(Errors=3),
            WARN,
            "gist-summarizer: 3 attempt(s) failed in the last hour",
            id="failed attempts",
        ),
        pytest.param(
            figures(Throttles=2, AsyncEventsDropped=1),
            WARN,
            "1 event(s) were dropped",
            id="throttles and drops",
        ),
        pytest.param(
            figures("gist-recorder", Errors=2),
            WARN,
            "gist-recorder: 2 attempt(s) failed in the last hour",
            id="failures that could not be recorded",
        ),
        pytest.param(figures("gist-sweeper", Errors=2), OK, "", id="a sweeper that the stack has not"),
        pytest.param(figures(RecursiveInvocationsDropped=1), WARN, "as a loop", id="a loop was stopped"),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


@pytest.mark.parametrize(
    ("totals", "verdict", "words"),
    [
        ({"Invocations": 3, "Errors": 3}, WARN, "gist-sweeper: 3 attempt(s) failed"),
        ({"AsyncEventsDropped": 1}, WARN, "gist-sweeper: 1 event(s) were dropped"),
        ({"Invocations": 3, "Errors": 0}, OK, "nothing failed"),
        ({}, OK, "nothing failed"),
    ],
)
def test_the_last_sweep_is_looked_at_however_long_it_is_ago(
    totals: dict[str, int], verdict: Verdict, words: str
) -> None:
    finding = look(swept_site_where(**figures("gist-sweeper", **totals)))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert "gist-sweeper in the hour in which it last ran" in finding.looked_at


def test_a_sweep_that_failed_is_told_with_its_hour_and_its_log() -> None:
    finding = look(swept_site_where(**figures("gist-sweeper", Errors=3)))
    assert "in the hour from 2026-11-23T03:00:00Z" in finding.evidence
    assert finding.remedy is not None
    assert "the log of gist-sweeper" in finding.remedy.words
    tail = "aws logs tail /aws/lambda/gist-sweeper --since 2026-11-23T03:00:00Z"
    assert finding.remedy.command.startswith(tail)


def test_each_function_has_its_own_log_in_the_remedy() -> None:
    finding = look(site_where(**figures("gist-recorder", Errors=1)))
    assert finding.remedy is not None
    assert "the log of gist-recorder" in finding.remedy.words
    assert "aws logs tail /aws/lambda/gist-recorder --since 1h" in finding.remedy.command


def test_of_a_stack_without_a_sweeper_no_sweep_is_asked() -> None:
    site = site_where()
    assert "ran" not in look(site).looked_at
    asked = {arguments["Dimensions"][0]["Value"] for _, arguments in calls_of(site)}
    assert asked == {"gist-summarizer", "gist-recorder"}
