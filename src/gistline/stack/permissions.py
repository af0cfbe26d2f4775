"""Who may do what, as a template says it; and what a new template would change in that.

Comes in: the resources of a template (see `reading`), before and after. Goes out: permissions as data, and the
difference. Called by `plan`, so that a person reads every permission before it is given or taken.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Permission:
    """One statement: the logical id of the resource in which it stands, its name there, and itself as JSON."""

    holder: str
    name: str
    statement: str

    @property
    def words(self) -> str:
        """The statement as one line for a person."""
        s = json.loads(self.statement)
        actions = _listed(s.get("Action")) or f"all but {_listed(s.get('NotAction'))}"
        places = _listed(s.get("Resource")) or (
            f"all but {_listed(s['NotResource'])}" if "NotResource" in s else ""
        )
        who = f" to {_principal(s['Principal'])}" if "Principal" in s else ""
        where = f" on {places}" if places else ""
        when = f" if {_compact(s['Condition'])}" if "Condition" in s else ""
        return f"{s['Effect']}{who}: {actions}{where}{when}"


@dataclass(frozen=True, slots=True)
class PermissionChange:
    """A permission that is given (`+`) or taken (`-`); a changed one is taken and given."""

    sign: str
    permission: Permission


def permissions(resources: Json) -> list[Permission]:
    """Collect all permissions: of roles (and who may assume them), of functions, buckets and queues."""
    return [
        Permission(holder, name, _compact(statement))
        for holder, resource in resources.items()
        for name, statement in _statements(resource["Type"], resource["Properties"])
    ]


def difference(before: list[Permission], after: list[Permission]) -> tuple[PermissionChange, ...]:
    """Say what is taken and what is given, in the order in which it stands in the templates."""
    taken = [PermissionChange("-", permission) for permission in before if permission not in after]
    given = [PermissionChange("+", permission) for permission in after if permission not in before]
    return (*taken, *given)


def _statements(kind: str, properties: Json) -> Iterator[tuple[str, Json]]:
    if kind == "AWS::IAM::Role":
        for statement in properties["AssumeRolePolicyDocument"]["Statement"]:
            yield "who may assume it", statement
        for policy in properties.get("Policies", []):
            yield from _named(policy["PolicyDocument"])
    elif kind == "AWS::Lambda::Permission":
        yield "who may invoke it", _invoke_statement(properties)
    elif kind in {"AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy"}:
        yield from _named(properties["PolicyDocument"])


def _named(document: Json) -> Iterator[tuple[str, Json]]:
    for statement in document["Statement"]:
        yield statement.get("Sid", ""), {name: value for name, value in statement.items() if name != "Sid"}


def _invoke_statement(properties: Json) -> Json:
    """Write an AWS::Lambda::Permission as the statement that Lambda makes of it."""
    conditions = {"aws:SourceArn": "SourceArn", "aws:SourceAccount": "SourceAccount"}
    condition = {key: properties[name] for key, name in conditions.items() if name in properties}
    return {
        "Effect": "Allow",
        "Principal": properties["Principal"],
        "Action": properties["Action"],
        "Resource": properties["FunctionName"],
        **({"Condition": condition} if condition else {}),
    }


def _principal(principal: str | Json) -> str:
    named = principal if isinstance(principal, str) else ", ".join(map(_listed, principal.values()))
    return "anybody" if named == "*" else named


def _listed(value: Any) -> str:
    if value is None:
        return ""
    return ", ".join(str(item) for item in value) if isinstance(value, list) else str(value)


def _compact(node: Any) -> str:
    return json.dumps(node, sort_keys=True)
