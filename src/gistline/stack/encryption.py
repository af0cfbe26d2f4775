"""The KMS key with which a bucket encrypts, where that is a customer's.

Comes in: a target and a bucket. Goes out: a frozen `BucketKey`, or None where the bucket has no such key. Called by the
command `deploy` and the check `bucket`. Only a customer's key asks anything of our roles: S3 uses its own without KMS
(SSE-S3), and of `aws/s3`, which AWS manages, the service keeps the key policy, which lets in whoever may use S3 in the
account (KMS Developer Guide, "Permissions for AWS services in key policies").
"""

from dataclasses import dataclass
from typing import Any

from gistline.errors import SettingsError, StackError
from gistline.stack.target import Target, explained, refusal_of

ALIAS, AWS_MANAGED = "alias/", "alias/aws/"
NO_DEFAULT = "ServerSideEncryptionConfigurationNotFoundError"  # of buckets from before 2023


@dataclass(frozen=True, slots=True)
class BucketKey:
    """A customer's key as the bucket names it: by its ID, by an alias, or by the ARN of either; and its own ARN.

    `arn` is empty if the bucket does not name it and KMS does not tell it.
    """

    named: str
    arn: str

    def is_key(self, arn: str) -> bool | None:
        """Tell whether it is the key with this ARN; None when that cannot be told: an alias may be of any key."""
        known = self.arn or self.named
        if arn and ALIAS in known:
            return None
        return known in {arn, arn.rpartition("/")[2]}

    @property
    def remedy(self) -> str:
        """How the stack gets to know it."""
        if self.arn:
            return f"deploy with --kms-key {self.arn}"
        ask = f"aws kms describe-key --key-id {self.named} --query KeyMetadata.Arn"
        return f"deploy with --kms-key and the key's ARN, which this prints: {ask}"


def default_key(target: Target, bucket: str, account: str) -> BucketKey | None:
    """Find the customer's key with which S3 encrypts what is put into the bucket without a word about encryption.

    Raises:
        StackError: S3 does not tell; the right that this needs is s3:GetEncryptionConfiguration.
    """
    with explained(f"reading the default encryption of the bucket {bucket}"):
        named = _named(target.client("s3"), bucket, account)
    return _customers(target, named) if named and AWS_MANAGED not in named else None


def refuse_other_region(key: str | None, region: str) -> None:
    """Refuse a key of another region: bucket, queue and log group use one of their own only.

    Raises:
        SettingsError: it is one.
    """
    if key and key.split(":")[3] != region:
        raise SettingsError(
            f"the KMS key {key} is in {key.split(':')[3]}, the stack in {region}: S3, SQS and CloudWatch Logs use "
            "keys of their own region only",
            "name a key of the stack's region; of a multi-Region key, its replica there",
        )


def inspect(target: Target, bucket: str, account: str, arn: str) -> str:
    """Refuse a bucket whose key is not the one with this ARN (empty: none), and say in one line what was seen.

    The line is empty where there is nothing to say. Whoever may not look is told so and goes on.

    Raises:
        StackError: the roles would get no right on the bucket's key.
    """
    try:
        key = default_key(target, bucket, account)
    except StackError as refusal:
        return f"not known ({refusal.message}); if it is with a KMS key of yours, deploy with --kms-key"
    if key is None:
        return ""
    same = key.is_key(arn)
    if same is False:
        raise StackError(
            f"the bucket {bucket} encrypts with the KMS key {key.arn or key.named}, on which the stack's roles would "
            "get no right: no CSV could be read and no summary written",
            key.remedy,
            code="kms-key",
        )
    if same is None:
        return f"with {key.named}; KMS does not tell you whether that is {arn}"
    return f"with the KMS key {arn}"


def _named(s3: Any, bucket: str, account: str) -> str:
    """Give ID, alias or ARN as it stands in the bucket's configuration; empty: none, or `aws/s3` without a name.

    Source: S3 API Reference, ServerSideEncryptionByDefault.
    """
    try:
        answer = s3.get_bucket_encryption(Bucket=bucket, ExpectedBucketOwner=account)
    except s3.exceptions.ClientError as refusal:
        if refusal_of(refusal)[0] == NO_DEFAULT:
            return ""
        raise
    rules = answer["ServerSideEncryptionConfiguration"]["Rules"]
    defaults = [rule.get("ApplyServerSideEncryptionByDefault", {}) for rule in rules]
    return next((default["KMSMasterKeyID"] for default in defaults if default.get("KMSMasterKeyID")), "")


def _customers(target: Target, named: str) -> BucketKey | None:
    """Ask KMS which key that is, and whether AWS manages it; where KMS does not tell, the name has to do."""
    try:
        with explained(f"asking KMS about the key {named}"):
            found = target.client("kms").describe_key(KeyId=named)["KeyMetadata"]
    except StackError:
        return BucketKey(named, named if ":key/" in named else "")
    return BucketKey(named, found["Arn"]) if found["KeyManager"] == "CUSTOMER" else None
