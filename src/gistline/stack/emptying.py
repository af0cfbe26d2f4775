"""Emptying a bucket that is ours: every version, every delete marker, every unfinished upload.

Comes in: an S3 client, a bucket and its owner's account. Goes out: how many of each were removed. Called by
`destroy`, for a bucket that the stack has made and for the one with its code; never for another.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gistline.errors import StackError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef


@dataclass(frozen=True, slots=True)
class Content:
    """What a bucket holds: objects and older versions, delete markers, and uploads that were never completed."""

    versions: int
    markers: int
    uploads: int

    @property
    def words(self) -> str:
        """The counts as a person reads them."""
        return f"{self.versions:,} objects and versions, {self.markers:,} delete markers, {self.uploads:,} unfinished uploads"


def count(s3: "S3Client", bucket: str, account: str) -> Content:
    """Count what the bucket holds, without touching it.

    Raises:
        botocore.exceptions.ClientError: S3 refused, for instance because the bucket is another account's.
    """
    versions = markers = 0
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, ExpectedBucketOwner=account)
    for page in pages:
        versions += len(page.get("Versions", []))
        markers += len(page.get("DeleteMarkers", []))
    return Content(versions, markers, sum(1 for _ in _uploads(s3, bucket, account)))


def empty(s3: "S3Client", bucket: str, account: str) -> None:
    """Remove all that `count` counts.

    Raises:
        StackError: something may not be deleted, for instance because it is locked.
        botocore.exceptions.ClientError: S3 refused.
    """
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, ExpectedBucketOwner=account)
    for page in pages:  # of a thousand, which is as many as DeleteObjects takes
        found = [*page.get("Versions", []), *page.get("DeleteMarkers", [])]
        _delete(s3, bucket, account, [{"Key": e["Key"], "VersionId": e["VersionId"]} for e in found])
    for key, upload in list(_uploads(s3, bucket, account)):
        s3.abort_multipart_upload(Bucket=bucket, Key=key, UploadId=upload, ExpectedBucketOwner=account)


def _delete(s3: "S3Client", bucket: str, account: str, entries: "list[ObjectIdentifierTypeDef]") -> None:
    if not entries:
        return
    answer = s3.delete_objects(
        Bucket=bucket, Delete={"Objects": entries, "Quiet": True}, ExpectedBucketOwner=account
    )
    errors = answer.get("Errors", [])
    if errors:
        first = errors[0]
        raise StackError(
            f"{len(errors)} objects in {bucket} cannot be deleted, the first is {first.get('Key')!r}: "
            f"{first.get('Code')}: {first.get('Message')}",
            "an object lock or a policy may hold them: lift it, then run gistline destroy again",
        )


def _uploads(s3: "S3Client", bucket: str, account: str) -> Iterator[tuple[str, str]]:
    pages = s3.get_paginator("list_multipart_uploads").paginate(Bucket=bucket, ExpectedBucketOwner=account)
    for page in pages:
        for upload in page.get("Uploads", []):
            yield upload["Key"], upload["UploadId"]
