from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.errors import look
from support.fake_aws import figures, site_where

OK, WARN = Verdict.OK, Verdict.WARN


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "nothing failed", id="healthy"),
        pytest.param(figures(Errors=3), WARN, "3 attempt(s) failed", id="failed attempts"),
        pytest.param(
            figures(Throttles=2, AsyncEventsDropped=1),
            WARN,
            "1 event(s) were dropped",
            id="throttles and drops",
        ),
        pytest.param(figures(RecursiveInvocationsDropped=1), WARN, "as a loop", id="a loop was stopped"),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)
