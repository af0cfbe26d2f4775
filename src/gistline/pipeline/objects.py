"""The objects of one bucket: download a CSV to a file, store a summary.

Comes in: decoded keys, of any letters S3 allows. Goes out: files and tokens, or errors of the house. Called
by `process` and by the producer; made once per bucket and execution environment, as the connection is worth
keeping.
"""

import errno
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from gistline.config import Settings
from gistline.errors import ObjectStoreUnavailableError, SettingsError
from gistline.pipeline.obstores import ObstoreAdapter, StrangeHeadersError, can_address
from gistline.pipeline.s3 import Adapter, Address, Credentials, Token


class Objects:
    """One bucket, whatever its keys look like."""

    def __init__(self, bucket: str, settings: Settings, environ: Mapping[str, str]) -> None:
        """Take region and endpoint from `settings`, AWS's own keys from `environ`; connect when needed."""
        self.bucket = bucket
        address, credentials = Address.of(bucket, settings), Credentials.from_environ(environ)
        self._ordinary = cache(lambda: ObstoreAdapter(address, credentials))
        self._literal = cache(lambda: _literal_adapter(address, credentials))

    def download(self, key: str, path: Path) -> Token:
        """Write the object to `path` in bounded chunks; the token is that of the very bytes written.

        Raises:
            ObjectStoreError: S3 refuses (not found, forbidden, unavailable), or the body breaks off.
            SettingsError: the function's disk has no room for it (code `disk-full`).
        """
        try:
            token, chunks = self._adapter(key).get(key)
        except StrangeHeadersError:
            token, chunks = self._literal().get(key)
        try:
            written = _save(chunks, path)
        except OSError as error:
            raise _explain(error, key, token) from error
        if written != token.size:
            raise ObjectStoreUnavailableError(
                f"{key!r} in bucket {self.bucket} broke off after {written} of {token.size} bytes",
                "S3 or the way to it failed; trying again can help",
            )
        return token

    def put(self, key: str, body: bytes | Path, content_type: str = "application/json") -> None:
        """Store `body`, or the file at that path, whole or not at all.

        Raises:
            ObjectStoreError: S3 refuses (forbidden, unavailable, no such bucket).
        """
        self._adapter(key).put(key, body, content_type)

    def _adapter(self, key: str) -> Adapter:
        return self._ordinary() if can_address(key) else self._literal()


def _save(chunks: Iterable[bytes], path: Path) -> int:
    with path.open("wb") as file:
        return sum(file.write(chunk) for chunk in chunks)


def _explain(error: OSError, key: str, token: Token) -> Exception:
    """Say what a full disk means; any other trouble with the disk is a bug or a broken machine."""
    if error.errno != errno.ENOSPC:
        return error
    return SettingsError(
        f"{key!r} has {token.size} bytes, more than the function's disk has room for",
        "raise the function's EphemeralStorage (at most 10,240 MB), or split the CSV",
        code="disk-full",
    )


def _literal_adapter(address: Address, credentials: Credentials | None) -> Adapter:
    from gistline.pipeline.literalkeys import LiteralAdapter  # noqa: PLC0415 - http.client costs a cold start 20 ms

    return LiteralAdapter(address, credentials)
