"""What lies in the bucket, asked through boto3 with HEAD and list requests alone, however large the files are.

Comes in: a site, keys and prefixes. Goes out: what lies there. Called by the command `reconcile`, whose sweep looks at
all keys; by `redo`, which waits for some; by `failures`, and by `story`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gistline.aws.s3 import Listed, Stored, Token
from gistline.pipeline.lack import Rules, Seen
from gistline.site.inputs import list_objects
from gistline.site.site import Site
from gistline.site.summaries import MISSING
from gistline.stack.target import explained, refusal_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class SiteCatalogue:
    """The bucket of a site, for a `pipeline.sweep.Sweep`; both methods raise a StackError if S3 refuses."""

    s3: "S3Client"
    site: Site

    def list(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """Give the objects whose key begins with `prefix` and comes behind `after`, in S3's order."""
        return list_objects(self.s3, self.site, prefix, after=after)

    def head(self, key: str) -> Stored | None:
        """Ask what lies under `key`; None if nothing does."""
        return head(self.s3, self.site, key)


def judging_rules(site: Site) -> Rules:
    """Give the rules by which summaries of this stack are judged."""
    return Rules.of(site.outputs.on_source_delete)


def look(s3: "S3Client", site: Site, key: str) -> Seen:
    """Look at the summary of a key, then at its CSV.

    Raises:
        RejectedError: the key is so long that it can have no summary.
        StackError: S3 refused.
    """
    summary = head(s3, site, site.layout.summary_key(key))
    source = head(s3, site, key)
    return Seen(key, source.token if source else None, summary)


def head(s3: "S3Client", site: Site, key: str) -> Stored | None:
    """Ask what lies under `key`; None if nothing does.

    Raises:
        StackError: S3 refused.
    """
    bucket = site.outputs.bucket_name
    with explained(f"looking at {key!r} in bucket {bucket}"):
        try:
            answer = s3.head_object(Bucket=bucket, Key=key, ExpectedBucketOwner=site.account)
        except s3.exceptions.ClientError as refusal:
            if refusal_of(refusal)[0] in MISSING:
                return None
            raise
    version = answer.get("VersionId")
    token = Token(answer["ETag"].strip('"'), answer["ContentLength"], version, answer["LastModified"])
    return Stored(token, answer["Metadata"])
