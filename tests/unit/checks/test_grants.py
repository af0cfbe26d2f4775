"""Statements of a resource-based policy, held against the one that is wanted."""

from dataclasses import replace
from typing import Any

import pytest

from gistline.checks.grants import INVOKE, Grant, Wanted, grants_of, remedy, restore
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

S3, FUNCTION, STRANGERS = "s3.amazonaws.com", "gist-summarizer", "444455556666"
ARN = f"arn:aws:s3:::{BUCKET}"
RIGHT = Grant("right", (S3,), (INVOKE,), (ARN,), (ACCOUNT,))
WANTED = Wanted(FUNCTION, S3, ARN, ACCOUNT, "InvokePermission")
RULE = f"arn:aws:events:eu-central-1:{ACCOUNT}:rule/r"


def test_every_statement_that_allows_something_is_read_whoever_it_is_for() -> None:
    written = (
        permission(**from_bucket()),
        {**permission("all"), "Principal": "*", "Action": ["lambda:GetFunction", "lambda:*"]},
        {**permission("both"), "Principal": {"AWS": [ACCOUNT], "Service": S3}},
        {**permission("denied"), "Effect": "Deny"},
    )
    ours, all_, both = grants_of(site_where(**permissions(*written)), FUNCTION)
    assert ours == replace(RIGHT, sid="gist-InvokePermission-1")
    assert (all_.principals, all_.actions) == (("*",), ("lambda:GetFunction", "lambda:*"))
    assert both.principals == (ACCOUNT, S3)


def test_where_there_is_no_policy_nobody_is_let_in() -> None:
    site = site_where(**{"lambda.get_policy": refused("ResourceNotFoundException")})
    assert grants_of(site, FUNCTION) == ()


@pytest.mark.parametrize(
    ("changes", "lets_in"),
    [
        ({}, True),
        ({"principals": ("*",)}, True),
        ({"principals": (ACCOUNT, S3)}, True),
        ({"actions": ("lambda:*",)}, True),
        ({"actions": ("*",)}, True),
        ({"principals": ("events.amazonaws.com",)}, False),
        ({"actions": ("lambda:InvokeFunctionUrl",)}, False),
    ],
)
def test_a_service_is_let_in_by_its_name_or_as_anybody_to_invoke(
    *, changes: dict[str, Any], lets_in: bool
) -> None:
    assert replace(RIGHT, **changes).lets_in(S3) is lets_in


@pytest.mark.parametrize(
    ("principals", "arns", "accounts", "stays"),
    [
        ((S3,), (ARN,), (ACCOUNT,), True),
        (("*",), (), (ACCOUNT,), True),
        ((S3,), (RULE,), (), True),
        ((f"arn:aws:iam::{ACCOUNT}:role/r",), (), (), True),
        ((ACCOUNT,), (), (), True),
        ((S3,), (ARN,), (), False),
        ((S3,), (RULE, RULE.replace(ACCOUNT, STRANGERS)), (), False),
        ((S3,), (ARN,), (ACCOUNT, STRANGERS), False),
        ((S3,), (), (), False),
        (("*",), (), (), False),
        ((f"arn:aws:iam::{STRANGERS}:root",), (), (), False),
        ((STRANGERS,), (), (), False),
    ],
)
def test_nobody_outside_gets_in_where_the_account_is_said(
    *, principals: tuple[str, ...], arns: tuple[str, ...], accounts: tuple[str, ...], stays: bool
) -> None:
    assert Grant("x", principals, (INVOKE,), arns, accounts).stays_in(ACCOUNT) is stays


@pytest.mark.parametrize(
    "changes",
    [
        {"principals": ("*",)},
        {"principals": (S3, ACCOUNT)},
        {"actions": ("lambda:*",)},
        {"source_arns": ()},
        {"source_arns": (ARN, f"{ARN}-2")},
        {"source_accounts": ()},
        {"source_accounts": (STRANGERS,)},
    ],
)
def test_a_statement_that_says_anything_else_is_not_the_one(changes: dict[str, Any]) -> None:
    assert WANTED.is_met(RIGHT)
    assert not WANTED.is_met(replace(RIGHT, **changes))


def test_the_account_need_not_be_said_where_the_source_has_it_in_its_arn() -> None:
    wanted, grant = replace(WANTED, source=RULE), replace(RIGHT, source_arns=(RULE,))
    assert (WANTED.source_account, wanted.source_account) == (ACCOUNT, "")
    for accounts, met in (((ACCOUNT,), True), ((), True), ((STRANGERS,), False)):
        assert wanted.is_met(replace(grant, source_accounts=accounts)) is met


def test_what_a_statement_allows_is_said_in_a_sentence() -> None:
    assert RIGHT.words() == f"the statement right allows {INVOKE} to {S3} for {ARN} of {ACCOUNT}"
    open_ = Grant("open", ("*",), (INVOKE,), (), ())
    assert open_.words() == f"the statement open allows {INVOKE} to everybody for any source"


def test_commands_and_deeds_are_the_same_and_the_right_one_comes_first() -> None:
    site, wrong = site_where(), replace(RIGHT, sid="wrong", source_accounts=())
    said = remedy(site, "mend it", WANTED, [wrong], lambda _: None)
    add, remove = said.command.splitlines()
    assert said.words == "mend it; remove wrong"
    assert add.startswith(
        "aws lambda add-permission --function-name gist-summarizer --statement-id gist-Invoke"
    )
    assert f"--principal {S3} --source-arn {ARN} --source-account {ACCOUNT}" in add
    assert remove.startswith(
        "aws lambda remove-permission --function-name gist-summarizer --statement-id wrong"
    )
    restore(site, WANTED, [wrong])
    deeds = [(call, a) for call, a in calls_of(site) if call.startswith("lambda.")]
    assert [call for call, _ in deeds] == ["lambda.add_permission", "lambda.remove_permission"]
    assert (deeds[0][1]["SourceArn"], deeds[0][1]["SourceAccount"]) == (ARN, ACCOUNT)


def test_the_right_one_is_neither_added_nor_removed() -> None:
    site = site_where()
    assert remedy(site, "mend it", WANTED, [RIGHT], lambda _: None).command == ""
    restore(site, WANTED, [RIGHT])
    assert calls_of(site) == []
