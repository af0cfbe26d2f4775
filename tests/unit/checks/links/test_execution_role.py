from dataclasses import replace
from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.execution_role import look
from support.fake_aws import (
    BUCKET,
    POLICY,
    SWEEPER_ROLE,
    allow,
    refused,
    role_policy,
    simulated,
    simulation,
    site_where,
    swept_site_where,
)

OK, FAIL = Verdict.OK, Verdict.FAIL
READ_BY_US = {"iam.simulate_principal_policy": refused("AccessDenied")}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "can write neither", id="healthy"),
        pytest.param(
            simulation(s3_GetObject="implicitDeny"),
            FAIL,
            "cannot download CSVs (implicitDeny)",
            id="cannot read",
        ),
        pytest.param(
            simulation(s3_PutObject="explicitDeny"),
            FAIL,
            "cannot store summaries (explicitDeny)",
            id="cannot write",
        ),
        pytest.param(
            simulation(s3_ListBucket="implicitDeny"),
            FAIL,
            "missing key from a forbidden one",
            id="cannot list",
        ),
        pytest.param(
            simulation(sqs_SendMessage="implicitDeny"), FAIL, "cannot report failures", id="cannot report"
        ),
        pytest.param(
            simulation(sqs_ReceiveMessage="implicitDeny"),
            FAIL,
            "gist-recorder lacks sqs:ReceiveMessage",
            id="cannot take failures",
        ),
        pytest.param(simulation(s3_DeleteObject="allowed"), FAIL, "it can remove CSVs", id="can remove"),
        pytest.param(simulation(logs_PutLogEvents="implicitDeny"), FAIL, "cannot log", id="cannot log"),
        pytest.param(
            simulation(s3_PutObject="allowed"), FAIL, "where the trigger listens", id="can write inputs"
        ),
        pytest.param(
            simulation(s3_GetObject="allowed"), FAIL, "read other buckets", id="can read everything"
        ),
        pytest.param(
            {"iam.get_role": {"Role": {"AssumeRolePolicyDocument": {"Statement": []}}}},
            FAIL,
            "trust policy",
            id="nobody may wear it",
        ),
        pytest.param({**READ_BY_US, **role_policy(*POLICY)}, OK, "", id="read by us: healthy"),
        pytest.param(
            {**READ_BY_US, **role_policy(*POLICY[1:])},
            FAIL,
            "cannot download CSVs",
            id="read by us: cannot read",
        ),
        pytest.param(
            {**READ_BY_US, **role_policy(*POLICY, allow("s3:*", f"arn:aws:s3:::{BUCKET}/*"))},
            FAIL,
            "where the trigger listens",
            id="read by us: can write inputs",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


def sweepers_alone(action: str, place: str, decision: str) -> dict[str, Any]:
    """Change what IAM says of one action of the sweeper, on resources that end so."""

    def simulate(**arguments: Any) -> dict[str, Any]:
        asked = (arguments["PolicySourceArn"], arguments["ActionNames"], arguments["ResourceArns"][0])
        if asked[:2] == (SWEEPER_ROLE, [action]) and asked[2].endswith(place):
            return {"EvaluationResults": [{"EvalDecision": decision}]}
        return simulated(**arguments)

    return {"iam.simulate_principal_policy": simulate}


@pytest.mark.parametrize(
    ("action", "place", "decision", "words"),
    [
        ("s3:ListBucket", "", "implicitDeny", "cannot list CSVs and summaries"),
        ("s3:GetObject", ".json", "implicitDeny", "cannot ask summaries of which CSV they are"),
        ("lambda:InvokeFunction", "summarizer", "implicitDeny", "cannot hand CSVs to the summarizer"),
        ("lambda:InvokeFunction", "sweeper", "implicitDeny", "cannot go on where its time ran out"),
        ("logs:PutLogEvents", "", "implicitDeny", "cannot log"),
        ("s3:GetObject", ".csv", "allowed", "it can read CSVs"),
        ("s3:PutObject", ".json", "allowed", "it can write summaries"),
        ("s3:DeleteObject", ".json", "allowed", "it can remove summaries"),
        ("s3:PutObject", ".csv", "allowed", "where the trigger listens"),
        ("s3:DeleteObject", ".csv", "allowed", "it can remove CSVs"),
    ],
)
def test_the_sweeper_may_do_what_it_must_and_no_more(
    action: str, place: str, decision: str, words: str
) -> None:
    healthy = look(swept_site_where())
    assert healthy.verdict is OK
    assert "the sweeper may look and invoke" in healthy.evidence
    finding = look(swept_site_where(**sweepers_alone(action, place, decision)))
    assert finding.verdict is FAIL
    assert "gist-sweeper" in finding.evidence
    assert words in finding.evidence


def test_a_stack_without_a_sweeper_is_not_asked_about_one() -> None:
    assert "sweeper" not in look(site_where()).looked_at
    assert "gist-recorder and gist-sweeper" in look(swept_site_where()).looked_at


def test_it_says_whether_iam_or_our_own_reading_decided() -> None:
    assert "as IAM simulates them" in look(site_where()).looked_at
    assert "as we read its policies" in look(site_where(**READ_BY_US)).looked_at


def test_a_stack_that_removes_summaries_may_remove_them_and_no_other_may() -> None:
    summaries = allow("s3:DeleteObject", f"arn:aws:s3:::{BUCKET}/summaries/*.json")
    site = site_where(**READ_BY_US, **role_policy(*POLICY, summaries))
    assert "it can remove summaries" in look(site).evidence
    removing = replace(site, outputs=replace(site.outputs, on_source_delete="delete"))
    assert look(removing).verdict is OK


def test_attached_policies_are_read_too() -> None:
    attached = {
        "iam.list_role_policies": {"PolicyNames": []},
        "iam.list_attached_role_policies": {"AttachedPolicies": [{"PolicyName": "p", "PolicyArn": "arn"}]},
        "iam.get_policy": {"Policy": {"DefaultVersionId": "v2"}},
        "iam.get_policy_version": {"PolicyVersion": {"Document": {"Statement": POLICY}}},
    }
    assert look(site_where(**READ_BY_US, **attached)).verdict is OK
