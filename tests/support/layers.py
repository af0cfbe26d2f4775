"""The two permission layers of a deployed stack: what a test takes away of them, it puts back.

Comes in: a `Stack`. Goes out: context managers. Called by the tests on the local cloud.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from support.cloud import ACCOUNT, Stack


@contextmanager
def without_permission(stack: Stack, *, instead: str = "") -> Iterator[None]:
    """Take the invoke permission away; put one that names another bucket in its place, if one is said."""
    lambda_, name = stack.cloud.client("lambda"), stack.outputs.summarizer_name
    (statement,) = json.loads(lambda_.get_policy(FunctionName=name)["Policy"])["Statement"]
    lambda_.remove_permission(FunctionName=name, StatementId=statement["Sid"])
    if instead:
        _permit(stack, "stale", instead)
    try:
        yield
    finally:
        if instead:
            lambda_.remove_permission(FunctionName=name, StatementId="stale")
        _permit(stack, statement["Sid"], stack.outputs.bucket_name)


def _permit(stack: Stack, statement: str, bucket: str) -> None:
    stack.cloud.client("lambda").add_permission(
        FunctionName=stack.outputs.summarizer_name,
        StatementId=statement,
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn=f"arn:aws:s3:::{bucket}",
        SourceAccount=ACCOUNT,
    )


@contextmanager
def role_without(stack: Stack, sid: str, function: str = "") -> Iterator[None]:
    """Take one statement out of a function's execution role; if none is said, the summarizer's."""
    role, name, document = own_policy(stack, function or stack.outputs.summarizer_name)
    fewer = [statement for statement in document["Statement"] if statement["Sid"] != sid]
    assert len(fewer) == len(document["Statement"]) - 1
    _put(stack, role, name, {**document, "Statement": fewer})
    try:
        yield
    finally:
        _put(stack, role, name, document)


def own_policy(stack: Stack, function: str) -> tuple[str, str, Any]:
    """Give a function's role, the name of that role's only policy, and its document."""
    iam, lambda_ = stack.cloud.client("iam"), stack.cloud.client("lambda")
    role = lambda_.get_function_configuration(FunctionName=function)["Role"].rpartition("/")[2]
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    return role, name, iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]


def _put(stack: Stack, role: str, name: str, document: Any) -> None:
    stack.cloud.client("iam").put_role_policy(
        RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document)
    )
