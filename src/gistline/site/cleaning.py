"""Taking CSVs and their summaries out of the bucket: first as a plan, then as a deed.

Comes in: a site, and part of a prefix. Goes out: a frozen `CleanPlan`; carried out, nothing of it is left. Called by
`clean`. What belongs to a plan is stated in `plan_cleaning`; nothing else in the bucket is ever touched.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from gistline.errors import NotASummaryError, RejectedError, StackError
from gistline.pipeline.keys import folder_of
from gistline.site.inputs import READERS
from gistline.site.site import Site
from gistline.site.summaries import read_summary
from gistline.stack.target import explained

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

BATCH = 1000  # objects that one DeleteObjects takes


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an object; `size` in bytes, None for a delete marker. Without versioning the id is "null"."""

    key: str
    id: str
    size: int | None


@dataclass(frozen=True, slots=True)
class CleanPlan:
    """What will be removed from one bucket."""

    bucket: str
    owner: str  # the account that must own the bucket, or S3 refuses
    csvs: tuple[Version, ...]
    summaries: tuple[Version, ...]

    @property
    def versions(self) -> tuple[Version, ...]:
        """All that will be removed."""
        return self.summaries + self.csvs

    @property
    def bytes(self) -> int:
        """How many bytes will be free."""
        return sum(version.size or 0 for version in self.versions)


def plan_cleaning(site: Site, prefix: str = "") -> CleanPlan:
    """Find what is to be removed.

    That is every version and delete marker of

    * whatever lies under input prefix and `prefix` with the layout's suffix, whoever put it there;
    * the objects under the output prefix that are the summaries of these; and of CSVs that are gone already, if
      what lies there says itself that it is that CSV's summary.

    Raises:
        StackError: S3 refused.
    """
    s3, layout = site.target.client("s3"), site.layout
    csvs = tuple(
        version
        for version in _versions(s3, site, layout.input_prefix + prefix)
        if layout.accepts(version.key)
    )
    known = {key for version in csvs if (key := _summary_key(site, version.key))}
    found = [
        version
        for version in _versions(s3, site, layout.output_prefix + folder_of(prefix))
        if (layout.source_key(version.key) or "").startswith(layout.input_prefix + prefix)
    ]
    # A delete marker on top hides a summary from reading, so that only those of known CSVs can be told.
    known |= _orphans(s3, site, sorted({version.key for version in found} - known))
    summaries = tuple(version for version in found if version.key in known)
    return CleanPlan(site.outputs.bucket_name, site.account, csvs, summaries)


def carry_out(s3: "S3Client", plan: CleanPlan) -> None:
    """Remove what the plan names; what is gone already does no harm.

    Summaries first, and without an older version of a CSV ever coming to light: so whoever hears that a CSV is gone
    finds neither it nor a summary, and leaves no tombstone.

    Raises:
        StackError: S3 refused, or kept some of it.
    """
    with explained(f"removing objects from the bucket {plan.bucket}"):
        _remove(s3, plan, plan.summaries)
        markers = [
            _hide(s3, plan, key) for key, count in Counter(v.key for v in plan.csvs).items() if count > 1
        ]
        _remove(s3, plan, plan.csvs)
        _remove(s3, plan, markers)


def _hide(s3: "S3Client", plan: CleanPlan, key: str) -> Version:
    """Put a delete marker before all versions of a key."""
    marker = s3.delete_object(Bucket=plan.bucket, Key=key, ExpectedBucketOwner=plan.owner)
    return Version(key, marker.get("VersionId", "null"), None)


def _remove(s3: "S3Client", plan: CleanPlan, versions: Sequence[Version]) -> None:
    # The body of DeleteObjects is XML, which cannot hold every letter that a key can.
    for version in versions:
        if not version.key.isprintable():
            s3.delete_object(
                Bucket=plan.bucket, Key=version.key, VersionId=version.id, ExpectedBucketOwner=plan.owner
            )
    for batch in _batches([version for version in versions if version.key.isprintable()]):
        answer = s3.delete_objects(
            Bucket=plan.bucket, Delete={"Objects": batch, "Quiet": True}, ExpectedBucketOwner=plan.owner
        )
        if errors := answer.get("Errors", []):
            first = errors[0]
            raise StackError(
                f"S3 kept {len(errors)} objects; of the first, {first.get('Key')!r}, it says "
                f"{first.get('Code')}: {first.get('Message')}",
                "see whether your credentials allow s3:DeleteObject and s3:DeleteObjectVersion, then try again",
            )


def _batches(versions: Sequence[Version]) -> "Iterator[list[ObjectIdentifierTypeDef]]":
    rest = iter(versions)
    while batch := list(islice(rest, BATCH)):
        yield [{"Key": version.key, "VersionId": version.id} for version in batch]


def _versions(s3: "S3Client", site: Site, prefix: str) -> Iterator[Version]:
    """Give every version and every delete marker of what begins with `prefix`."""
    bucket = site.outputs.bucket_name
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=bucket, Prefix=prefix, ExpectedBucketOwner=site.account
    )
    with explained(f"listing the versions under s3://{bucket}/{prefix}"):
        for page in pages:
            for each in page.get("Versions", []):
                yield Version(each["Key"], each["VersionId"], each["Size"])
            for marker in page.get("DeleteMarkers", []):
                yield Version(marker["Key"], marker["VersionId"], None)


def _summary_key(site: Site, key: str) -> str | None:
    try:
        return site.layout.summary_key(key)
    except RejectedError:  # so it never got one
        return None


def _orphans(s3: "S3Client", site: Site, keys: Sequence[str]) -> set[str]:
    """Give those of `keys` that are the summary of the CSV whose summary lies there."""

    def is_orphan(key: str) -> bool:
        try:
            summary = read_summary(s3, site, key)
        except NotASummaryError:
            return False
        return summary is not None and summary.source_key == site.layout.source_key(key)

    with ThreadPoolExecutor(READERS) as pool:
        return {key for key, is_ours in zip(keys, pool.map(is_orphan, keys), strict=True) if is_ours}
