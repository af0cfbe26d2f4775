"""S3 over plain HTTP, for keys that must be sent letter by letter.

Comes in: any key S3 allows, also "a//b.csv", "a/../b.csv" or one with a newline, which obstore cannot
address and an ordinary URL library would rewrite. Goes out: the same as from `obstores`. Called by `objects`,
which imports this only when such a key arrives.

It also removes objects on a condition, which obstore cannot. Unlike obstore it does not resume a body that breaks off:
the invocation fails and Lambda tries again.
"""

import http.client
import time
from collections.abc import Callable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import Literal

from gistline.aws.lineage import NO_TRACE, Trace
from gistline.aws.s3 import CHUNK_BYTES, OF_USER, Address, Credentials, Stored, Token, refusal
from gistline.aws.signature import NO_HEADERS, encode_path
from gistline.aws.wire import Body, Call, Refused, Wire
from gistline.errors import ObjectNotFoundError, ObjectStoreError

Action = Literal["HeadObject", "GetObject", "PutObject", "DeleteObject"]


class LiteralAdapter:
    """One bucket over http.client; a connection per request, as such keys are rare."""

    def __init__(
        self,
        address: Address,
        credentials: Credentials,
        *,
        trace: Callable[[], Trace] = lambda: NO_TRACE,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the address as it is; `trace` is asked at each attempt, and `sleep` waits between them."""
        self._address = address
        self._wire = Wire("s3", address.region, address.endpoint, credentials, trace, sleep)

    def head(self, key: str) -> Stored:
        """Ask what an object is, without its bytes.

        Raises:
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        with self._ask("HeadObject", key) as response:
            names = ((name.lower(), value) for name, value in response.headers.items())
            metadata = {name[len(OF_USER) :]: value for name, value in names if name.startswith(OF_USER)}
            return Stored(_token(response), metadata)

    def get(self, key: str) -> tuple[Token, Iterator[bytes]]:
        """Ask for an object: its token and its bytes, all of that one state.

        Raises:
            ObjectStoreError: S3 refuses (see `s3.refusal`); also later, out of the stream.
        """
        response = self._ask("GetObject", key)
        return _token(response), self._stream(key, response)

    def put(self, key: str, body: bytes | Path, content_type: str) -> None:
        """Store `body` in one request, whole or not at all (S3 takes up to 5 GB that way).

        Raises:
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        self._ask("PutObject", key, body, {"content-type": content_type}).close()

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        """Store JSON if the object still has this ETag, or, for None, if there still is none.

        Raises:
            ObjectChangedError: it has another one, there is one, or there is none any more.
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        condition = {"if-match": f'"{etag}"'} if etag else {"if-none-match": "*"}
        named = {f"{OF_USER}{name}": value for name, value in metadata.items()}
        self._change("PutObject", key, body, {"content-type": "application/json", **condition, **named})

    def remove(self, key: str, etag: str) -> None:
        """Remove the object if it still has this ETag.

        Raises:
            ObjectChangedError: it has another one, or there is none any more.
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        self._change("DeleteObject", key, None, {"if-match": f'"{etag}"'})

    def _change(self, action: Action, key: str, body: Body, headers: Mapping[str, str]) -> None:
        try:
            self._ask(action, key, body, headers).close()
        except ObjectNotFoundError:  # what was there to be changed is gone
            raise self._refusal(action, key, HTTPStatus.PRECONDITION_FAILED, "") from None

    def _ask(
        self, action: Action, key: str, body: Body = None, headers: Mapping[str, str] = NO_HEADERS
    ) -> http.client.HTTPResponse:
        path = encode_path(f"{self._address.path}/{key}")
        try:
            return self._wire.ask(Call(action.removesuffix("Object").upper(), path, "", headers, body))
        except Refused as refused:
            raise self._refusal(action, key, refused.status, refused.code) from None

    def _stream(self, key: str, response: http.client.HTTPResponse) -> Iterator[bytes]:
        try:
            with response:
                while chunk := response.read(CHUNK_BYTES):
                    yield chunk
        except (OSError, http.client.HTTPException) as error:
            raise self._refusal("GetObject", key, None, type(error).__name__) from None

    def _refusal(self, action: Action, key: str, status: int | None, code: str) -> ObjectStoreError:
        return refusal(action, bucket=self._address.bucket, key=key, status=status, code=code)


def _token(response: http.client.HTTPResponse) -> Token:
    headers = response.headers
    modified = headers.get("last-modified")
    return Token(
        etag=headers.get("etag", "").strip('"') or None,
        size=int(headers.get("content-length", -1)),
        version_id=headers.get("x-amz-version-id"),
        last_modified=parsedate_to_datetime(modified) if modified else None,
    )
