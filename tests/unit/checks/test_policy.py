from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.checks.conditions import matches
from gistline.checks.policy import Decision, decide, principals, statements

ARN = "arn:aws:s3:::csvs/synthetic-data/a.csv"
ALLOW = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": ARN}
DENY = {**ALLOW, "Effect": "Deny"}
UNKNOWN = {"Condition": {"StringEquals": {"aws:PrincipalTag/team": "x"}}}
PLAIN_HTTP = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}


@pytest.mark.parametrize(
    ("policies", "decision"),
    [
        pytest.param([], Decision.IMPLICIT_DENY, id="nobody allows it"),
        pytest.param([ALLOW], Decision.ALLOWED, id="allowed"),
        pytest.param([ALLOW, DENY], Decision.EXPLICIT_DENY, id="a Deny outweighs an Allow"),
        pytest.param([{**ALLOW, "Action": "S3:getobject"}], Decision.ALLOWED, id="actions have no case"),
        pytest.param([{**ALLOW, "Resource": ARN.upper()}], Decision.IMPLICIT_DENY, id="resources have"),
        pytest.param(
            [{**ALLOW, "Action": ["s3:List*", "s3:Get*"]}], Decision.ALLOWED, id="wildcards in a list"
        ),
        pytest.param([{**ALLOW, "Resource": f"{ARN}?"}], Decision.IMPLICIT_DENY, id="? is one letter"),
        pytest.param(
            [ALLOW, {"Effect": "Deny", "NotAction": "s3:GetObject", "NotResource": "x"}],
            Decision.ALLOWED,
            id="NotAction spares it",
        ),
        pytest.param(
            [ALLOW, {"Effect": "Deny", "Action": "*", "NotResource": f"{ARN}x"}],
            Decision.EXPLICIT_DENY,
            id="NotResource does not spare it",
        ),
        pytest.param(
            [{**ALLOW, **UNKNOWN}], Decision.IMPLICIT_DENY, id="an unknown condition allows nothing"
        ),
        pytest.param([ALLOW, {**DENY, **UNKNOWN}], Decision.ALLOWED, id="and denies nothing"),
        pytest.param([ALLOW, {**DENY, **PLAIN_HTTP}], Decision.ALLOWED, id="we come over TLS"),
    ],
)
def test_decision(policies: list[dict[str, Any]], decision: Decision) -> None:
    assert decide(policies, "s3:GetObject", ARN) is decision


def test_a_document_may_be_text_and_hold_one_statement() -> None:
    assert statements('{"Statement": {"Effect": "Allow"}}') == [{"Effect": "Allow"}]


def test_everybody_is_a_principal_of_every_kind() -> None:
    assert principals({"Principal": "*"}, "Service") == ["*"]
    assert principals({"Principal": {"AWS": "me"}}, "AWS") == ["me"]
    assert principals({"Principal": {"AWS": ["me", "you"], "Service": "s"}}) == ["me", "you", "s"]
    assert principals({}, "AWS") == []


@given(st.text())
def test_a_text_without_wildcards_matches_itself_alone(text: str) -> None:
    plain = text.replace("*", "").replace("?", "")
    assert matches(plain, plain)
    assert not matches(plain, f"{plain}x")


@given(st.text(), st.text(), st.text())
def test_a_star_stands_for_any_text(before: str, middle: str, after: str) -> None:
    start, end = before.replace("?", "").replace("*", ""), after.replace("?", "").replace("*", "")
    assert matches(f"{start}*{end}", f"{start}{middle}{end}")
