"""The gate between S3 and Lambda: the two questions that S3 asks before it invokes anything.

Comes in: a bucket's notification rules, a function's resource-based policy. Goes out: the words of a
refusal, or a yes. Called by `ministack`, when a notification configuration is put and at each delivery.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

OVERLAP_UNFILTERED = (
    "Configurations overlap. Configurations on the same bucket cannot share a common event type."
)
OVERLAP_FILTERED = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes "
    "are overlapping for the same event type."
)
NOT_VALIDATED = "Unable to validate the following destination configurations"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a bucket's notification configuration: which events on which keys go where."""

    id: str
    destination: str  # an ARN
    events: tuple[str, ...]  # as written: s3:ObjectCreated:*, s3:ObjectRemoved:Delete, ...
    prefix: str = ""
    suffix: str = ""


def overlap(rules: Sequence[Rule]) -> str | None:
    """Say in S3's words that two of the rules would match one event on one key, or None.

    S3 allows overlapping prefixes only with suffixes that do not overlap, and overlapping filters only for
    different event types. "Two suffixes are overlapping if a string can end with both."
    Source: S3 User Guide, "Configuring event notifications using object key name filtering".
    """
    for one, other in combinations(rules, 2):
        if _share_an_event(one.events, other.events) and _share_a_key(one, other):
            filtered = any((one.prefix, one.suffix, other.prefix, other.suffix))
            return OVERLAP_FILTERED if filtered else OVERLAP_UNFILTERED
    return None


def _share_an_event(one: Iterable[str], other: Iterable[str]) -> bool:
    others = list(other)
    return any(_same_event(a, b) for a in one for b in others)


def _same_event(one: str, other: str) -> bool:
    """Tell whether two event types name one event: `s3:ObjectCreated:*` covers `s3:ObjectCreated:Put`."""
    return one == other or _covers(one, other) or _covers(other, one)


def _covers(wildcard: str, event: str) -> bool:
    return wildcard.endswith("*") and event.startswith(wildcard[:-1])


def _share_a_key(one: Rule, other: Rule) -> bool:
    prefixes = one.prefix.startswith(other.prefix) or other.prefix.startswith(one.prefix)
    suffixes = one.suffix.endswith(other.suffix) or other.suffix.endswith(one.suffix)
    return prefixes and suffixes
