"""The gate between S3 and Lambda: the two questions that S3 asks before it invokes anything.

Comes in: a bucket's notification rules, a function's resource-based policy. Goes out: the words of a
refusal, or a yes. Called by `ministack`, when a notification configuration is put and at each delivery.
"""

from collections.abc import Sequence
from itertools import combinations

from gistline.stack.overlaps import Rule, overlapping

OVERLAP_UNFILTERED = (
    "Configurations overlap. Configurations on the same bucket cannot share a common event type."
)
OVERLAP_FILTERED = (
    "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes "
    "are overlapping for the same event type."
)
NOT_VALIDATED = "Unable to validate the following destination configurations"


def overlap(rules: Sequence[Rule]) -> str | None:
    """Say in S3's words that two of the rules would match one event on one key, or None."""
    for one, other in combinations(rules, 2):
        if overlapping(one, other):
            filtered = any((one.prefix, one.suffix, other.prefix, other.suffix))
            return OVERLAP_FILTERED if filtered else OVERLAP_UNFILTERED
    return None
