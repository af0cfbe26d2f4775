"""`gistline deploy`.

Comes in: which stack, and what is wanted of it. Goes out: what will change, what is changing, and where to upload; or
only what would change. Called by `cli`. To AWS and to the local cloud alike.
"""

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from gistline.commands.changes import NOTHING, as_json, lines
from gistline.commands.site import choose, find_target, stack_options
from gistline.config import CHOICES, Settings
from gistline.errors import SettingsError
from gistline.localcloud.up import bucket_name
from gistline.stack import apply
from gistline.stack.existing import Backups, attach, inspect, notifications_of, refuse, rule_of
from gistline.stack.identity import Identity, denials, whoami
from gistline.stack.identity import refuse as refuse_denials
from gistline.stack.notifications import merge, same
from gistline.stack.outputs import StackOutputs
from gistline.stack.overlaps import Rule
from gistline.stack.package import Package, build
from gistline.stack.plan import Plan, discard, propose, refuse_other_bucket
from gistline.stack.policies import Deployment, deployer_policy, required
from gistline.stack.present import Present, find_ours
from gistline.stack.progress import StackEvent
from gistline.stack.spec import StackSpec
from gistline.stack.target import Target, explained
from gistline.stack.upload import code_of
from gistline.stack.wheels import Platform


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be deployed, where, by whom, and who hears of it."""

    settings: Settings
    target: Target
    who: Identity
    spec: StackSpec
    quiet: bool  # the result is for a program: what happens on the way goes to standard error
    swept: bool = False  # the stack that is there has a sweeper

    @property
    def policy(self) -> dict[str, Any]:
        """The policy that this needs."""
        spec, who = self.spec, self.who
        return deployer_policy(
            Deployment(
                spec.name,
                spec.bucket,
                who.account,
                self.target.region,
                who.partition,
                existing_bucket=spec.existing_bucket,
                sweeps=self.sweeps,
            )
        )

    @property
    def sweeps(self) -> bool:
        """Whether a sweeper is deployed, kept or taken away."""
        return self.swept or bool(self.spec.sweep_schedule)

    @property
    def rule(self) -> Rule:
        """Our rule on a bucket that is there already."""
        who, region = self.who, self.target.region
        function = f"arn:{who.partition}:lambda:{region}:{who.account}:function:{self.spec.name}-summarizer"
        return rule_of(self.spec.name, function)

    def tell(self, line: str) -> None:
        """Say something to a person."""
        click.echo(line, err=self.quiet)


@click.command(epilog="Example: gistline deploy --target aws --plan")
@stack_options
@click.option("--bucket", help="The bucket to create. Default: one after stack, account and region.")
@click.option("--existing-bucket", help="A bucket that is there already: it only gets one notification rule.")
@click.option(
    "--memory", type=click.IntRange(128, 10240), help="Megabytes for the summarizer. Default: 1769."
)
@click.option("--timeout", type=click.IntRange(3, 900), help="Seconds for one summary. Default: 300.")
@click.option(
    "--on-source-delete",
    type=click.Choice(CHOICES["on_source_delete"]),
    help="What becomes of the summary of a CSV that is removed. Default: tombstone.",
)
@click.option("--break-glass", help="The ARN of a role or user that may write summaries in an emergency.")
@click.option(
    "--sweep-schedule",
    metavar="WHEN",
    help="When to look for CSVs that no event brought: 'rate(1 day)', 'cron(0 3 * * ? *)'; '' for never, the default.",
)
@click.option("--plan", "only_plan", is_flag=True, help="Print what would change, and change nothing.")
@click.option("--print-policy", is_flag=True, help="Print the IAM policy that a deployer needs, and stop.")
@click.option("--json", "as_object", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def deploy(
    settings: Settings, /, *, only_plan: bool, print_policy: bool, as_object: bool, **options: Any
) -> None:
    """Deploy the stack, or bring it up to date.

    Checks who you are and what you may do, shows every resource and permission that changes, and then changes it.
    Doing it twice changes nothing; what is not said stays as it was.
    """
    job = _job(settings, options, quiet=as_object)
    if print_policy:
        click.echo(json.dumps(job.policy, indent=2))
        return
    check(job)
    platform = Platform.LOCAL if job.target.is_local else Platform.ARM64
    package = build(platform, job.settings.home / "packages")
    result = _plan(job, package) if only_plan else _carry_out(job, package)
    if as_object:
        click.echo(json.dumps(result))


def _job(settings: Settings, options: dict[str, Any], *, quiet: bool) -> Job:
    chosen = choose(settings, **{name: options[name] for name in ("target", "stack", "profile", "region")})
    target = find_target(chosen)
    who = whoami(target)
    present = find_ours(target, chosen.stack)
    spec = spec_of(chosen, target, who, options, present)
    refuse_other_bucket(spec, present)
    return Job(chosen, target, who, spec, quiet, swept=bool(present and present.sweep_schedule))


def spec_of(
    settings: Settings, target: Target, who: Identity, options: dict[str, Any], present: Present | None
) -> StackSpec:
    """Put together what is said, what is set and what the stack has.

    Raises:
        SettingsError: two buckets are named.
        StackError: stack or bucket cannot be named so, or the schedule is none.
    """
    bucket, existing = options["bucket"], options["existing_bucket"]
    if bucket and existing:
        raise SettingsError(
            "a bucket is either created or existing", "give --bucket or --existing-bucket, not both"
        )
    default = bucket_name(settings) if target.is_local else f"{settings.stack}-{who.account}-{target.region}"
    name, is_there = existing or bucket or settings.bucket or default, bool(existing)
    said = bool(existing or bucket or settings.bucket)
    if present and present.bucket and (not said or (name == present.bucket and not existing)):
        name, is_there = present.bucket, present.existing_bucket
    return StackSpec(
        settings.stack,
        name,
        memory=options["memory"],
        timeout=options["timeout"],
        on_source_delete=options["on_source_delete"],
        break_glass_arn=options["break_glass"],
        sweep_schedule=options["sweep_schedule"],
        existing_bucket=is_there,
    )


def check(job: Job) -> None:
    """Say who deploys what where, and stop before anything is changed if that cannot go well.

    Raises:
        StackError: something is denied (the policy that is needed is printed), or the existing bucket will not do.
    """
    where = (
        f"the local cloud at {job.target.endpoint}" if job.target.is_local else f"AWS, {job.target.region}"
    )
    kind = (
        "was there before; it gets one notification rule" if job.spec.existing_bucket else "the stack's own"
    )
    job.tell(f"target        {where}")
    job.tell(f"you           {job.who.arn}")
    job.tell(f"stack         {job.spec.name}")
    job.tell(f"bucket        {job.spec.bucket} ({kind})")
    missing = denials(job.target, job.who, required(job.policy))
    if missing:
        job.tell(json.dumps(job.policy, indent=2))
        refuse_denials(missing)
    known = (
        "IAM does not tell you; deploying will" if missing is None else "you have all that deploying needs"
    )
    job.tell(f"permissions   {known} (gistline deploy --print-policy lists them)")
    if job.spec.existing_bucket:
        inspect(job.target, job.spec.bucket, job.who)
        _rule_is_missing(job)


def _rule_is_missing(job: Job) -> bool:
    """Tell whether our rule has still to be put on the existing bucket; refuse if it cannot be."""
    with explained(f"reading the notification rules of the bucket {job.spec.bucket}"):
        configuration = notifications_of(job.target, job.spec.bucket, job.who.account).read()
    refuse(configuration, job.rule)
    return not same(configuration, merge(configuration, job.rule))


def _plan(job: Job, package: Package) -> dict[str, Any]:
    """Show what would change, and leave nothing behind."""
    code = code_of(job.spec.name, job.who.account, job.target.region, package)
    plan = propose(job.target, job.spec, code, time.sleep)
    try:
        _show(job, plan)
    finally:
        discard(job.target, plan)
    missing = job.spec.existing_bucket and _rule_is_missing(job)
    if missing:
        rule = job.rule
        job.tell(
            f"Rule that will be added to the bucket {job.spec.bucket}: {rule.id}, {', '.join(rule.events)} for "
            f"{rule.prefix}*{rule.suffix} to {rule.destination}"
        )
    return {**as_json(plan), "rule": asdict(job.rule) if missing else None}


def _carry_out(job: Job, package: Package) -> dict[str, Any]:
    plan = apply.prepare(job.target, job.spec, package)
    if plan.change_set:
        _show(job, plan)
    outputs = apply.finish(job.target, plan, on_event=lambda event: job.tell(_words(event)))
    copy = _attach(job) if job.spec.existing_bucket else None
    if not plan.change_set and copy is None:
        job.tell(f"{NOTHING} The stack {job.spec.name} is as it should be.")
    _where(job, outputs)
    return {**as_json(plan), "outputs": asdict(outputs), "backup": str(copy) if copy else None}


def _attach(job: Job) -> Path | None:
    bucket = job.spec.bucket
    store = notifications_of(job.target, bucket, job.who.account)
    copy = attach(store, job.rule, Backups(job.settings.home / "backups", bucket))
    if copy:
        job.tell(f"rule          {job.rule.id} added to the bucket {bucket}; all others are as they were")
        job.tell(f"backup        of the bucket's old notification configuration: {copy}")
    return copy


def _show(job: Job, plan: Plan) -> None:
    for line in lines(plan):
        job.tell(line)


def _words(event: StackEvent) -> str:
    reason = f": {event.reason}" if event.is_failure and event.reason else ""
    return f"  {event.resource} {event.status.lower().replace('_', ' ')}{reason}"


def _where(job: Job, outputs: StackOutputs) -> None:
    job.tell(f"upload to     s3://{outputs.bucket_name}/{outputs.input_prefix}NAME{outputs.suffix}")
    job.tell(f"summaries in  s3://{outputs.bucket_name}/{outputs.output_prefix}")
    if outputs.sweep_schedule:
        job.tell(f"sweeps        {outputs.sweep_schedule}")
