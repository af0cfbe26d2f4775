from typing import Any

import pytest

from gistline.checks.bucket import look
from gistline.checks.check import Verdict
from support.fake_aws import ACCOUNT, BUCKET, ONLY_TLS, ROLE, policy_answer, refused, site_where

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL
FLAGS = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def blocked_but(off: str) -> dict[str, Any]:
    return {"PublicAccessBlockConfiguration": {flag: flag != off for flag in FLAGS}}


def deny(action: str, principal: Any, **condition: Any) -> dict[str, Any]:
    arns = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    statement = {"Effect": "Deny", "Principal": principal, "Action": action, "Resource": arns}
    return {**statement, "Condition": condition} if condition else statement


def all_but(principal: str) -> dict[str, Any]:
    statement = deny("s3:*", "*")
    del statement["Principal"]
    return {**statement, "NotPrincipal": {"AWS": [principal]}}


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
        pytest.param({"s3.get_bucket_policy": refused("NoSuchBucketPolicy")}, WARN, "TLS", id="no policy"),
        pytest.param(
            {"s3.get_bucket_policy": policy_answer(ONLY_TLS, deny("s3:GetObject", {"AWS": ROLE}))},
            FAIL,
            "denies the role s3:GetObject",
            id="role denied",
        ),
        pytest.param(
            {"s3.get_bucket_policy": policy_answer(ONLY_TLS, deny("s3:*", "*"))},
            FAIL,
            "denies the role s3:PutObject",
            id="everybody denied",
        ),
        pytest.param(
            {
                "s3.get_bucket_policy": policy_answer(
                    ONLY_TLS, deny("s3:*", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
                )
            },
            FAIL,
            "denies the role",
            id="account denied",
        ),
        pytest.param(
            {
                "s3.get_bucket_policy": policy_answer(
                    ONLY_TLS, deny("s3:*", {"AWS": "arn:aws:iam::111122223333:role/x"})
                )
            },
            OK,
            "",
            id="another role denied",
        ),
        pytest.param(
            {
                "s3.get_bucket_policy": policy_answer(
                    ONLY_TLS, deny("s3:*", "*", IpAddress={"aws:SourceIp": "192.0.2.0/24"})
                )
            },
            WARN,
            "a condition that is not judged here",
            id="conditional Deny",
        ),
        pytest.param(
            {"s3.get_bucket_policy": policy_answer(ONLY_TLS, all_but("arn:aws:iam::111122223333:user/boss"))},
            FAIL,
            "denies the role",
            id="all but another denied",
        ),
        pytest.param(
            {"s3.get_bucket_policy": policy_answer(ONLY_TLS, all_but(ROLE))},
            OK,
            "",
            id="all but the role denied",
        ),
        pytest.param(
            {"lambda.get_function_configuration": refused("ResourceNotFoundException")},
            OK,
            "",
            id="no function is not the bucket's fault",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)
