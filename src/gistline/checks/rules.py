"""The rules of the bucket's notification configuration, read and put right.

Comes in: a `Site`. Goes out: `Rule`s; or our rules are as the template says, and everybody else's as they
were. Called by the checks `notification` and `loops`, which may find the same rule wrong for different reasons.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace

from gistline.checks.asking import command
from gistline.checks.check import Remedy
from gistline.site.site import Site
from gistline.stack.existing import EVENTS, S3Notifications, notifications_of, rule_id
from gistline.stack.notifications import Configuration, merge, remove, rules_of, same
from gistline.stack.overlaps import Rule
from gistline.stack.target import explained


def read_rules(site: Site) -> tuple[Rule, ...]:
    """Read all rules of the bucket, whatever they lead to."""
    return tuple(rules_of(_store(site).read()))


def leads_to_us(rule: Rule, site: Site) -> bool:
    """Tell whether the rule invokes the summarizer, or one of its versions or aliases."""
    ours = site.outputs.summarizer_arn
    return rule.destination == ours or rule.destination.startswith(f"{ours}:")


def wanted(site: Site) -> Rule:
    """Say what our rule should be; it may also be a rule for each event, as CloudFormation makes them."""
    outputs = site.outputs
    return Rule(rule_id(site.stack), outputs.summarizer_arn, EVENTS, outputs.input_prefix, outputs.suffix)


def merged(configuration: Configuration, site: Site) -> Configuration:
    """Put right whatever leads to the summarizer; keep all else as it is."""
    ours = [rule for rule in rules_of(configuration) if leads_to_us(rule, site)]
    right = {rule.id: rule for rule in _put_right(ours, wanted(site))}
    for rule in ours:
        if rule.id not in right:
            configuration = remove(configuration, rule.id)
    for rule in right.values():
        configuration = merge(configuration, rule)
    return configuration


def _put_right(ours: Sequence[Rule], right: Rule) -> Iterator[Rule]:
    """Share the events out: each of our rules keeps those that are its own, the first also gets what is missing.

    Under the ids that are there: so they stay the same rules to CloudFormation, or whoever made them.
    """
    if not ours:
        yield right
        return
    left = list(right.events)
    shares = []
    for rule in ours:
        shares.append([event for event in left if event in rule.events])
        left = [event for event in left if event not in rule.events]
    shares[0] += left
    for rule, share in zip(ours, shares, strict=True):
        if share:
            yield replace(right, id=rule.id, events=tuple(share))


def restore(site: Site) -> None:
    """Read the configuration, put our rule right, write it back."""
    with explained(f"restoring the notification rule on {site.outputs.bucket_name}"):
        store = _store(site)
        before = store.read()
        after = merged(before, site)
        if not same(before, after):
            store.write(after, ask_destinations=True)


def remedy(site: Site) -> Remedy:
    """Say how our rule is put right. A PUT replaces the whole configuration, so the command holds all of it."""
    outputs = site.outputs
    words = (
        f"let one rule for each event lead to {outputs.summarizer_name}: {', '.join(EVENTS)}, prefix"
        f" {outputs.input_prefix}, suffix {outputs.suffix}; the rules to other destinations stay as they are"
    )
    put = ["s3api", "put-bucket-notification-configuration", "--bucket", outputs.bucket_name]
    whole = json.dumps(merged(_store(site).read(), site))
    return Remedy(words, command(site, *put, "--notification-configuration", whole), restore)


def _store(site: Site) -> S3Notifications:
    return notifications_of(site.target, site.outputs.bucket_name, site.account)
