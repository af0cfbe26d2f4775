"""AWS Signature Version 4 for S3, in the Authorization header.

Comes in: one request without query, and whose keys sign it. Goes out: the request to send. Called by
`literalkeys`. Source, with the examples that the tests repeat:
https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import quote

from gistline.pipeline.s3 import Credentials

ALGORITHM = "AWS4-HMAC-SHA256"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Request(NamedTuple):
    """What is signed: `path` already encoded, `payload_hash` the SHA-256 of the body in hex."""

    method: str
    host: str
    path: str
    payload_hash: str
    headers: Mapping[str, str] = NO_HEADERS  # further ones to send and to sign


class SignedRequest(NamedTuple):
    """What is sent: `headers` are all of them, the host and the signature among them; they are never shown."""

    method: str
    path: str
    headers: Mapping[str, str]

    def __repr__(self) -> str:
        return f"SignedRequest({self.method!r}, {self.path!r})"


def encode_path(path: str) -> str:
    """Percent-encode a path once, slashes kept; S3 alone among AWS's services signs it unnormalised."""
    return quote(path, safe="/-_.~")


def sign(request: Request, *, credentials: Credentials, region: str, now: datetime) -> SignedRequest:
    """Sign the request; `now` is in UTC, and S3 accepts it for 15 minutes."""
    timestamp = now.strftime("%Y%m%dT%H%M%SZ")
    headers = {name.lower(): value.strip() for name, value in request.headers.items()}
    headers |= {"host": request.host, "x-amz-content-sha256": request.payload_hash, "x-amz-date": timestamp}
    if credentials.session_token:
        headers["x-amz-security-token"] = credentials.session_token
    scope = f"{timestamp[:8]}/{region}/s3/aws4_request"
    to_sign = "\n".join([ALGORITHM, timestamp, scope, _sha256(_canonical(request, headers))])
    signature = hmac.digest(_signing_key(credentials, scope), to_sign.encode(), "sha256").hex()
    headers["authorization"] = (
        f"{ALGORITHM} Credential={credentials.access_key_id}/{scope},"
        f"SignedHeaders={';'.join(sorted(headers))},Signature={signature}"
    )
    return SignedRequest(request.method, request.path, headers)


def _canonical(request: Request, headers: Mapping[str, str]) -> str:
    names = sorted(headers)
    lines = [f"{name}:{headers[name]}" for name in names]
    no_query = ""
    return "\n".join(
        [request.method, request.path, no_query, *lines, "", ";".join(names), request.payload_hash]
    )


def _signing_key(credentials: Credentials, scope: str) -> bytes:
    key = b"AWS4" + credentials.secret_access_key.encode()
    for part in scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return key


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
