"""A bucket's notification configuration that is not ours alone: our rule goes in and out, the others stay.

Comes in: a configuration in boto3's shape (of GetBucketNotificationConfiguration, without ResponseMetadata), a store
that reads and writes one. Goes out: the configuration with or without our rule. Called by `existing` and by the checks.

S3 knows only "put the whole configuration": whoever forgets a rule deletes it. There is no condition to put on it
either, so that a change by somebody else in the very moment between our read and our write is lost; the comparison
afterwards is with what we had read.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from gistline.errors import StackError
from gistline.stack.overlaps import Rule, overlapping

Configuration = dict[str, Any]

FUNCTIONS = "LambdaFunctionConfigurations"
# Each kind of rule, and under which name its destination stands.
DESTINATIONS = {
    FUNCTIONS: "LambdaFunctionArn",
    "QueueConfigurations": "QueueArn",
    "TopicConfigurations": "TopicArn",
}


class Store(Protocol):
    """Where a configuration lies."""

    def read(self) -> Configuration:
        """Read the whole configuration."""

    def write(self, configuration: Configuration, *, ask_destinations: bool) -> None:
        """Put the whole configuration; S3 asks each destination whether it may reach it, or takes it as it is."""


def merge(configuration: Configuration, rule: Rule) -> Configuration:
    """Put our rule in the place of the one with its id, or after the other functions' rules."""
    ours = _as_boto3(rule)
    rules = configuration.get(FUNCTIONS, [])
    if any(other.get("Id") == rule.id for other in rules):
        merged = [ours if other.get("Id") == rule.id else other for other in rules]
    else:
        merged = [*rules, ours]
    return {**configuration, FUNCTIONS: merged}


def remove(configuration: Configuration, rule_id: str) -> Configuration:
    """Take our rule out; S3 does not list a kind of which there is none."""
    others = [rule for rule in configuration.get(FUNCTIONS, []) if rule.get("Id") != rule_id]
    rest = {name: value for name, value in configuration.items() if name != FUNCTIONS}
    if FUNCTIONS not in configuration or not others:
        return rest
    return {name: others if name == FUNCTIONS else value for name, value in configuration.items()}


def same(one: Configuration, other: Configuration) -> bool:
    """Tell whether two configurations are equal; in which order S3 lists rules means nothing."""
    return _canonical(one) == _canonical(other)


def rules_of(configuration: Configuration) -> Iterator[Rule]:
    """Give every rule, whatever its destination."""
    for kind, destination in DESTINATIONS.items():
        for rule in configuration.get(kind, []):
            # S3 gives `Prefix` where one had put `prefix`.
            filters = rule.get("Filter", {}).get("Key", {}).get("FilterRules", [])
            values = {entry["Name"].lower(): entry.get("Value", "") for entry in filters}
            yield Rule(
                rule.get("Id", ""),
                rule[destination],
                tuple(rule["Events"]),
                values.get("prefix", ""),
                values.get("suffix", ""),
            )


def refuse_conflicts(configuration: Configuration, ours: Rule, written: Rule) -> None:
    """Refuse what S3 would refuse, and what would go round in a circle. `written`: what our function writes.

    Raises:
        StackError: naming the other rule and its destination.
    """
    for other in rules_of(configuration):
        if other.id == ours.id:
            continue
        if overlapping(ours, other):
            raise StackError(
                f"the rule {other.id!r} of the bucket, for {other.destination}, overlaps with ours: both would match "
                f"a key that begins with {max(ours.prefix, other.prefix, key=len)!r} and ends with "
                f"{max(ours.suffix, other.suffix, key=len)!r}",
                "S3 allows one rule for an event and a key: give that rule another prefix or suffix, or use another "
                "bucket",
            )
        if other.destination.startswith(ours.destination) and overlapping(written, other):
            raise StackError(
                f"the rule {other.id!r} of the bucket invokes {other.destination} for what it writes itself under "
                f"{written.prefix!r}: a loop",
                "take that rule away",
            )


def rewrite(
    store: Store, wanted: Callable[[Configuration], Configuration], back_up: Callable[[Configuration], Path]
) -> Path | None:
    """Change the configuration, keep a copy of the old one, and prove that it is as it should be.

    Gives the path of the copy, or None when there was nothing to change. Whatever goes wrong on the way, the old
    configuration is put back.

    Raises:
        StackError: S3 stored something else; the old configuration is back.
    """
    before = store.read()
    after = wanted(before)
    if same(before, after):
        return None
    path = back_up(before)
    # Who takes a rule away need not wait for a destination of somebody else that does not answer.
    adds = len(list(rules_of(after))) >= len(list(rules_of(before)))
    try:
        _write(store, after, path, ask_destinations=adds)
    except BaseException:
        if not same(store.read(), before):
            store.write(before, ask_destinations=False)
        raise
    return path


def _write(store: Store, configuration: Configuration, copy: Path, *, ask_destinations: bool) -> None:
    store.write(configuration, ask_destinations=ask_destinations)
    if not same(store.read(), configuration):
        raise StackError(
            "the bucket's notification configuration is not what was written: somebody changed it at the same time; "
            f"the one of before is put back, and a copy of it lies in {copy}",
            "look whether the other change is still there, then run the same command again",
        )


def _as_boto3(rule: Rule) -> Configuration:
    filters = [{"Name": "prefix", "Value": rule.prefix}, {"Name": "suffix", "Value": rule.suffix}]
    return {
        "Id": rule.id,
        DESTINATIONS[FUNCTIONS]: rule.destination,
        "Events": list(rule.events),
        "Filter": {"Key": {"FilterRules": filters}},
    }


def _canonical(configuration: Mapping[str, Any]) -> Configuration:
    return {
        name: sorted(json.dumps(_plain(rule), sort_keys=True) for rule in value)
        if name in DESTINATIONS
        else value
        for name, value in configuration.items()
        if value or name not in DESTINATIONS
    }


def _plain(rule: Mapping[str, Any]) -> Any:
    """Write the names of a rule's filters in lower case, and its events and filters in one order."""
    filters = rule.get("Filter", {}).get("Key", {}).get("FilterRules", [])
    named = sorted([entry["Name"].lower(), entry.get("Value", "")] for entry in filters)
    return {**rule, "Events": sorted(rule["Events"]), "Filter": named}
