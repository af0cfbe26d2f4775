"""A plan as lines for a person, and as JSON for a program.

Comes in: a `Plan`. Goes out: text, or an object for `json.dumps`. Called by `deploy`.
"""

import json
from collections.abc import Iterator
from typing import Any

from gistline.stack.plan import Change, Plan

NOTHING = "Nothing to change."
REPLACED = {"True": ", is replaced by a new one", "Conditional": ", may be replaced by a new one"}


def lines(plan: Plan) -> Iterator[str]:
    """Say each resource and each permission that will change."""
    if not plan.change_set:
        yield NOTHING
        return
    yield f"Resources of the stack {plan.stack} that will change:"
    yield from (f"  {_resource(change)}" for change in plan.changes)
    yield (
        "Permissions that will change (+ given, - taken):"
        if plan.permissions
        else "No permission will change."
    )
    for change in plan.permissions:
        permission = change.permission
        yield f"  {change.sign} {permission.holder}, {permission.name}"
        yield f"      {permission.words}"


def as_json(plan: Plan) -> dict[str, Any]:
    """Give the plan as plain data."""
    return {
        "stack": plan.stack,
        "creates": plan.creates,
        "changes": [
            {
                "action": change.action,
                "resource": change.resource,
                "type": change.type,
                "replacement": change.replacement,
                "properties": list(change.properties),
            }
            for change in plan.changes
        ],
        "permissions": [
            {
                "sign": change.sign,
                "resource": change.permission.holder,
                "name": change.permission.name,
                "statement": json.loads(change.permission.statement),
            }
            for change in plan.permissions
        ],
    }


def _resource(change: Change) -> str:
    what = f": {', '.join(change.properties)}" if change.properties else ""
    return f"{change.action:<7}{change.resource} ({change.type}){what}{REPLACED.get(change.replacement, '')}"
