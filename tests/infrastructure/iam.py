"""What IAM decides, as far as the template's policies go: a second reader of policies, for the tests alone.

Comes in: statements with `Action` and `Resource` as lists (see `cfn.statements`), and a call. Goes out: a decision.
Source: IAM User Guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from infrastructure.cfn import PSEUDO, Json, Template, applies, statements

BUCKET = "arn:aws:s3:::bucket"
SUMMARY = f"{BUCKET}/summaries/a/summary_orders.json"
CSV = f"{BUCKET}/synthetic-data/a/orders.csv"


@dataclass(frozen=True, slots=True)
class Call:
    """Who wants to do what to which resource, with the condition keys of the request."""

    caller: str
    action: str
    resource: str
    keys: Json = field(default_factory=dict)


def is_denied(policy: Iterable[Json], call: Call) -> bool:
    """Tell whether a statement denies the call."""
    return any(_covers(statement, call) for statement in policy if statement["Effect"] == "Deny")


def is_allowed(policy: Iterable[Json], call: Call) -> bool:
    """Tell whether a statement allows the call and none denies it."""
    policy = list(policy)
    allowed = any(_covers(statement, call) for statement in policy if statement["Effect"] == "Allow")
    return allowed and not is_denied(policy, call)


def bucket_policy(template: Template, **parameters: Any) -> list[Json]:
    """Give the statements of the bucket's policy."""
    return statements(template.properties("BucketPolicy", **parameters)["PolicyDocument"])


def _covers(statement: Json, call: Call) -> bool:
    about = applies(statement, call.action, call.resource)
    return about and _is_caller(statement, call.caller) and _is_met(statement.get("Condition", {}), call)


def _is_caller(statement: Json, caller: str) -> bool:
    principal = statement.get("Principal", "*")  # a role's own policy names none
    if principal == "*":
        return True
    return any(caller in ([named] if isinstance(named, str) else named) for named in principal.values())


def _is_met(conditions: Json, call: Call) -> bool:
    known = {
        "aws:SecureTransport": "true",
        "aws:PrincipalArn": call.caller,
        "s3:ResourceAccount": PSEUDO["AWS::AccountId"],
        **call.keys,
    }
    return all(
        OPERATORS[operator](known.get(key), values if isinstance(values, list) else [values])
        for operator, keys in conditions.items()
        for key, values in keys.items()
    )


# What is absent fulfils a negated operator, and no other but Null.
OPERATORS: dict[str, Callable[[Any, list[Any]], bool]] = {
    "ArnEquals": lambda value, wanted: value in wanted,
    "ArnNotEquals": lambda value, wanted: value not in wanted,
    "Bool": lambda value, wanted: value in wanted,
    "StringEquals": lambda value, wanted: value in wanted,
    "Null": lambda value, wanted: (value is None) == (wanted == ["true"]),
}
