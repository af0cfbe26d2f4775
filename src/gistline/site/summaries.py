"""A summary as it lies in the bucket.

Comes in: a bucket and a summary's key. Goes out: a `StoredSummary`, or None where there is none. Called by
`inputs`, `uploads`, `story`, `failures`, `cleaning`, the checks and the verbs that show summaries.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from gistline.aws.s3 import Token
from gistline.errors import NotASummaryError, OvertakenError
from gistline.pipeline.lack import same
from gistline.site.site import Site
from gistline.stack.target import explained, refusal_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = {"404", "NoSuchKey", "NotFound"}
MAJOR_VERSION = "1."  # of the JSON's shape, as this version of gistline knows it


@dataclass(frozen=True, slots=True)
class StoredSummary:
    """One summary: its key, its bytes as stored, and the JSON object they are."""

    key: str
    body: bytes
    document: dict[str, Any]

    @property
    def status(self) -> str:
        """What became of the CSV: complete, rejected, deleted or failed."""
        return str(self.document["status"])

    @property
    def source_key(self) -> str:
        """The key of the CSV; empty if the summary does not say."""
        return str(self.document["source"].get("key") or "")

    @property
    def token(self) -> Token | None:
        """Which state of the CSV was summarised; None if the summary does not say."""
        return _token_of(self.document["source"])

    def is_of(self, token: Token) -> bool:
        """Tell whether it is of this state of the CSV, as `reconcile` does: the same bytes uploaded again are another."""
        return self.token is not None and same(self.token, token)

    @property
    def is_untried(self) -> bool:
        """Whether it says no more than that the event of another upload was given up."""
        return self.code == OvertakenError.code

    @property
    def rows(self) -> int | None:
        """The number of data rows; None if the CSV was not summarised."""
        table = self.document.get("table")
        return int(table["rowCount"]) if table else None

    @property
    def error(self) -> dict[str, Any] | None:
        """Code, message and remedy, where the CSV was rejected or failed."""
        return self.document.get("error")

    @property
    def code(self) -> str | None:
        """The error's code, where the CSV was rejected or failed."""
        return self.error.get("code") if self.error else None


def _token_of(source: Mapping[str, Any]) -> Token | None:
    """Give the state of a CSV that the `source` of a summary names; None if it does not say."""
    try:
        said, version = source.get("lastModified"), source.get("versionId")
        modified = datetime.fromisoformat(said).astimezone(UTC) if said else None
        return Token(str(source["etag"]), int(source["bytes"]), str(version) if version else None, modified)
    except (KeyError, TypeError, ValueError, OverflowError):
        return None


def read_summary(s3: "S3Client", site: Site, key: str) -> StoredSummary | None:
    """Read the summary under `key`; None if there is no such object.

    Raises:
        NotASummaryError: the object is no summary of ours.
        StackError: S3 refused.
    """
    with explained(f"reading {key!r} in bucket {site.outputs.bucket_name}"):
        try:
            answer = s3.get_object(Bucket=site.outputs.bucket_name, Key=key, ExpectedBucketOwner=site.account)
            body = answer["Body"].read()
        except s3.exceptions.ClientError as refusal:
            if refusal_of(refusal)[0] in MISSING:
                return None
            raise
    return StoredSummary(key, body, _document(key, body))


def _document(key: str, body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError:
        document = None
    if not isinstance(document, dict) or not _is_ours(document):
        raise NotASummaryError(
            f"{key!r} is no summary that this version of gistline can read",
            "see who wrote it; uploading its CSV again replaces it",
        )
    return document


def _is_ours(document: dict[str, Any]) -> bool:
    generator, source = document.get("generator"), document.get("source")
    return (
        isinstance(generator, dict)
        and generator.get("name") == "gistline"
        and isinstance(source, dict)
        and str(document.get("schemaVersion")).startswith(MAJOR_VERSION)
        and isinstance(document.get("status"), str)
    )
