"""Reading policy documents: what does this one say about that action on that resource?

Comes in: policy documents as IAM and S3 give them. Goes out: a decision. Called by the checks that look at policies,
where no service can be asked. A small reader: effects, wildcards, the Not-forms; conditions are read in `conditions`.
It sees no permissions boundary, no session policy and no service control policy, and its callers say so.

Source of the rules: IAM User Guide, "Policy evaluation logic".
"""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from gistline.checks.conditions import OVER_TLS, Keys, Statement, as_list, condition_met, matches


class Decision(StrEnum):
    """What policies say of one action, in the words of IAM's own simulator."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


def statements(document: str | Mapping[str, Any]) -> list[Statement]:
    """Give the statements of a policy document, which may be text, and hold one or several."""
    parsed: Mapping[str, Any] = json.loads(document) if isinstance(document, str) else document
    return as_list(parsed.get("Statement"))


def decide(policies: Iterable[Statement], action: str, resource: str, keys: Keys = OVER_TLS) -> Decision:
    """Decide as IAM does: a Deny outweighs every Allow, and what nobody allows is denied.

    `keys` is what is known of the call; a statement with a condition that cannot be judged by it counts for nothing.
    """
    effects = {
        statement["Effect"]
        for statement in policies
        if applies(statement, action, resource) and condition_met(statement, keys)
    }
    if "Deny" in effects:
        return Decision.EXPLICIT_DENY
    return Decision.ALLOWED if "Allow" in effects else Decision.IMPLICIT_DENY


def applies(statement: Statement, action: str, resource: str) -> bool:
    """Tell whether a statement is about this action on this resource, its conditions apart."""
    return _named(statement, "Action", action, ignore_case=True) and _named(statement, "Resource", resource)


def principals(statement: Statement, *kinds: str) -> list[str]:
    """Give the principals of these kinds (`AWS`, `Service`), or of all if none is said; everybody is `*`."""
    named = statement.get("Principal") or {}
    return ["*"] if named == "*" else [one for kind in kinds or named for one in as_list(named.get(kind))]


def _named(statement: Statement, element: str, value: str, *, ignore_case: bool = False) -> bool:
    patterns = as_list(statement.get(element))
    if patterns:
        return any(matches(pattern, value, ignore_case=ignore_case) for pattern in patterns)
    excluded = as_list(statement.get(f"Not{element}"))
    return bool(excluded) and not any(matches(p, value, ignore_case=ignore_case) for p in excluded)
