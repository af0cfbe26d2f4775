"""Reading conditions of policy statements."""

from typing import Any

import pytest

from gistline.checks.conditions import condition_met

KNOWN = {"aws:securetransport": "true", "aws:principalarn": "arn:aws:iam::1:role/us", "s3:if-match": None}


@pytest.mark.parametrize(
    ("condition", "met"),
    [
        ({}, True),
        ({"Bool": {"aws:SecureTransport": "false"}}, False),
        ({"Bool": {"aws:SecureTransport": "True"}}, True),
        ({"ArnEquals": {"aws:PrincipalArn": "arn:aws:iam::1:role/us"}}, True),
        ({"ArnLike": {"aws:PrincipalArn": ["arn:aws:iam::1:user/*", "arn:aws:iam::1:role/*"]}}, True),
        ({"ArnNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::1:role/us"]}}, False),
        ({"ArnNotEquals": {"aws:PrincipalArn": ["arn:aws:iam::1:role/them"]}}, True),
        ({"StringEquals": {"s3:if-match": "x"}}, False),
        ({"StringNotEquals": {"s3:if-match": "x"}}, True),
        ({"Null": {"s3:if-match": "true"}}, True),
        ({"Null": {"s3:if-match": True}}, True),
        ({"Null": {"s3:if-match": "false"}}, False),
        ({"Null": {"aws:PrincipalArn": "true"}}, False),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, None),
        ({"NumericLessThan": {"aws:PrincipalArn": "1"}}, None),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Bool": {"aws:SecureTransport": "false"}}, False),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "Bool": {"aws:SecureTransport": "true"}}, None),
    ],
)
def test_condition(condition: dict[str, Any], *, met: bool | None) -> None:
    assert condition_met({"Condition": condition}, KNOWN) is met


def test_a_statement_without_conditions_always_holds() -> None:
    assert condition_met({}) is True
