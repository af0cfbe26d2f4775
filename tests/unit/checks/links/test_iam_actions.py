from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.iam_actions import look
from support.fake_aws import POLICY, allow, role_policy, site_where

OK, FAIL = Verdict.OK, Verdict.FAIL


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "none of them", id="healthy"),
        pytest.param(
            role_policy(*POLICY, allow("s3:HeadObject", "*")),
            FAIL,
            "s3:HeadObject in the policy summarize",
            id="HeadObject",
        ),
        pytest.param(
            role_policy(*POLICY, allow(["s3:GetObject", "S3:headobject"], "*")),
            FAIL,
            "S3:headobject",
            id="in other case, in a list",
        ),
        pytest.param(
            role_policy({"Effect": "Deny", "NotAction": "s3:ListObjectsV2", "Resource": "*"}),
            FAIL,
            "s3:ListObjectsV2",
            id="in a NotAction",
        ),
        pytest.param(
            role_policy(allow("s3:Head*", "*")), OK, "", id="of what is not on the list nothing is said"
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)
