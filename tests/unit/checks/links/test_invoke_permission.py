from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.invoke_permission import look, restore
from support.fake_aws import (
    ACCOUNT,
    BUCKET,
    calls_of,
    from_bucket,
    permission,
    permissions,
    refused,
    site_where,
)

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "for no other bucket", id="healthy"),
        pytest.param(
            {"lambda.get_policy": refused("ResourceNotFoundException")},
            FAIL,
            "no statement lets",
            id="no policy",
        ),
        pytest.param(permissions(), FAIL, "no statement lets", id="no statement"),
        pytest.param(
            permissions(permission("old", **from_bucket("last-year"))),
            FAIL,
            "old is for arn:aws:s3:::last-year",
            id="stale",
        ),
        pytest.param(
            permissions(permission("x", **from_bucket(account="999999999999"))),
            FAIL,
            "of 999999999999",
            id="wrong account",
        ),
        pytest.param(permissions(permission("x")), FAIL, "names no bucket", id="anybody's bucket"),
        pytest.param(
            permissions(permission("x", StringEquals={"aws:SourceAccount": ACCOUNT})),
            FAIL,
            "names no bucket",
            id="any bucket of the account",
        ),
        pytest.param(
            permissions(permission("x", ArnLike={"aws:SourceArn": f"arn:aws:s3:::{BUCKET}"})),
            FAIL,
            "names no account",
            id="no account",
        ),
        pytest.param(
            permissions(permission("x", **from_bucket("*"))), FAIL, "more than this bucket", id="a pattern"
        ),
        pytest.param(
            permissions({**permission("x", **from_bucket()), "Principal": "*"}),
            FAIL,
            "the statement x allows lambda:InvokeFunction to everybody",
            id="everybody, not S3 alone",
        ),
        pytest.param(
            permissions(permission(**from_bucket()), permission("old", **from_bucket("last-year"))),
            WARN,
            "the statement old is left over",
            id="stale beside a right one",
        ),
        pytest.param(
            permissions({**permission(**from_bucket()), "Principal": {"Service": "events.amazonaws.com"}}),
            FAIL,
            "no statement lets",
            id="another service",
        ),
        pytest.param(
            permissions({**permission(**from_bucket()), "Action": "lambda:GetFunction"}),
            FAIL,
            "no statement lets",
            id="another action",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


def repair(**changes: Any) -> list[tuple[str, Any]]:
    site = site_where(**changes)
    restore(site)
    writes = ("lambda.add_permission", "lambda.remove_permission")
    return [(call, arguments["StatementId"]) for call, arguments in calls_of(site) if call in writes]


def test_the_right_statement_is_there_before_the_wrong_one_goes() -> None:
    done = repair(**permissions(permission("broad")))
    assert done == [
        ("lambda.add_permission", "gist-InvokePermission-1"),
        ("lambda.remove_permission", "broad"),
    ]


def test_a_wrong_statement_under_the_stacks_own_id_is_replaced_under_another() -> None:
    done = repair(**permissions(permission("gist-InvokePermission-1")))
    assert done == [
        ("lambda.add_permission", "gist-InvokePermission-1-restored"),
        ("lambda.remove_permission", "gist-InvokePermission-1"),
    ]


def test_a_healthy_policy_is_left_alone() -> None:
    assert repair() == []
