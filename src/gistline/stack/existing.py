"""A bucket that was there before the stack: what must hold of it, and our one rule in and out of it.

Comes in: a target, the bucket, the stack. Goes out: the bucket's notification configuration, changed by our rule and
nothing else, with a copy of the old one on this machine. Called by `destroy` and the command `deploy`.
"""

import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from gistline.config import Settings
from gistline.errors import StackError
from gistline.pipeline.keys import SUMMARY_SUFFIX
from gistline.stack.identity import Identity
from gistline.stack.notifications import (
    Configuration,
    Store,
    merge,
    refuse_conflicts,
    remove,
    rewrite,
    rules_of,
)
from gistline.stack.overlaps import Rule
from gistline.stack.target import Target, explained, refusal_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

CREATED, REMOVED, EXPIRED = "s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"
EVENTS = (CREATED, REMOVED, EXPIRED)
DEFAULT = Settings()  # the template says the same words; a test of its facts holds the two together
NOT_VALIDATED = "Unable to validate the following destination configurations"
# IAM and Lambda tell the world of a new permission within seconds: ask this often, with this many seconds between.
TRIES, PAUSE = 6, 5.0


@dataclass(frozen=True, slots=True)
class S3Notifications:
    """The `Store` in S3: one bucket's configuration."""

    s3: "S3Client"
    bucket: str
    account: str

    def read(self) -> Configuration:
        """Read it."""
        answer = self.s3.get_bucket_notification_configuration(
            Bucket=self.bucket, ExpectedBucketOwner=self.account
        )
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

    def write(self, configuration: Configuration, *, ask_destinations: bool) -> None:
        """Put it."""
        self.s3.put_bucket_notification_configuration(
            Bucket=self.bucket,
            NotificationConfiguration=cast("Any", configuration),
            SkipDestinationValidation=not ask_destinations,
            ExpectedBucketOwner=self.account,
        )


@dataclass(frozen=True, slots=True)
class Backups:
    """A folder for old configurations, each as `aws s3api put-bucket-notification-configuration` takes it."""

    folder: Path
    bucket: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def keep(self, configuration: Configuration) -> Path:
        """Write the configuration to a file of its own; give its path."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{self.bucket}-notifications-{self.now():%Y%m%dT%H%M%S.%fZ}.json"
        path.write_text(json.dumps(configuration, indent=2), encoding="utf-8")
        return path


def notifications_of(target: Target, bucket: str, account: str) -> S3Notifications:
    """Say where the bucket's configuration lies; S3 refuses if the bucket is another account's."""
    return S3Notifications(target.client("s3"), bucket, account)


def rule_id(stack: str) -> str:
    """Name our rule, the same at each deployment, so that it is replaced and not doubled."""
    return f"gistline-{stack}-created"  # the first version knew no other event; another id would be a second rule


def rule_of(stack: str, function: str) -> Rule:
    """Make our rule: what the template says in a rule for each event, in one, for the function with this ARN."""
    return Rule(rule_id(stack), function, EVENTS, DEFAULT.input_prefix, DEFAULT.suffix)


def inspect(target: Target, bucket: str, who: Identity) -> None:
    """Make sure that the bucket is there, ours, and where the function will be.

    Raises:
        StackError: it is not.
    """
    with explained(f"looking at the bucket {bucket}"):
        s3 = target.client("s3")
        try:
            answer: Any = s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=who.account)
        except s3.exceptions.ClientError as refusal:
            raise _not_usable(bucket, who.account, refusal_of(refusal)[0]) from refusal
    region = answer["ResponseMetadata"]["HTTPHeaders"].get("x-amz-bucket-region", target.region)
    if region != target.region:
        raise StackError(
            f"the bucket {bucket} is in {region}, the stack would be in {target.region}: S3 invokes only in its own "
            "region",
            f"deploy with --region {region}",
        )


def refuse(configuration: Configuration, rule: Rule) -> None:
    """Refuse overlaps and loops; see `notifications.refuse_conflicts`.

    Raises:
        StackError: naming the other rule.
    """
    refuse_conflicts(
        configuration, rule, Rule("", "", (CREATED, REMOVED), DEFAULT.output_prefix, SUMMARY_SUFFIX)
    )


def attach(
    store: Store, rule: Rule, backups: Backups, sleep: Callable[[float], None] = time.sleep
) -> Path | None:
    """Merge our rule into the bucket's configuration; give the copy of the old one, None if it was there already.

    Raises:
        StackError: it would overlap or loop, or a destination (named) cannot be reached; nothing has changed.
    """

    def with_ours(configuration: Configuration) -> Configuration:
        refuse(configuration, rule)
        return merge(configuration, rule)

    tries = 1
    with explained(f"adding our rule to the bucket {backups.bucket}"):
        while True:
            try:
                return rewrite(store, with_ours, backups.keep)
            except Exception as refusal:
                dead = _unreachable(refusal)
                if dead is None:
                    raise
                _refuse_foreign(dead, store.read(), rule)
                if tries == TRIES:
                    raise
            tries += 1
            sleep(PAUSE)


def detach(store: Store, stack: str, backups: Backups) -> Path | None:
    """Take our rule out of the bucket's configuration; give the copy of the old one, None if there was none of ours.

    Raises:
        StackError: S3 refused.
    """
    with explained(f"taking our rule from the bucket {backups.bucket}"):
        return rewrite(store, lambda configuration: remove(configuration, rule_id(stack)), backups.keep)


def _not_usable(bucket: str, account: str, code: str) -> StackError:
    if code in {"404", "NoSuchBucket"}:
        return StackError(
            f"there is no bucket {bucket}",
            "mind the spelling; to have it created: --bucket instead of --existing-bucket",
        )
    return StackError(
        f"the bucket {bucket} is not the account's ({account}), or you may not see it (HTTP {code})",
        "name a bucket of this account, or ask for s3:ListBucket on it",
    )


def _unreachable(refusal: Exception) -> set[str] | None:
    """Give the ARNs that S3 says it cannot reach; None when that is not what it says."""
    detail: dict[str, Any] = getattr(refusal, "response", {}).get("Error", {})
    if NOT_VALIDATED not in str(detail.get("Message", "")):
        return None
    return set(re.findall(r"arn:[\w-]+:(?:lambda|sqs|sns):[\w.:/-]+", " ".join(map(str, detail.values()))))


def _refuse_foreign(dead: set[str], configuration: Configuration, ours: Rule) -> None:
    rules = [rule for rule in rules_of(configuration) if rule.id != ours.id and rule.destination in dead]
    if rules:
        named = "; ".join(f"{rule.id!r}, for {rule.destination}" for rule in rules)
        raise StackError(
            f"S3 takes no new rule on the bucket, because it cannot reach the destination of another one: {named}",
            "mend that destination (it is gone, or does not let S3 in), or take that rule away; it is not ours, so we "
            "leave it. Nothing has changed on the bucket",
        )
