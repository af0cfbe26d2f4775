"""Reading the conditions of policy statements: would this one hold for that call?

Comes in: a statement, and what is known of a call's condition keys. Goes out: yes, no, or None where more would have
to be known. Called by `policy`. Source: IAM User Guide, "IAM JSON policy elements: Condition operators".
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Statement = Mapping[str, Any]
Keys = Mapping[str, str | None]  # by name in small letters; None: the call does not carry it

OVER_TLS: Keys = {"aws:securetransport": "true"}
_EQUAL = {"Bool", "StringEquals", "StringLike", "ArnEquals", "ArnLike"}
_DIFFERENT = {"StringNotEquals", "StringNotLike", "ArnNotEquals", "ArnNotLike"}


def condition_met(statement: Statement, keys: Keys = OVER_TLS) -> bool | None:
    """Tell whether all conditions hold; one that is known not to is enough for no."""
    met = [_holds(operator, key, value, keys) for operator, key, value in conditions(statement)]
    if False in met:
        return False
    return None if None in met else True


def conditions(statement: Statement) -> Iterator[tuple[str, str, Any]]:
    """Yield the operator, key and value of each condition."""
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, value in keys.items():
            yield operator, key, value


def matches(pattern: str, value: str, *, ignore_case: bool = False) -> bool:
    """Compare as IAM does: `*` is any text, `?` any one letter."""
    parts = (".*" if letter == "*" else "." if letter == "?" else re.escape(letter) for letter in pattern)
    return re.fullmatch("".join(parts), value, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def as_list(value: Any) -> list[Any]:
    """Give a list, where a policy may have one value or several."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]


def _holds(operator: str, key: str, wanted: Any, keys: Keys) -> bool | None:
    """Judge one condition; what is absent is equal to nothing, and so different from everything."""
    if key.lower() not in keys:
        return None
    value = keys[key.lower()]
    if operator == "Null":
        return (value is None) == (str(as_list(wanted)[0]).lower() == "true")
    if operator not in _EQUAL | _DIFFERENT:
        return None
    equal = value is not None and any(
        matches(str(one), value, ignore_case=operator == "Bool") for one in as_list(wanted)
    )
    return equal is (operator in _EQUAL)
