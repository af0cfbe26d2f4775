"""The canaries that `verify` sends: a CSV whose summary is known beforehand, and files that must stay unnoticed.

Comes in: a `Site`. Goes out: a `Canary` (keys, bytes, numbers) as data, and what S3 answered to its upload.
Called by `verify`. All keys of one canary lie in folders of its own, so that all of it, whatever the functions
made of it, can be found and removed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from gistline.site.site import Site
from gistline.stack.target import explained

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FOLDER = "gistline-verify-"  # then a token: every canary's folder, below whatever prefix
# A blank, a plus, a letter beyond ASCII, and a percent sign that looks like an escape: decoded twice or not at
# all, this is another key.
NAME = "a folder/canary +é%2B"
ROWS = 4
NUMBERS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {  # sums and means that 64-bit floats hold exactly
        "quantity": {"type": "integer", "nullCount": 1, "sum": 36, "mean": 12, "min": -4, "max": 30},
        "price": {"type": "number", "nullCount": 1, "sum": 10.5, "mean": 3.5, "min": 0.5, "max": 7.5},
        "note": {"type": "string", "nullCount": 0},
    }
)


@dataclass(frozen=True, slots=True)
class Canary:
    """One upload to prove the pipeline with. `others` maps what they are to keys that must stay unnoticed."""

    folder: str
    key: str
    body: bytes
    others: Mapping[str, str]
    prefixes: tuple[str, ...]  # under which everything is the canary's


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What S3 answered to the upload; `at` is S3's own time, in milliseconds since 1970, cut to the second."""

    request_id: str
    etag: str
    version_id: str | None
    at: int


def canary_of(site: Site, token: str) -> Canary:
    """Make a canary that differs from every other by its `token` (letters and digits)."""
    inputs, suffix, outputs = site.outputs.input_prefix, site.outputs.suffix, site.outputs.output_prefix
    folder = f"{FOLDER}{token}"
    others = {
        "another prefix": f"{folder}/canary{suffix}",
        "another suffix": f"{inputs}{folder}/canary{suffix}.txt",
        "the output prefix": f"{outputs}{folder}/canary{suffix}",
    }
    return Canary(
        folder=folder,
        key=f"{inputs}{folder}/{NAME}{suffix}",
        body=_csv(token).encode(),
        others=MappingProxyType(others),
        # In the order in which they are removed: of a CSV that goes after its summary no tombstone is made.
        prefixes=(f"{outputs}{folder}/", f"{inputs}{folder}/", f"{folder}/"),
    )


def upload(site: Site, canary: Canary) -> Uploaded:
    """Upload the files that must stay unnoticed, then the CSV.

    Raises:
        StackError: S3 refused.
    """
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    with explained(f"uploading the canary to s3://{bucket}"):
        for key in canary.others.values():
            s3.put_object(Bucket=bucket, Key=key, Body=canary.body)
        answer: Mapping[str, Any] = s3.put_object(Bucket=bucket, Key=canary.key, Body=canary.body)
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    return Uploaded(
        request_id=headers["x-amz-request-id"],
        etag=answer["ETag"].strip('"'),
        version_id=answer.get("VersionId"),
        at=_milliseconds(headers.get("date")),
    )


def stored(site: Site, canary: Canary) -> list[str]:
    """List the keys of all there is of the canary, one for each version.

    Raises:
        StackError: S3 refused.
    """
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    with explained(f"listing the canary in s3://{bucket}"):
        return [key for prefix in canary.prefixes for key, _ in _versions(s3, bucket, prefix)]


def remove(site: Site, canary: Canary, settle: Callable[[], None] | None = None) -> int:
    """Delete all there is of the canary, every version of it, and say how many objects that were.

    With `settle`, which waits a while, it looks a second time: a summarizer that was still at work may have
    written in between.

    Raises:
        StackError: S3 refused.
    """
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    with explained(f"removing the canary from s3://{bucket}"):
        removed = sum(_empty(s3, bucket, prefix) for prefix in canary.prefixes)
        if settle:
            settle()
            removed += sum(_empty(s3, bucket, prefix) for prefix in canary.prefixes)
    return removed


def _empty(s3: "S3Client", bucket: str, prefix: str) -> int:
    found = _versions(s3, bucket, prefix)
    for key, version in found:
        s3.delete_object(Bucket=bucket, Key=key, VersionId=version)
    return len(found)


def _versions(s3: "S3Client", bucket: str, prefix: str) -> list[tuple[str, str]]:
    """Find key and version of everything; a bucket without versions has one, called "null", of each object."""
    pages = s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix)
    return [
        (entry["Key"], entry["VersionId"])
        for page in pages
        for entry in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
    ]


def _csv(token: str) -> str:
    return f'quantity,price,note\n10,2.5,plain\n,0.5,"a, comma"\n-4,,"two\nlines"\n30,7.5,é {token}\n'


def _milliseconds(date: str | None) -> int:
    """Turn the header Date into milliseconds: S3's clock, as ours may be wrong."""
    moment = parsedate_to_datetime(date) if date else datetime.now(UTC)
    return int(moment.timestamp() * 1000)
