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

from gistline.aws.s3 import Address, Listed, refusal
from gistline.aws.wire import Call, Refused, Wire

_NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


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
            more = page.findtext(f"{_NAMESPACE}NextContinuationToken")
            query = {**query, "continuation-token": more} if more else {}

    def _page(self, query: dict[str, str]) -> ET.Element:
        named = "&".join(
            f"{name}={quote(value, safe='-_.~')}" for name, value in sorted(query.items()) if value
        )
        try:
            return ET.fromstring(self.wire.read(Call("GET", f"{self.address.path}/", named)))  # noqa: S314 - S3's own words
        except Refused as refused:
            bucket = self.address.bucket
            raise refusal(
                "ListBucket", bucket=bucket, key=query["prefix"], status=refused.status, code=refused.code
            ) from None


def _listed(entry: ET.Element) -> Listed:
    key, etag, size, modified = (
        entry.findtext(f"{_NAMESPACE}{name}", "") for name in ("Key", "ETag", "Size", "LastModified")
    )
    return Listed(unquote_plus(key), etag.strip('"'), int(size), datetime.fromisoformat(modified))
