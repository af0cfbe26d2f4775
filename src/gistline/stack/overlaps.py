"""A rule of a bucket's notification configuration, and when two of them are about the same upload.

Comes in: two rules. Goes out: whether S3 would refuse to have both. Called by `notifications`, before anything is
written, and by the local cloud's gate, which answers in S3's words.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a bucket's notification configuration: which events on which keys go where."""

    id: str
    destination: str  # an ARN
    events: tuple[str, ...]  # as written: s3:ObjectCreated:*, s3:ObjectRemoved:Delete, ...
    prefix: str = ""
    suffix: str = ""


def overlapping(one: Rule, other: Rule) -> bool:
    """Tell whether both rules would match one event on one key.

    S3 allows overlapping prefixes only with suffixes that do not overlap, and overlapping filters only for
    different event types. "Two suffixes are overlapping if a string can end with both."
    Source: S3 User Guide, "Configuring event notifications using object key name filtering".
    """
    return _share_an_event(one.events, other.events) and _share_a_key(one, other)


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
