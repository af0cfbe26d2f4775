"""The rules of the bucket's notification configuration, read and put right.

Comes in: a `Site`. Goes out: `Rule`s; or the one rule of ours is as the template says, and everybody else's as they
were. Called by the checks `notification` and `loops`, which may find the same rule wrong for different reasons.
"""

import json
from dataclasses import replace

from gistline.checks.asking import command
from gistline.checks.check import Remedy
from gistline.stack.existing import S3Notifications, notifications_of, rule_id
from gistline.stack.notifications import Configuration, merge, remove, rules_of, same
from gistline.stack.overlaps import Rule
from gistline.stack.site import Site
from gistline.stack.target import explained

CREATED = "s3:ObjectCreated:*"


def read_rules(site: Site) -> tuple[Rule, ...]:
    """Read all rules of the bucket, whatever they lead to."""
    return tuple(rules_of(_store(site).read()))


def leads_to_us(rule: Rule, site: Site) -> bool:
    """Tell whether the rule invokes the summarizer, or one of its versions or aliases."""
    ours = site.outputs.summarizer_arn
    return rule.destination == ours or rule.destination.startswith(f"{ours}:")


def wanted(site: Site) -> Rule:
    """Say what our rule should be."""
    outputs = site.outputs
    return Rule(rule_id(site.stack), outputs.summarizer_arn, (CREATED,), outputs.input_prefix, outputs.suffix)


def merged(configuration: Configuration, site: Site) -> Configuration:
    """Put our one rule in the place of whatever leads to the summarizer; keep all else as it is."""
    ours = [rule for rule in rules_of(configuration) if leads_to_us(rule, site)]
    others = configuration
    for rule in ours[1:]:
        others = remove(others, rule.id)
    right = wanted(
        site
    )  # under the id that is there: so it stays the same rule to CloudFormation or whoever made it
    return merge(others, replace(right, id=ours[0].id) if ours else right)


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
        f"let one rule lead to {outputs.summarizer_name}: {CREATED}, prefix {outputs.input_prefix}, suffix"
        f" {outputs.suffix}; the rules to other destinations stay as they are"
    )
    put = ["s3api", "put-bucket-notification-configuration", "--bucket", outputs.bucket_name]
    whole = json.dumps(merged(_store(site).read(), site))
    return Remedy(words, command(site, *put, "--notification-configuration", whole), restore)


def _store(site: Site) -> S3Notifications:
    return notifications_of(site.target, site.outputs.bucket_name, site.account)
