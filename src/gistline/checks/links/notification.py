"""Would S3 notice an upload, and tell our function, once?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. Whether a rule matches too much is `loops`' question.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.rules import leads_to_us, read_rules, remedy, wanted
from gistline.checks.samples import input_key
from gistline.site.site import Site
from gistline.stack.existing import CREATED, EVENTS
from gistline.stack.overlaps import Rule

ID = "notification"
# "may take up to five minutes" until S3 delivers by a new configuration (S3 User Guide, event notifications)
SETTLING = timedelta(minutes=5)
FILTERS = {"prefix": str.startswith, "suffix": str.endswith}


def look(site: Site) -> Finding:
    """Hold a sample upload against every rule on the bucket."""
    rules = read_rules(site)
    looked_at = f"{len(rules)} rule(s) on {site.outputs.bucket_name}, against a sample key {input_key(site)}"
    troubles = [*_ours(site, rules), *_dead(site, rules)]
    healthy = f"exactly one rule of uploads, and one of removals, leads from there to {site.outputs.summarizer_name}"
    return find(ID, looked_at, troubles, healthy=healthy + _hint(site, datetime.now(UTC)))


def _ours(site: Site, rules: Sequence[Rule]) -> Iterator[Trouble]:
    matching = [rule for rule in rules if leads_to_us(rule, site) and _notices(rule, input_key(site))]
    if not matching:
        yield Trouble(Verdict.FAIL, _why_not(site, rules), remedy(site))
        return
    if len(matching) > 1:
        words = f"{len(matching)} rules match it, so that each upload is summarised as many times"
        yield Trouble(Verdict.FAIL, words, remedy(site))
    elif CREATED not in matching[0].events:
        words = f"the rule is for {', '.join(matching[0].events)}, and misses other ways to upload, like multipart"
        yield Trouble(Verdict.WARN, words, remedy(site))
    deaf = [event for event in EVENTS if event != CREATED and not _hears(site, rules, event)]
    if deaf:
        words = f"no rule is for {' and '.join(deaf)}: of a CSV that is removed the summary stays as it is"
        yield Trouble(Verdict.WARN, words, remedy(site))


def _hears(site: Site, rules: Sequence[Rule], event: str) -> bool:
    """Tell whether a rule would tell us of this event, of the sample key."""
    key = input_key(site)
    ours = [rule for rule in rules if leads_to_us(rule, site)]
    return any(
        event in rule.events and key.startswith(rule.prefix) and key.endswith(rule.suffix) for rule in ours
    )


def _notices(rule: Rule, key: str) -> bool:
    """Tell whether some way of uploading under this key would be noticed."""
    return _is_of_uploads(rule) and key.startswith(rule.prefix) and key.endswith(rule.suffix)


def _is_of_uploads(rule: Rule) -> bool:
    return any(event.startswith("s3:ObjectCreated:") for event in rule.events)


def _why_not(site: Site, rules: Sequence[Rule]) -> str:
    ours = [rule for rule in rules if leads_to_us(rule, site)]
    if not ours:
        elsewhere = [rule.destination for rule in rules if _notices(rule, input_key(site))]
        also = f"; such uploads go to {', '.join(elsewhere)}" if elsewhere else ""
        return f"no rule leads to {site.outputs.summarizer_name}{also}"
    uploads = [rule for rule in ours if _is_of_uploads(rule)] or ours
    return "; ".join(reason for rule in uploads for reason in _misfits(rule, wanted(site)))


def _misfits(rule: Rule, right: Rule) -> Iterator[str]:
    if not _is_of_uploads(rule):
        yield f"the rule is for {', '.join(rule.events)}, not for created objects"
    for name, fits in FILTERS.items():
        has, should = getattr(rule, name), getattr(right, name)
        if not fits(should, has):
            case = ": S3 tells capital letters from small ones" if has.lower() == should.lower() else ""
            yield f"the rule's {name} is {has!r}, uploads have {should!r}{case}"


def _dead(site: Site, rules: Sequence[Rule]) -> Iterator[Trouble]:
    """Find other destinations that are gone: S3 checks all of them at each change, and one refusal stops it."""
    home = ":".join(site.outputs.summarizer_arn.split(":")[3:5])
    for rule in rules:
        _, _, service, *place, _ = rule.destination.split(":", 5)
        if leads_to_us(rule, site) or ":".join(place) != home or _alive(site, service, rule.destination):
            continue
        words = (
            f"the rule {rule.id} leads to {rule.destination}, which is gone, and keeps S3 from taking changes"
        )
        get = ["s3api", "get-bucket-notification-configuration", "--bucket", site.outputs.bucket_name]
        yield Trouble(
            Verdict.WARN, words, Remedy(f"ask its owner, then take {rule.id} out", command(site, *get))
        )


def _alive(site: Site, service: str, arn: str) -> bool:
    if service == "lambda":
        lambda_ = site.target.client("lambda")
        there: object = found(
            lambda: lambda_.get_function_configuration(FunctionName=arn), "ResourceNotFoundException"
        )
        return there is not None
    if service == "sqs":
        sqs, name = site.target.client("sqs"), arn.rpartition(":")[2]
        gone = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
        return found(lambda: sqs.get_queue_url(QueueName=name), *gone) is not None
    return True  # of others we cannot tell


def _hint(site: Site, now: datetime) -> str:
    """Say that S3 may not be ready yet; the local cloud always is."""
    if site.target.is_local:
        return ""
    stack = site.target.client("cloudformation").describe_stacks(StackName=site.stack)["Stacks"][0]
    changed = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return settling(changed, now)


def settling(changed: datetime, now: datetime) -> str:
    """Say how long S3 may still take to act on a change of the notification."""
    age = now - changed
    if age >= SETTLING:
        return ""
    return f"; the stack changed {age.seconds} s ago, and S3 may take up to five minutes to act on it"


CHECK = Check(
    ID,
    "Notification",
    "The rule is all that tells S3 to invoke. Prefix and suffix are compared letter by letter; an upload that no rule"
    " matches ends in silence: no error, no log, no summary.",
    look,
)
