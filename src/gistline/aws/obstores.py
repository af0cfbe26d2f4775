"""S3 through obstore, the Rust client that starts in milliseconds.

Comes in: a key that obstore can address, and bytes. Goes out: a token and a stream, or an error of the
house. Called by `objects`.

What obstore does on its own, seen with 0.12: it repeats requests after 408, 429, 5xx and broken connections;
it resumes a body that breaks off, and gives up if the object's ETag has changed by then, so that bytes of two
states never mix. Its exceptions name the status in their text only. A conditional put that meets 412 or 409 (after
repeating the latter, if the condition is an ETag), or 404 for an ETag, raises AlreadyExistsError or PreconditionError;
one whose answer is lost is repeated, and then meets its own write. Its `head` drops the user's metadata; a
`get` with the option `head` sends the same one HEAD request and keeps it. It has no conditional delete. It takes
headers for all requests of a store only, and signs them (object_store: aws/credential.rs, canonicalize_headers).
"""

import re
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from obstore.exceptions import AlreadyExistsError, BaseError, PreconditionError
from obstore.store import S3Store

from gistline.aws.lineage import NO_TRACE, Trace
from gistline.aws.s3 import (
    ATTEMPTS,
    CHUNK_BYTES,
    CONNECT_SECONDS,
    READ_SECONDS,
    Address,
    Credentials,
    Stored,
    Token,
    refusal,
)
from gistline.errors import ObjectStoreError

if TYPE_CHECKING:
    from obstore import GetResult, PutMode
    from obstore.store import ClientConfig, RetryConfig, S3Config

_STRANGE_HEADERS = (
    "non UTF-8 characters"  # what object_store says of a Content-Disposition like "Umsätze.csv"
)
_STATUS_IS, _CODE_IS = "status code: ", "<Code>"
_STATUS = re.compile(rf"{_STATUS_IS}(\d{{3}})")
_CODE = re.compile(rf"{_CODE_IS}(\w+)</Code>")
_PART_BYTES = 8 << 20  # of a multipart upload; with the next line, what an upload holds in memory
_PARTS_AT_ONCE = 4
_WHOLE_REQUEST = timedelta(minutes=15)  # the longest a function runs; `read_timeout` finds a dead connection
_RETRIES: "RetryConfig" = {
    "max_retries": ATTEMPTS - 1,
    "retry_timeout": timedelta(minutes=4),  # counted from the first request; a body is resumed as long
    "backoff": {"init_backoff": timedelta(milliseconds=100), "max_backoff": timedelta(seconds=3), "base": 2},
}


Action = Literal["HeadObject", "GetObject", "PutObject"]


class StrangeHeadersError(ObjectStoreError):
    """The object has a header that is not ASCII, as S3 allows; obstore gives up on such an object."""

    code = "strange-headers"


def can_address(key: str) -> bool:
    """Tell whether obstore reaches exactly this key.

    Its paths know no empty, "." or ".." segment and no ASCII control character (it refuses them), and it
    drops a slash at either end without a word. Its errors repeat the key before S3's answer; so one that reads like
    an answer could be taken for it.
    """
    clean = all(" " <= letter != "\x7f" for letter in key)
    like_an_answer = any(words in key for words in (_STATUS_IS, _CODE_IS, _STRANGE_HEADERS))
    return clean and not like_an_answer and all(segment not in {"", ".", ".."} for segment in key.split("/"))


