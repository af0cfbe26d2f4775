"""The objects of one bucket: look at one, download a CSV, store a summary if nobody else has meanwhile.

Comes in: decoded keys, of any letters S3 allows. Goes out: tokens, files, or errors of the house. Called by
`reconcile`, the producer and `catalogue`; made once per bucket and execution environment, as the connection is worth
keeping. A summary hands on the trace header of the invocation that stores it (see `lineage`).
"""

import errno
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from gistline.aws.digests import Digests
from gistline.aws.lineage import Trace
from gistline.aws.obstores import ObstoreAdapter, StrangeHeadersError, can_address
from gistline.aws.s3 import Adapter, Address, Credentials, SignatureRefusedError, Stored, Token
from gistline.config import Settings
from gistline.errors import ObjectNotFoundError, ObjectStoreUnavailableError, SettingsError

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

    from gistline.aws.literalkeys import LiteralAdapter


_LINEAGES_KEPT = 4  # stores; whatever people upload has one lineage, and only a loop makes ever new ones

Found = TypeVar("Found")


class Download(NamedTuple):
    """An object that S3 has begun to send: its token, and its bytes if somebody wants them."""

    name: str  # key and bucket, for messages
    token: Token
    chunks: Iterator[bytes]
    digests: Digests | None = None

    def save(self, path: Path) -> None:
        """Write the object to `path` in bounded chunks, all of the state that the token identifies.

        Raises:
            ObjectStoreError: the body breaks off, or is shorter or longer than S3 said.
            SettingsError: the function's disk has no room for it (code `disk-full`).
        """
        digest = self.digests.begin(self.token) if self.digests else None
        try:
            written = _save(self.chunks, path, digest)
        except OSError as error:
            raise self._explain(error) from error
        if written != self.token.size:
            raise ObjectStoreUnavailableError(
                f"{self.name} broke off after {written} of {self.token.size} bytes",
                "S3 or the way to it failed; trying again can help",
            )
        if self.digests and digest and not self.digests.agree(self.token, digest.hexdigest()):
            raise ObjectStoreUnavailableError(
                f"{self.name} has other bytes than its ETag says: they were changed on the way",
                "S3 or the way to it failed; trying again can help",
            )

    def _explain(self, error: OSError) -> Exception:
        """Say what a full disk means; any other trouble with the disk is a bug or a broken machine."""
        if error.errno != errno.ENOSPC:
            return error
        return SettingsError(
            f"{self.name} has {self.token.size} bytes, more than the function's disk has room for",
            "raise the function's EphemeralStorage (at most 10,240 MB), or split the CSV",
            code="disk-full",
        )


class Objects:
    """One bucket, whatever its keys look like."""

    def __init__(self, bucket: str, settings: Settings, environ: Mapping[str, str]) -> None:
        """Take region and endpoint from `settings`, AWS's own keys from `environ`; connect when needed.

        The trace header is read from `environ` when a summary is stored: it is another one in each invocation.
        obstore takes headers only when a store is made, which costs some 5 ms and a connection; so one store serves all
        invocations of one lineage. It then sends the `Root` of the first of them: what Lambda counts is the lineage.
        """
        self.bucket = bucket
        address, credentials = Address.of(bucket, settings), Credentials.from_environ(environ)
        self._digests = Digests()
        self._environ = environ
        self._ordinary = cache(lambda: ObstoreAdapter(address, credentials))
        self._tracing = lru_cache(_LINEAGES_KEPT)(
            lambda _: ObstoreAdapter(address, credentials, self._trace())
        )
        self._literal = cache(lambda: _literal_adapter(address, environ, self._trace))

    def head(self, key: str) -> Stored | None:
        """Ask what lies under `key` now; None if nothing does.

        Raises:
            ObjectStoreError: S3 refuses; in particular, forbidden is not absent.
        """
        return self._found(key, lambda adapter: adapter.head(key))

    def open(self, key: str) -> Download | None:
        """Begin to download what lies under `key` now; None if nothing does.

        Raises:
            ObjectStoreError: as for `head`.
        """
        name = f"{key!r} in bucket {self.bucket}"
        return self._found(key, lambda adapter: Download(name, *adapter.get(key), self._digests))

    def put(self, key: str, body: bytes | Path, content_type: str) -> None:
        """Store `body`, or the file at that path, whole or not at all, whatever was there.

        Raises:
            ObjectStoreError: S3 refuses (forbidden, unavailable, no such bucket).
        """
        self._adapter(key).put(key, body, content_type)

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        """Store JSON if the object still has this ETag, or, for None, if there still is none.

        Raises:
            ObjectChangedError: somebody has written meanwhile, perhaps this very call whose answer was lost.
            ObjectStoreError: S3 refuses.
        """
        try:
            self._writer(key).swap(key, body, metadata, etag)
        except SignatureRefusedError:
            # AWS's SDKs leave the trace header unsigned, as whoever it passes may add to it; obstore signs it. To store
            # the summary matters more than to hand the lineage on.
            self._adapter(key).swap(key, body, metadata, etag)

    def remove(self, key: str, etag: str) -> None:
        """Remove the object if it still has this ETag.

        Raises:
            ObjectChangedError: somebody has written or removed it meanwhile.
            ObjectStoreError: S3 refuses.
        """
        self._literal().remove(key, etag)

    def _found(self, key: str, ask: Callable[[Adapter], Found]) -> Found | None:
        try:
            try:
                return ask(self._adapter(key))
            except StrangeHeadersError:
                return ask(self._literal())
        except ObjectNotFoundError:
            return None

    def _trace(self) -> Trace:
        return Trace.from_environ(self._environ)

    def _writer(self, key: str) -> Adapter:
        """Give who hands the lineage on."""
        lineage = self._trace().lineage
        return self._tracing(lineage) if lineage and can_address(key) else self._adapter(key)

    def _adapter(self, key: str) -> Adapter:
        return self._ordinary() if can_address(key) else self._literal()


def _save(chunks: Iterable[bytes], path: Path, digest: "Hash | None") -> int:
    written = 0
    with path.open("wb") as file:
        for chunk in chunks:
            if digest:
                digest.update(chunk)
            written += file.write(chunk)
    return written


def _literal_adapter(
    address: Address, environ: Mapping[str, str], trace: Callable[[], Trace]
) -> "LiteralAdapter":
    from gistline.aws.literalkeys import LiteralAdapter  # noqa: PLC0415 - http.client costs a cold start 20 ms

    credentials = Credentials.required(environ, f"bucket {address.bucket}")
    return LiteralAdapter(address, credentials, trace=trace)
