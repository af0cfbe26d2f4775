"""S3 over plain HTTP, for keys that must be sent letter by letter.

Comes in: any key S3 allows, also "a//b.csv", "a/../b.csv" or one with a newline, which obstore cannot
address and an ordinary URL library would rewrite. Goes out: the same as from `obstores`. Called by `objects`,
which imports this only when such a key arrives.

It also removes objects on a condition, which obstore cannot. Unlike obstore it does not resume a body that breaks off: the invocation fails and Lambda tries again.
"""

import contextlib
import hashlib
import http.client
import re
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from pathlib import Path
from typing import IO, Literal
from urllib.parse import urlsplit

from gistline.errors import (
    ObjectForbiddenError,
    ObjectNotFoundError,
    ObjectStoreError,
    ObjectStoreUnavailableError,
)
from gistline.pipeline.s3 import (
    ATTEMPTS,
    CHUNK_BYTES,
    READ_SECONDS,
    Address,
    Credentials,
    Stored,
    Token,
    refusal,
)
from gistline.pipeline.signature import NO_HEADERS, Request, SignedRequest, encode_path, sign

Action = Literal["HeadObject", "GetObject", "PutObject", "DeleteObject"]
Body = bytes | Path | None
_WAITS = tuple(0.1 * 2**attempt for attempt in range(ATTEMPTS - 1))  # seconds
_OF_USER = "x-amz-meta-"
_DONE = {HTTPStatus.OK, HTTPStatus.NO_CONTENT}
_CODE = re.compile(rb"<Code>(\w+)</Code>")
_ERROR_BYTES = 64 << 10


class LiteralAdapter:
    """One bucket over http.client; a connection per request, as such keys are rare."""

    def __init__(
        self,
        address: Address,
        credentials: Credentials | None,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Take the address as it is; `sleep` waits between attempts.

        Raises:
            ObjectForbiddenError: there are no credentials to sign with.
        """
        if credentials is None:
            raise ObjectForbiddenError(
                f"no credentials to sign requests to bucket {address.bucket} with",
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as Lambda does for the execution role",
            )
        self._address, self._credentials, self._sleep = address, credentials, sleep
        self._url = urlsplit(address.endpoint)

    def head(self, key: str) -> Stored:
        """Ask what an object is, without its bytes.

        Raises:
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        with self._ask("HeadObject", key) as response:
            names = ((name.lower(), value) for name, value in response.headers.items())
            metadata = {name[len(_OF_USER) :]: value for name, value in names if name.startswith(_OF_USER)}
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
        named = {f"{_OF_USER}{name}": value for name, value in metadata.items()}
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
        """Send until S3 answers for good, as obstore does: not after 4xx, but after 408, 429 and 5xx."""
        for wait in _WAITS:
            try:
                return self._attempt(action, key, body, headers)
            except ObjectStoreUnavailableError:
                self._sleep(wait)
        return self._attempt(action, key, body, headers)

    def _attempt(
        self, action: Action, key: str, body: Body, headers: Mapping[str, str]
    ) -> http.client.HTTPResponse:
        try:
            response = self._send(self._signed(action, key, body, headers), body)
            if response.status in _DONE:
                return response
            with response:
                code = _CODE.search(response.read(_ERROR_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise self._refusal(action, key, None, type(error).__name__) from None
        raise self._refusal(action, key, response.status, code[1].decode() if code else "")

    def _signed(self, action: Action, key: str, body: Body, headers: Mapping[str, str]) -> SignedRequest:
        length, payload_hash = _measure(body)
        sized = {} if body is None else {"content-length": str(length)}
        request = Request(
            method=action.removesuffix("Object").upper(),
            host=self._url.netloc,
            path=encode_path(f"{self._address.path}/{key}"),
            payload_hash=payload_hash,
            headers={**headers, **sized},
        )
        now = datetime.now(UTC)
        return sign(request, credentials=self._credentials, region=self._address.region, now=now)

    def _send(self, request: SignedRequest, body: Body) -> http.client.HTTPResponse:
        secure = self._url.scheme == "https"
        connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connect(self._url.netloc, timeout=READ_SECONDS)
        try:
            with _opened(body) as content:
                connection.request(request.method, request.path, body=content, headers=request.headers)
            return connection.getresponse()
        finally:
            if connection.sock is not None:
                connection.sock.close()  # the socket itself stays open until the answer is read or closed

    def _stream(self, key: str, response: http.client.HTTPResponse) -> Iterator[bytes]:
        try:
            with response:
                while chunk := response.read(CHUNK_BYTES):
                    yield chunk
        except (OSError, http.client.HTTPException) as error:
            raise self._refusal("GetObject", key, None, type(error).__name__) from None

    def _refusal(self, action: Action, key: str, status: int | None, code: str) -> ObjectStoreError:
        return refusal(action, bucket=self._address.bucket, key=key, status=status, code=code)


def _measure(body: Body) -> tuple[int, str]:
    """Return length in bytes and SHA-256 in hex, which S3 compares with what it receives."""
    if not isinstance(body, Path):
        return len(body or b""), hashlib.sha256(body or b"").hexdigest()
    with body.open("rb") as file:
        return body.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _opened(body: Body) -> contextlib.AbstractContextManager[IO[bytes] | bytes | None]:
    return body.open("rb") if isinstance(body, Path) else contextlib.nullcontext(body)


def _token(response: http.client.HTTPResponse) -> Token:
    headers = response.headers
    modified = headers.get("last-modified")
    return Token(
        etag=headers.get("etag", "").strip('"') or None,
        size=int(headers.get("content-length", -1)),
        version_id=headers.get("x-amz-version-id"),
        last_modified=parsedate_to_datetime(modified) if modified else None,
    )
