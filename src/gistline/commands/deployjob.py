"""What `gistline deploy` is to do: put together of what is said, what is set and what the stack has; and checked.

Comes in: the settings and the options. Goes out: a frozen `Job`. Called by `deploy`.
"""

import json
from dataclasses import dataclass
from typing import Any

import click

from gistline.commands.site import choose, find_target
from gistline.config import Settings
from gistline.errors import SettingsError
from gistline.localcloud.up import bucket_name
from gistline.stack import encryption
from gistline.stack.existing import inspect, notifications_of, refuse, rule_of
from gistline.stack.identity import Identity, denials, whoami
from gistline.stack.identity import refuse as refuse_denials
from gistline.stack.notifications import merge, same
from gistline.stack.overlaps import Rule
from gistline.stack.plan import refuse_other_bucket
from gistline.stack.policies import Deployment, deployer_policy, required
from gistline.stack.present import Present, find_ours
from gistline.stack.spec import StackSpec
from gistline.stack.target import Target, explained


@dataclass(frozen=True, slots=True)
class Job:
    """What is to be deployed, where, by whom, and who hears of it."""

    settings: Settings
    target: Target
    who: Identity
    spec: StackSpec
    quiet: bool  # the result is for a program: what happens on the way goes to standard error
    swept: bool = False  # the stack that is there has a sweeper
    key_before: str = ""  # the ARN of the KMS key that the stack that is there has

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
                keyed=bool(self.key_before or self.spec.kms_key_arn),
            )
        )

    @property
    def sweeps(self) -> bool:
        """Whether a sweeper is deployed, kept or taken away."""
        return self.swept or bool(self.spec.sweep_schedule)

    @property
    def kms_key(self) -> str:
        """The ARN of the KMS key that the stack will have; empty: none."""
        said = self.spec.kms_key_arn
        return self.key_before if said is None else said

    @property
    def rule(self) -> Rule:
        """Our rule on a bucket that is there already."""
        who, region = self.who, self.target.region
        function = f"arn:{who.partition}:lambda:{region}:{who.account}:function:{self.spec.name}-summarizer"
        return rule_of(self.spec.name, function)

    def tell(self, line: str) -> None:
        """Say something to a person."""
        click.echo(line, err=self.quiet)


def job_of(settings: Settings, options: dict[str, Any], *, quiet: bool) -> Job:
    """Put together what is to be done.

    Raises:
        SettingsError: what is said contradicts itself, the stack works on another bucket, or a name, key or schedule
            will not do.
        StackError: the target refused.
    """
    chosen = choose(settings, **{name: options[name] for name in ("target", "stack", "profile", "region")})
    target = find_target(chosen)
    who = whoami(target)
    present = find_ours(target, chosen.stack)
    spec = spec_of(chosen, target, who, options, present)
    refuse_other_bucket(spec, present)
    encryption.refuse_other_region(spec.kms_key_arn, target.region)
    swept, key = (bool(present.sweep_schedule), present.kms_key_arn) if present else (False, "")
    return Job(chosen, target, who, spec, quiet, swept=swept, key_before=key)


def spec_of(
    settings: Settings, target: Target, who: Identity, options: dict[str, Any], present: Present | None
) -> StackSpec:
    """Put together what is said, what is set and what the stack has.

    Raises:
        SettingsError: two buckets are named, stack or bucket cannot be named so, or key or schedule are none.
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
        kms_key_arn=options["kms_key"],
        existing_bucket=is_there,
    )


def check(job: Job) -> None:
    """Say who deploys what where, and stop before anything is changed if that cannot go well.

    Raises:
        StackError: something is denied (the policy that is needed is printed), or the existing bucket, or its key, will not do.
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
        seen = encryption.inspect(job.target, job.spec.bucket, job.who.account, job.kms_key)
        if seen:
            job.tell(f"encryption    {seen}")
        rule_is_missing(job)


def rule_is_missing(job: Job) -> bool:
    """Tell whether our rule has still to be put on the existing bucket; refuse if it cannot be."""
    with explained(f"reading the notification rules of the bucket {job.spec.bucket}"):
        configuration = notifications_of(job.target, job.spec.bucket, job.who.account).read()
    refuse(configuration, job.rule)
    return not same(configuration, merge(configuration, job.rule))
