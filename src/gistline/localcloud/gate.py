"""The gate between S3 and Lambda: which of a bucket's rules means a key.

Comes in: a bucket's notification rules, a key. Goes out: the words of a refusal, or whether a rule means the key. Called
by `ministack`, when a notification configuration is put and at each delivery. Whether the function's policy then lets S3
in is asked in `enforcement`.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any
from urllib.parse import unquote_plus

from gistline.stack.overlaps import Rule, overlapping

OVERLAP_UNFILTERED = (
    "Configurations overlap. Configurations on the same bucket cannot share a common event type."
)
OVERLAP_FILTERED = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes "
    "are overlapping for the same event type."
)
NOT_VALIDATED = "Unable to validate the following destination configurations"


def rule(stored: Mapping[str, Any]) -> Rule:
    """Read a rule as MiniStack stores it; the special characters of its filter are URL-encoded."""
    return Rule(
        id=stored["id"],
        destination=stored["arn"],
        events=tuple(stored["events"]),
        prefix=unquote_plus(stored["filter_prefix"] or ""),
        suffix=unquote_plus(stored["filter_suffix"] or ""),
    )


def overlap(rules: Sequence[Rule]) -> str | None:
    """Say in S3's words that two of the rules would match one event on one key, or None."""
    for one, other in combinations(rules, 2):
        if overlapping(one, other):
            filtered = any((one.prefix, one.suffix, other.prefix, other.suffix))
            return OVERLAP_FILTERED if filtered else OVERLAP_UNFILTERED
    return None


def matches(key: str, prefix: str | None, suffix: str | None) -> bool:
    """Tell whether a key passes a filter, whose special characters are URL-encoded.

    Source: S3 User Guide, "Configuring event notifications using object key name filtering".
    """
    return key.startswith(unquote_plus(prefix or "")) and key.endswith(unquote_plus(suffix or ""))
