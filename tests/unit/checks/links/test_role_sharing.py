from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.role_sharing import look
from support.fake_aws import PRODUCER_ROLE, function, site_where

OK, FAIL = Verdict.OK, Verdict.FAIL


def listed(*functions: dict[str, Any]) -> dict[str, Any]:
    return {"lambda.list_functions": {"Functions": list(functions)}}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "a role of its own", id="healthy"),
        pytest.param(
            listed(function(), function("gist-producer", PRODUCER_ROLE), function("stranger")),
            FAIL,
            "gist-summarizer, stranger",
            id="a stranger wears it",
        ),
        pytest.param(
            listed(function(), function("gist-producer")),
            FAIL,
            "gist-producer, gist-summarizer",
            id="our two share one",
        ),
        pytest.param(
            listed(function(), function("a", "arn:x"), function("b", "arn:x")),
            OK,
            "",
            id="strangers among themselves",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)
