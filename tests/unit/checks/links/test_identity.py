from dataclasses import replace
from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.identity import look
from support.fake_aws import site_where

OK, FAIL = Verdict.OK, Verdict.FAIL


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "111122223333", id="healthy"),
        pytest.param(
            {"sts.get_caller_identity": {"Account": "999999999999", "Arn": "arn:aws:iam::999999999999:root"}},
            FAIL,
            "999999999999",
            id="another account",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


def test_a_target_in_another_region_than_the_stack_fails() -> None:
    site = site_where()
    moved = replace(site, target=replace(site.target, region="eu-west-1"))
    finding = look(moved)
    assert finding.verdict is FAIL
    assert "eu-west-1" in finding.evidence
