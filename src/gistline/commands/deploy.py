"""`gistline deploy`.

Comes in: which stack, and what is wanted of it. Goes out: what will change, what is changing, and where to upload; or
only what would change. Called by `cli`. To AWS and to the local cloud alike.
"""

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from gistline.commands.changes import NOTHING, as_json, lines
from gistline.commands.deployjob import Job, check, job_of, rule_is_missing
from gistline.commands.site import stack_options
from gistline.config import CHOICES, Settings
from gistline.stack import apply
from gistline.stack.existing import Backups, attach, notifications_of
from gistline.stack.outputs import StackOutputs
from gistline.stack.package import Package, build
from gistline.stack.plan import Plan, discard, propose
from gistline.stack.progress import StackEvent
from gistline.stack.upload import code_of
from gistline.stack.wheels import Platform


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
@click.option(
    "--kms-key",
    metavar="ARN",
    help="A KMS key of yours for bucket, queues and logs; '' for keys that AWS owns, the default.",
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
    job = job_of(settings, options, quiet=as_object)
    if print_policy:
        click.echo(json.dumps(job.policy, indent=2))
        return
    check(job)
    platform = Platform.LOCAL if job.target.is_local else Platform.ARM64
    package = build(platform, job.settings.home / "packages")
    result = _plan(job, package) if only_plan else _carry_out(job, package)
    if as_object:
        click.echo(json.dumps(result))


def _plan(job: Job, package: Package) -> dict[str, Any]:
    """Show what would change, and leave nothing behind."""
    code = code_of(job.spec.name, job.who.account, job.target.region, package)
    plan = propose(job.target, job.spec, code, time.sleep)
    try:
        _show(job, plan)
    finally:
        discard(job.target, plan)
    missing = job.spec.existing_bucket and rule_is_missing(job)
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
