"""What all that talk to S3 share: where a bucket answers, who asks, what identifies an object, what an error means.

Comes in: settings and the environment, or the status and code of an answer. Goes out: frozen values, and
errors of the house. Called by all of this room, and by whoever speaks of tokens.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple, Protocol

from gistline.config import DEFAULT_REGION, Settings
from gistline.errors import (
    ObjectChangedError,
    ObjectForbiddenError,
    ObjectNotFoundError,
    ObjectStoreError,
    ObjectStoreUnavailableError,
)

CONNECT_SECONDS = 5.0
READ_SECONDS = 20.0  # without a byte; a large object as a whole may take as long as the invocation
ATTEMPTS = 4  # of one request, before the invocation fails and Lambda tries again a minute later
CHUNK_BYTES = 1 << 20
OF_USER = "x-amz-meta-"  # before the names of the user's metadata, in headers
# Of the storage classes, those whose objects must be restored before a GET (S3 User Guide, "Working with archived objects").
ARCHIVES = frozenset({"GLACIER", "DEEP_ARCHIVE"})
_CHANGED = {HTTPStatus.PRECONDITION_FAILED, HTTPStatus.CONFLICT}
_BUSY = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS}


class SignatureRefusedError(ObjectForbiddenError):
    """What arrived is not what was signed: the key is wrong, or somebody on the way has changed a header."""


class Token(NamedTuple):
    """What identifies one state of an object, as the answer that carried its bytes says."""

    etag: str | None  # without quotes
    size: int  # bytes
    version_id: str | None = None
    last_modified: datetime | None = None


class Stored(NamedTuple):
    """What S3 tells of an object without its bytes; `metadata` is the user's, names in lower case."""

    token: Token
    metadata: Mapping[str, str]


class Listed(NamedTuple):
    """One object as S3 lists it; `size` in bytes, `etag` without quotes."""

    key: str
    etag: str
    size: int
    modified: datetime
    archived: bool = False  # its bytes cannot be had until it is restored

    @property
    def token(self) -> Token:
        """What identifies its state, as far as a listing knows."""
        return Token(self.etag, self.size, None, self.modified)


class Credentials(NamedTuple):
    """Keys of the execution role, as Lambda puts them into the environment; never shown."""

    access_key_id: str
    secret_access_key: str
    session_token: str = ""

    def __repr__(self) -> str:
        return f"Credentials({self.access_key_id!r})"

    @classmethod
    def required(cls, environ: Mapping[str, str], purpose: str) -> "Credentials":
        """Do as `from_environ` where there is no doing without.

        Raises:
            ObjectForbiddenError: there is no key.
        """
        credentials = cls.from_environ(environ)
        if credentials is None:
            raise ObjectForbiddenError(
                f"no credentials to sign requests to {purpose} with",
                "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, as Lambda does for the execution role",
            )
        return credentials

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Credentials | None":
        """Read AWS's three variables; None if there is no key, as on a machine with a profile or a role."""
        key, secret = environ.get("AWS_ACCESS_KEY_ID", ""), environ.get("AWS_SECRET_ACCESS_KEY", "")
        return cls(key, secret, environ.get("AWS_SESSION_TOKEN", "")) if key and secret else None


class Address(NamedTuple):
    """Where one bucket answers: `endpoint` + `path` + "/" + key."""

    bucket: str
    region: str
    endpoint: str  # scheme and host
    path: str  # "/bucket" where the host does not name the bucket, else empty

    @classmethod
    def of(cls, bucket: str, settings: Settings) -> "Address":
        """Find the address: the bucket in the host name on AWS, in the path elsewhere.

        A bucket with dots goes into the path on AWS too: the certificate covers one label only
        (https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html).
        """
        region = settings.region or DEFAULT_REGION
        service = host_of("s3", region)
        if settings.endpoint:
            return cls(bucket, region, settings.endpoint.rstrip("/"), f"/{bucket}")
        if "." in bucket:
            return cls(bucket, region, f"https://{service}", f"/{bucket}")
        return cls(bucket, region, f"https://{bucket}.{service}", "")


def host_of(service: str, region: str) -> str:
    """Give the host at which AWS has a service in a region."""
    return f"{service}.{region}.{'amazonaws.com.cn' if region.startswith('cn-') else 'amazonaws.com'}"


class Adapter(Protocol):
    """One way of talking to S3; both ways behave the same."""

    def head(self, key: str) -> Stored:
        """Ask what an object is, without its bytes."""

    def get(self, key: str) -> tuple[Token, Iterator[bytes]]:
        """Ask for an object: its token and its bytes, all of that one state."""

    def put(self, key: str, body: bytes | Path, content_type: str) -> None:
        """Store `body`, whole or not at all."""

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        """Store JSON if the object still has this ETag, or, for None, if there still is none."""


def is_busy(status: int | None) -> bool:
    """Tell whether trying again can help; `status` is None when there was no answer."""
    return status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _BUSY


def refusal(action: str, *, bucket: str, key: str, status: int | None, code: str) -> ObjectStoreError:
    """Make the error that an answer means; `status` is None when there was no answer.

    `code` is S3's own word (`AccessDenied`, `SlowDown`; see
    https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html) or one for what broke. The answer's
    text is left out: it repeats keys of the caller, and a proxy may say anything.
    """
    answer = f"HTTP {status} {code}".rstrip() if status else code
    message = f"{action} {key!r} in bucket {bucket}: {answer}"
    if status in _CHANGED:
        return ObjectChangedError(message, "it was written meanwhile; look again")
    if code == "InvalidObjectState":
        return ObjectForbiddenError(message, "its storage class is an archive: restore it, then redrive it")
    if status == HTTPStatus.NOT_FOUND and code != "NoSuchBucket":
        return ObjectNotFoundError(message, "it was deleted or renamed")
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        # Without s3:ListBucket, S3 hides a missing key behind AccessDenied.
        allowed = action.replace("Head", "Get")  # the answer to a HEAD has no body, and so no code
        role = (
            f"see whether the execution role allows s3:{allowed} on this key, and whether the object exists"
        )
        kind = SignatureRefusedError if code == "SignatureDoesNotMatch" else ObjectForbiddenError
        return kind(message, role if code in {"AccessDenied", ""} else "check the credentials")
    if is_busy(status):
        return ObjectStoreUnavailableError(message, "S3 or the way to it failed; trying again can help")
    return ObjectStoreError(message, "look the code up in S3's list of error responses")
