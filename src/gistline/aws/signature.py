"""AWS Signature Version 4, in the Authorization header.

Comes in: one request, and whose keys sign it. Goes out: the request to send. Called by `wire`. Services other than S3
want a path signed that is encoded twice; ours have nothing to encode there. Source, with the examples that the tests
repeat: https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from gistline.aws.s3 import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Request(NamedTuple):
    """What is signed: `path` already encoded, `payload_hash` the SHA-256 of the body in hex."""

    method: str
    host: str
    path: str
    payload_hash: str
    headers: Mapping[str, str] = NO_HEADERS  # further ones to send and to sign
    query: str = ""  # encoded, its names in order


class SignedRequest(NamedTuple):
    """What is sent: `path` with the query, and `headers` are all of them, the host and the signature among them; they are never shown."""

    method: str
    path: str
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"SignedRequest({self.method!r}, {self.path!r})"


def encode_path(path: str) -> str:
    """Percent-encode a path once, slashes kept; S3 alone among AWS's services signs it unnormalised."""
    return quote(path, safe="/-_.~")


def sign(
    request: Request, *, credentials: Credentials, region: str, now: datetime, service: str = "s3"
) -> SignedRequest:
    """Sign the request; `now` is in UTC, and AWS accepts it for 15 minutes."""
    timestamp = now.strftime("%Y%m%dT%H%M%SZ")
    headers = {name.lower(): value.strip() for name, value in request.headers.items()}
    headers |= {"host": request.host, "x-amz-content-sha256": request.payload_hash, "x-amz-date": timestamp}
    if credentials.session_token:
        headers["x-amz-security-token"] = credentials.session_token
    scope = f"{timestamp[:8]}/{region}/{service}/aws4_request"
    to_sign = "\n".join([ALGORITHM, timestamp, scope, _sha256(_canonical(request, headers))])
    signature = hmac.digest(_signing_key(credentials, scope), to_sign.encode(), "sha256").hex()
    headers["authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key_id}/{scope},"
        f"SignedHeaders={';'.join(sorted(headers))},Signature={signature}"
    )
    target = f"{request.path}?{request.query}" if request.query else request.path
    return SignedRequest(request.method, target, headers)


def _canonical(request: Request, headers: Mapping[str, str]) -> str:
    names = sorted(headers)
    lines = [f"{name}:{headers[name]}" for name in names]
    parts = [request.method, request.path, request.query, *lines, "", ";".join(names), request.payload_hash]
    return "\n".join(parts)


def _signing_key(credentials: Credentials, scope: str) -> bytes:
    key = b"AWS4" + credentials.secret_access_key.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
