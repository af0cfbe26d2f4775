from typing import Any

import pytest

from gistline.checks.check import Remedy, Verdict
from gistline.checks.links.bucket import look
from support.fake_aws import ACCOUNT, REGION, encryption, refused, site_where, stack

OK, WARN, FAIL, SKIP = Verdict.OK, Verdict.WARN, Verdict.FAIL, Verdict.SKIP
KEY, OTHER = (f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{key}" for key in ("1a-2b", "3c-4d"))
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


def described(arn: str, manager: str = "CUSTOMER") -> dict[str, Any]:
    return {"kms.describe_key": {"KeyMetadata": {"Arn": arn, "KeyManager": manager}}}


def encrypted_with(named: str, ours: str = "") -> dict[str, Any]:
    return {
        **encryption("aws:kms", KMSMasterKeyID=named),
        **described(KEY),
        **stack(KmsKeyArn=ours),
    }


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param(encrypted_with(KEY), FAIL, "rights on none", id="the stack knows no key"),
        pytest.param(encrypted_with(KEY, OTHER), FAIL, f"rights on {OTHER}", id="another key"),
        pytest.param(encrypted_with(KEY, KEY), OK, "no key unknown", id="the stack's key"),
        pytest.param(encrypted_with("alias/k", KEY), OK, "no key unknown", id="by an alias"),
        pytest.param(
            {**encrypted_with(OTHER), **described(OTHER, "AWS")}, OK, "no key unknown", id="AWS manages it"
        ),
        pytest.param(
            {"s3.get_bucket_encryption": refused("AccessDenied")}, SKIP, "AccessDenied", id="not to be seen"
        ),
        pytest.param(
            {
                **encrypted_with("alias/k", KEY),
                "kms.describe_key": refused("AccessDeniedException"),
            },
            SKIP,
            "whether alias/k is the stack's key",
            id="an alias of nobody knows which key",
        ),
    ],
)
def test_verdict_on_the_key_with_which_the_bucket_encrypts(
    changes: dict[str, Any], verdict: Verdict, words: str
) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    remedy = Remedy(f"deploy with --kms-key {KEY}") if verdict is FAIL else None
    assert finding.remedy == remedy


def test_a_key_that_may_not_be_looked_at_hides_nothing_else() -> None:
    hidden = {"s3.get_bucket_encryption": refused("AccessDenied")}
    finding = look(site_where(**hidden, **{"s3.get_public_access_block": blocked_but("BlockPublicPolicy")}))
    assert finding.verdict is WARN