class ObstoreAdapter:
    """One bucket through obstore; the connection is kept for the next request."""

    def __init__(self, address: Address, credentials: Credentials | None, trace: Trace = NO_TRACE) -> None:
        """Without credentials, obstore looks for a role: web identity, container or instance metadata.

        `trace` goes along with every request.
        """
        self._bucket = address.bucket
        self._store = S3Store(
            address.bucket,
            config=_s3_config(address, credentials),
            client_options=client_config(address, trace),
            retry_config=_RETRIES,
        )

    def head(self, key: str) -> Stored:
        """Ask what an object is, without its bytes.

        Raises:
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        try:
            result = self._store.get(key, options={"head": True})
        except (BaseError, OSError) as error:
            raise self._translate("HeadObject", key, error) from None
        return Stored(_token(result), {name.lower(): value for name, value in result.attributes.items()})

    def get(self, key: str) -> tuple[Token, Iterator[bytes]]:
        """Ask for an object: its token and its bytes, all of that one state.

        Raises:
            ObjectStoreError: S3 refuses (see `s3.refusal`); also later, out of the stream.
        """
        try:
            result = self._store.get(key)
        except (BaseError, OSError) as error:
            raise self._translate("GetObject", key, error) from None
        return _token(result), self._stream(key, result)

    def put(self, key: str, body: bytes | Path, content_type: str) -> None:
        """Store `body`, whole or not at all; a long file goes up in parts.

        Raises:
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        try:
            self._store.put(
                key,
                body,
                attributes={"Content-Type": content_type},
                use_multipart=None if isinstance(body, Path) else False,
                chunk_size=_PART_BYTES,
                max_concurrency=_PARTS_AT_ONCE,
            )
        except (BaseError, OSError) as error:
            raise self._translate("PutObject", key, error) from None

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        """Store JSON if the object still has this ETag, or, for None, if there still is none.

        Raises:
            ObjectChangedError: it has another one, there is one, or there is none any more.
            ObjectStoreError: S3 refuses (see `s3.refusal`).
        """
        mode: PutMode = {"e_tag": f'"{etag}"'} if etag else "create"
        try:
            self._store.put(
                key,
                body,
                attributes={"Content-Type": "application/json", **metadata},
                mode=mode,
                use_multipart=False,
            )
        except (AlreadyExistsError, PreconditionError):
            raise refusal("PutObject", bucket=self._bucket, key=key, status=412, code="") from None
        except (BaseError, OSError) as error:
            raise self._translate("PutObject", key, error) from None

    def _stream(self, key: str, result: "GetResult") -> Iterator[bytes]:
        try:
            for chunk in result.stream(min_chunk_size=CHUNK_BYTES):
                yield bytes(chunk)
        except (BaseError, OSError) as error:
            raise self._translate("GetObject", key, error) from None

    def _translate(self, action: Action, key: str, error: Exception) -> ObjectStoreError:
        text = str(error)
        if _STRANGE_HEADERS in text:
            return StrangeHeadersError(f"{key!r} in bucket {self._bucket} has headers that are not ASCII")
        status, code = _STATUS.search(text), _CODE.search(text)
        what = code[1] if code else "" if status else "no whole answer"
        number = int(status[1]) if status else None
        return refusal(action, bucket=self._bucket, key=key, status=number, code=what)


def _token(result: "GetResult") -> Token:
    meta = result.meta
    etag = (meta["e_tag"] or "").strip('"') or None
    return Token(etag, meta["size"], meta["version"], meta["last_modified"])


def _s3_config(address: Address, credentials: Credentials | None) -> "S3Config":
    config: S3Config = {
        "region": address.region,
        "aws_endpoint_url_s3": address.endpoint,
        "virtual_hosted_style_request": not address.path,
    }
    if credentials:
        config["access_key_id"] = credentials.access_key_id
        config["secret_access_key"] = credentials.secret_access_key
        if credentials.session_token:
            config["session_token"] = credentials.session_token
    return config


def client_config(address: Address, trace: Trace) -> "ClientConfig":
    """Say how long obstore waits for an answer, and what it sends along."""
    return {
        "allow_http": address.endpoint.startswith("http://"),  # the local cloud
        "default_headers": trace.headers,
        "connect_timeout": timedelta(seconds=CONNECT_SECONDS),
        "read_timeout": timedelta(seconds=READ_SECONDS),
        "timeout": _WHOLE_REQUEST,
    }
