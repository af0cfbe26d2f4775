from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.loops import look
from support.fake_aws import ACCOUNT, REGION, filtered, notifications, rule, site_where

OK, FAIL = Verdict.OK, Verdict.FAIL


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "no summary can invoke", id="healthy"),
        pytest.param(notifications(rule(Filter={})), FAIL, "prefix none, suffix none", id="no filter"),
        pytest.param(
            notifications(rule(), rule(Id="all-json", Filter=filtered("", ".json"))),
            FAIL,
            "the rule all-json",
            id="another rule of ours closes the circle",
        ),
        pytest.param(
            notifications(rule(Filter=filtered("summaries/2026/"))),
            FAIL,
            "summaries/2026/",
            id="a folder of the output prefix",
        ),
        pytest.param(
            notifications(rule(Filter=filtered("", ".csv"))),
            OK,
            "",
            id="no prefix, but a suffix that no summary has",
        ),
        pytest.param(
            notifications(rule(Filter=filtered("synthetic-data/"))),
            OK,
            "",
            id="no suffix, but a prefix that no summary has",
        ),
        pytest.param(
            notifications(
                rule(),
                rule(
                    Id="theirs",
                    LambdaFunctionArn=f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other",
                    Filter=filtered("summaries/"),
                ),
            ),
            OK,
            "",
            id="somebody else reads summaries",
        ),
        pytest.param(
            notifications(rule(Events=["s3:ObjectRemoved:*"], Filter={})),
            OK,
            "",
            id="removals are not written",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)
