from typing import Any

import pytest

from gistline.checks.bucket import look
from gistline.checks.check import Verdict
from support.fake_aws import refused, site_where

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL
FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def blocked_but(off: str) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": {flag: flag != off for flag in FLAGS}}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "private", id="healthy"),
        pytest.param({"s3.head_bucket": refused("404")}, FAIL, "there is no bucket csvs", id="no bucket"),
        pytest.param(
            {"s3.get_bucket_location": {"LocationConstraint": None}}, FAIL, "us-east-1", id="another region"
        ),
        pytest.param(
            {"s3.get_public_access_block": refused("NoSuchPublicAccessBlockConfiguration")},
            WARN,
            "BlockPublicAcls",
            id="public access not blocked",
        ),
        pytest.param(
            {"s3.get_public_access_block": blocked_but("BlockPublicPolicy")},
            WARN,
            "BlockPublicPolicy",
            id="one part not blocked",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)
