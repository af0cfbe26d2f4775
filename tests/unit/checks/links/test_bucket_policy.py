import json
import shlex
from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.bucket_policy import look
from support.fake_aws import ACCOUNT, BUCKET, GUARDS, RECORDER_ROLE, ROLE, policy_answer, refused, site_where

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


def deny(action: str, principal: Any, **condition: Any) -> dict[str, Any]:
    arns = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    statement = {"Effect": "Deny", "Principal": principal, "Action": action, "Resource": arns}
    return {**statement, "Condition": condition} if condition else statement


def all_but(*principals: str) -> dict[str, Any]:
    statement = deny("s3:*", "*")
    del statement["Principal"]
    return {**statement, "NotPrincipal": {"AWS": list(principals)}}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "lets our functions work", id="healthy"),
        pytest.param(
            {"s3.get_bucket_policy": refused("NoSuchBucketPolicy")},
            WARN,
            "does not refuse requests without TLS",
            id="no policy",
        ),
        pytest.param(
            {"s3.get_bucket_policy": policy_answer(*GUARDS, deny("s3:GetObject", {"AWS": ROLE}))},
            FAIL,
            "denies the role s3:GetObject",
            id="role denied",
        ),
        pytest.param(
            {"s3.get_bucket_policy": policy_answer(*GUARDS, deny("s3:*", "*"))},
            FAIL,
            "denies the role s3:PutObject",
            id="everybody denied",
        ),
        pytest.param(
            {
                "s3.get_bucket_policy": policy_answer(
                    *GUARDS, deny("s3:*", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
                )
            },
            FAIL,
            "denies the role",
            id="account denied",
        ),
        pytest.param(
            {
                "s3.get_bucket_policy": policy_answer(
                    *GUARDS, deny("s3:*", {"AWS": "arn:aws:iam::111122223333:role/x"})
                )
            },
            OK,
            "",
            id="another role denied",
        ),
        pytest.param(
            {
                "s3.get_bucket_policy": policy_answer(
                    *GUARDS, deny("s3:*", "*", IpAddress={"aws:SourceIp": "192.0.2.0/24"})
                )
            },
            WARN,
            "a condition that is not judged here",
            id="conditional Deny",
        ),
        pytest.param(
            {"s3.get_bucket_policy": policy_answer(*GUARDS, all_but("arn:aws:iam::111122223333:user/boss"))},
            FAIL,
            "denies the role",
            id="all but another denied",
        ),
        pytest.param(
            {"s3.get_bucket_policy": policy_answer(*GUARDS, all_but(ROLE, RECORDER_ROLE))},
            OK,
            "",
            id="all but the roles denied",
        ),
        pytest.param(
            {"lambda.get_function_configuration": refused("ResourceNotFoundException")},
            OK,
            "",
            id="no function is not the policy's fault",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


LACKING = {
    "OnlyOverTls": "requests without TLS",
    "OurFunctionsWriteSummariesOnly": "our functions outside the summaries",
    "OnlyOurFunctionsWriteSummaries": "summaries by others than our functions",
    "OnlyByCompareAndSwap": "to overwrite a summary unseen",
}


@pytest.mark.parametrize("guard", GUARDS, ids=lambda guard: guard["Sid"])
def test_each_guard_that_is_missing_is_named_with_the_command_that_adds_it(guard: dict[str, Any]) -> None:
    left = [one for one in GUARDS if one is not guard]
    finding = look(site_where(**{"s3.get_bucket_policy": policy_answer(*left)}))
    assert finding.evidence == f"the bucket policy does not refuse {LACKING[guard['Sid']]}"
    assert finding.remedy is not None
    assert finding.remedy.apply is None  # the bucket's owner decides
    words = shlex.split(finding.remedy.command)
    policy = json.loads(words[words.index("--policy") + 1])["Statement"]
    assert policy[: len(left)] == left
    assert policy[-1]["Sid"] == guard["Sid"]
    healed = look(site_where(**{"s3.get_bucket_policy": policy_answer(*policy)}))
    assert healed.verdict is OK
