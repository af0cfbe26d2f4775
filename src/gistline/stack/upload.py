"""The package's way to the account: a private bucket for code, and the zip in it.

Comes in: a target, the stack's name and a `Package`. Goes out: `Code`, where it lies now. Called by `apply`, and by
the commands, who only ask where it would lie.
"""

import base64
from typing import TYPE_CHECKING, cast

from gistline.errors import StackError
from gistline.stack.package import Package
from gistline.stack.spec import Code
from gistline.stack.target import Target, explained, refusal_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.literals import BucketLocationConstraintType

NO_SUCH = {"404", "NoSuchBucket", "NoSuchKey", "NotFound"}


def code_bucket_name(stack: str, account: str, region: str) -> str:
    """Name the bucket that holds the code of one stack."""
    return f"{stack}-code-{account}-{region}"


def code_of(stack: str, account: str, region: str, package: Package) -> Code:
    """Say where the package will lie. Its key is its SHA-256: new code is a new key, so CloudFormation notices it."""
    return Code(code_bucket_name(stack, account, region), f"{package.sha256}.zip", package.architecture)


def upload(target: Target, stack: str, package: Package) -> Code:
    """Put the package into the stack's code bucket, unless these very bytes are there already.

    Raises:
        StackError: the bucket is somebody else's, or the target refused or did not answer.
    """
    with explained("uploading the Lambda package"):
        account = str(target.client("sts").get_caller_identity()["Account"])
        s3 = target.client("s3")
        code = code_of(stack, account, target.region, package)
        _ensure_bucket(s3, code.bucket, account, target.region)
        if not _has_object(s3, code, account):
            s3.put_object(
                Bucket=code.bucket,
                Key=code.key,
                Body=package.path.read_bytes(),
                ChecksumSHA256=base64.b64encode(bytes.fromhex(package.sha256)).decode(),
                ExpectedBucketOwner=account,
            )
    return code


def _ensure_bucket(s3: "S3Client", bucket: str, account: str, region: str) -> None:
    # The name can be guessed, so somebody else may have taken it first, to hand us code of theirs: S3 answers
    # 403 to whoever expects another owner. The settings are made each time, in case a first run was cut short.
    if not _has_bucket(s3, bucket, account):
        if region == "us-east-1":  # the one region that must not be named
            s3.create_bucket(Bucket=bucket)
        else:
            location = cast("BucketLocationConstraintType", region)
            s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": location})
    s3.put_public_access_block(
        Bucket=bucket,
        ExpectedBucketOwner=account,
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    s3.put_bucket_encryption(
        Bucket=bucket,
        ExpectedBucketOwner=account,
        ServerSideEncryptionConfiguration={
            "Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]
        },
    )


def _has_bucket(s3: "S3Client", bucket: str, account: str) -> bool:
    try:
        s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=account)
    except s3.exceptions.ClientError as refusal:
        code, _ = refusal_of(refusal)
        if code in NO_SUCH:
            return False
        if code == "403":
            raise StackError(
                f"the bucket {bucket} is not yours, or you may not use it",
                "take another name for the stack, or ask for s3:ListBucket on it",
            ) from refusal
        raise
    return True


def _has_object(s3: "S3Client", code: Code, account: str) -> bool:
    try:
        s3.head_object(Bucket=code.bucket, Key=code.key, ExpectedBucketOwner=account)
    except s3.exceptions.ClientError as refusal:
        if refusal_of(refusal)[0] in NO_SUCH:
            return False
        raise
    return True
