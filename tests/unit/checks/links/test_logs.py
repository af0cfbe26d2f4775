from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.logs import look, restore
from support.fake_aws import GROUPS, calls_of, site_where

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


def groups(retention: dict[str, int | None]) -> dict[str, Any]:
    listed = [
        {"logGroupName": name} | ({"retentionInDays": days} if days else {})
        for name, days in retention.items()
    ]
    return {"logs.describe_log_groups": {"logGroups": listed}}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "14 days", id="healthy"),
        pytest.param(groups({GROUPS[0]: 14}), FAIL, "no log group /aws/lambda/gist-recorder", id="missing"),
        pytest.param(
            groups({GROUPS[0]: 14, GROUPS[1]: None, GROUPS[2]: 14}),
            WARN,
            "gist-producer keeps its lines for ever",
            id="for ever",
        ),
        pytest.param(
            groups({GROUPS[0]: 14, GROUPS[1]: 30, GROUPS[2]: 14, GROUPS[1] + "-2": None}),
            OK,
            "14 days, 30 days",
            id="a namesake",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


def test_restoring_makes_what_is_missing_and_sets_what_the_stack_was_deployed_with() -> None:
    site = site_where(**groups({GROUPS[0]: None, GROUPS[2]: 14}))
    restore(site)
    writes = [
        call for call in calls_of(site) if call[0] in {"logs.create_log_group", "logs.put_retention_policy"}
    ]
    assert writes == [
        ("logs.put_retention_policy", {"logGroupName": GROUPS[0], "retentionInDays": 14}),
        ("logs.create_log_group", {"logGroupName": GROUPS[1]}),
        ("logs.put_retention_policy", {"logGroupName": GROUPS[1], "retentionInDays": 14}),
    ]
