"""What lies in a bucket: S3's lists, whatever its keys look like.

Comes in: a bucket, a prefix, and behind which key to begin. Goes out: objects as S3 lists them, a page of up to 1,000 a
request. Called by the function `sweeper`. Not through obstore: its list breaks off at a key that it cannot address.

Source: S3 API Reference, ListObjectsV2. Keys come URL-encoded, as XML has no way to write some letters that keys may
have.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from urllib.parse import quote, unquote_plus
from xml.etree import ElementTree as ET

from gistline.aws.s3 import ARCHIVES, Address, Listed, refusal
from gistline.aws.wire import Call, Refused, Wire
from gistline.errors import ObjectStoreError

_NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"
_NEXT = f"{_NAMESPACE}NextContinuationToken"


class Lister(NamedTuple):
    """The lists of one bucket."""

    wire: Wire
    address: Address

    def list(self, prefix: str, after: str = "") -> Iterator[Listed]:
        """Give the objects whose key begins with `prefix` and comes behind `after`, in S3's order.

        Raises:
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        query = {"list-type": "2", "encoding-type": "url", "prefix": prefix, "start-after": after}
        while query:
            page = self._page(query)
            yield from (_listed(entry) for entry in page.iterfind(f"{_NAMESPACE}Contents"))
            more = page.findtext(_NEXT)
            query = {**query, "continuation-token": more} if more else {}

    def _page(self, query: dict[str, str]) -> ET.Element:
        named = "&".join(
            f"{name}={quote(value, safe='-_.~')}" for name, value in sorted(query.items()) if value
        )
        try:
            answer = self.wire.read(Call("GET", f"{self.address.path}/", named))
        except Refused as refused:
            raise self._refusal(query, refused.status, refused.code) from None
        try:
            page = ET.fromstring(answer)  # noqa: S314 - S3's own words
        except ET.ParseError:
            raise self._refusal(query, None, "no XML") from None
        more_without_token = page.findtext(f"{_NAMESPACE}IsTruncated") == "true" and not page.findtext(_NEXT)
        if page.tag != f"{_NAMESPACE}ListBucketResult" or more_without_token:
            raise self._refusal(query, None, "no whole list")  # never to be taken for the end of one
        return page

    def _refusal(self, query: dict[str, str], status: int | None, code: str) -> ObjectStoreError:
        return refusal(
            "ListBucket", bucket=self.address.bucket, key=query["prefix"], status=status, code=code
        )


def _listed(entry: ET.Element) -> Listed:
    key, etag, size, modified, storage_class = (
        entry.findtext(f"{_NAMESPACE}{name}", "")
        for name in ("Key", "ETag", "Size", "LastModified", "StorageClass")
    )
    return Listed(
        unquote_plus(key),
        etag.strip('"'),
        int(size),
        datetime.fromisoformat(modified),
        storage_class in ARCHIVES,
    )
