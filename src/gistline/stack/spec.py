"""What somebody wants of a stack, as data.

Comes in: values from the command line. Goes out: one frozen `StackSpec`, and the template's parameters made
from it. Called by the commands (to build one) and by `apply`.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gistline.errors import SettingsError
from gistline.stack.schedule import is_schedule

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

# The code bucket is named `<stack>-code-<account>-<region>` and may be 63 characters long; the rest takes up to 33.
STACK_NAME = re.compile(r"[a-z][a-z0-9-]{0,29}")
# Each function is called STACK-WORD, and so are its log group and role. Not every stack has a sweeper.
SWEEPER = "sweeper"
FUNCTIONS = ("summarizer", "recorder", "producer", SWEEPER)
# An alias will not do: in a policy's Resource, IAM takes a key by its ARN alone (KMS Developer Guide, "Specifying KMS
# keys in IAM policy statements").
KMS_KEY_ARN = re.compile(r"(arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[A-Za-z0-9-]+)?")
BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Code:
    """Where the Lambda package lies, and for which processor it was built (`arm64` or `x86_64`)."""

    bucket: str
    key: str
    architecture: str


@dataclass(frozen=True, slots=True)
class StackSpec:
    """One stack as it should be. What is None is left to the template's default.

    Units: `memory` MB, `timeout` seconds, `log_retention_days` days.

    Raises:
        SettingsError: the name cannot be part of a bucket's name, or bucket's name, key's ARN or schedule are none.
    """

    name: str
    bucket: str
    runtime: str | None = None
    memory: int | None = None
    timeout: int | None = None
    log_retention_days: int | None = None
    kms_key_arn: str | None = None  # empty: keys that AWS owns
    reserved_concurrency: int | None = None
    on_source_delete: str | None = None  # tombstone, delete or keep
    break_glass_arn: str | None = None
    sweep_schedule: str | None = None  # as EventBridge writes it; empty: no sweeper
    existing_bucket: bool = False  # the bucket is there already and stays when the stack goes

    def __post_init__(self) -> None:
        if not STACK_NAME.fullmatch(self.name):
            raise SettingsError(
                f"{self.name!r} cannot name a stack",
                "take up to 30 lower-case letters, digits and hyphens, a letter first",
            )
        if not BUCKET_NAME.fullmatch(self.bucket):
            raise SettingsError(
                f"{self.bucket!r} cannot name a bucket here",
                "take 3 to 63 lower-case letters, digits and hyphens; S3's TLS certificates cover no dots",
            )
        if not KMS_KEY_ARN.fullmatch(self.kms_key_arn or ""):
            raise SettingsError(
                f"{self.kms_key_arn!r} is not the ARN of a KMS key",
                "write arn:aws:kms:REGION:ACCOUNT:key/ID, which this prints: aws kms describe-key --key-id alias/NAME "
                "--query KeyMetadata.Arn; an empty one means keys that AWS owns",
            )
        if self.sweep_schedule and not is_schedule(self.sweep_schedule):
            raise SettingsError(
                f"{self.sweep_schedule!r} is no schedule that EventBridge knows",
                "write 'rate(1 day)', 'rate(6 hours)' or, in UTC, 'cron(0 3 * * ? *)'; an empty one means no sweeper",
            )

    def parameters(self, code: Code) -> "list[ParameterTypeDef]":
        """Give the template's parameters in CloudFormation's shape, without those that were not set."""
        values = {
            "BucketName": self.bucket,
            "CreateBucket": "false" if self.existing_bucket else None,
            "CodeBucket": code.bucket,
            "CodeKey": code.key,
            "Architecture": code.architecture,
            "Runtime": self.runtime,
            "SummarizerMemory": self.memory,
            "SummarizerTimeout": self.timeout,
            "OnSourceDelete": self.on_source_delete,
            "BreakGlassArn": self.break_glass_arn,
            "SweepSchedule": self.sweep_schedule,
            "LogRetentionDays": self.log_retention_days,
            "KmsKeyArn": self.kms_key_arn,
            "ReservedConcurrency": self.reserved_concurrency,
        }
        return [
            {"ParameterKey": name, "ParameterValue": str(value)}
            for name, value in values.items()
            if value is not None
        ]
