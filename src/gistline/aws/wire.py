"""Signed requests to an AWS service over plain HTTP, sent letter by letter.

Comes in: what to ask of which service. Goes out: its answer, if it is a good one; else `Refused`. Called by
`literalkeys`, `listing` and `invoking`, for what obstore cannot ask; made by `catalogue` and the function `sweeper`. A
connection per request: few come at once.
"""

import contextlib
import hashlib
import http.client
import re
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import IO, NamedTuple, TypeVar
from urllib.parse import urlsplit

from gistline.aws.lineage import NO_TRACE, Trace
from gistline.aws.s3 import ATTEMPTS, READ_SECONDS, Credentials, host_of, is_busy
from gistline.aws.signature import NO_HEADERS, Request, SignedRequest, sign
from gistline.config import DEFAULT_REGION, Settings

Body = bytes | Path | None
Result = TypeVar("Result")
_WAITS = tuple(0.1 * 2**attempt for attempt in range(ATTEMPTS - 1))  # seconds
_DONE = {HTTPStatus.OK, HTTPStatus.ACCEPTED, HTTPStatus.NO_CONTENT}
_CODE = re.compile(rb"<Code>(\w+)</Code>")
_ERROR_BYTES = 64 << 10


class Refused(Exception):  # noqa: N818 - it is what happened, and whoever called makes it an error
    """The service said no, or nothing: then `status` is None and `code` says what broke."""

    def __init__(self, status: int | None, code: str) -> None:
        super().__init__(status, code)
        self.status, self.code = status, code


class Call(NamedTuple):
    """What to ask: `path` and `query` as they are sent, encoded, the query's names in order."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = NO_HEADERS
    body: Body = None


class Wire(NamedTuple):
    """One service at one endpoint; `trace` is asked at each attempt, and `sleep` waits between them."""

    service: str
    region: str
    endpoint: str  # scheme and host
    credentials: Credentials
    trace: Callable[[], Trace] = lambda: NO_TRACE
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def of(cls, service: str, settings: Settings, environ: Mapping[str, str]) -> "Wire":
        """Lead to a service where AWS's own variables say that it is, or where AWS has it.

        Raises:
            ObjectForbiddenError: there are no credentials to sign with.
        """
        region = settings.region or DEFAULT_REGION
        said = environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or environ.get("AWS_ENDPOINT_URL")
        endpoint = (said or f"https://{host_of(service, region)}").rstrip("/")
        # No `partial` for the trace: its repr would show the environment, and the keys in it.
        credentials = Credentials.required(environ, service)
        return cls(service, region, endpoint, credentials, lambda: Trace.from_environ(environ))

    def ask(self, call: Call) -> http.client.HTTPResponse:
        """Send until the service answers for good, as obstore does: not after 4xx, but after 408, 429 and 5xx.

        Raises:
            Refused: it did not answer with success, in the end.
        """
        return self._again(lambda: self._attempt(call))

    def read(self, call: Call) -> bytes:
        """Do the same and read the answer; one that breaks off is asked for again.

        Raises:
            Refused: there was no whole answer with success, in the end.
        """
        return self._again(lambda: self._read(call))

    def _again(self, work: Callable[[], Result]) -> Result:
        for wait in _WAITS:
            try:
                return work()
            except Refused as refused:
                if not is_busy(refused.status):
                    raise
                self.sleep(wait)
        return work()

    def _read(self, call: Call) -> bytes:
        try:
            with self._attempt(call) as response:
                return response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Refused(None, type(error).__name__) from None

    def _attempt(self, call: Call) -> http.client.HTTPResponse:
        try:
            response = self._send(self._signed(call), call.body)
            if response.status in _DONE:
                return response
            with response:
                code = _CODE.search(response.read(_ERROR_BYTES))
        except (OSError, http.client.HTTPException) as error:
            raise Refused(None, type(error).__name__) from None
        named = response.headers.get("x-amzn-errortype", "").partition(":")[0]  # as Lambda gives its code
        raise Refused(response.status, code[1].decode() if code else named)

    def _signed(self, call: Call) -> SignedRequest:
        length, payload_hash = _measure(call.body)
        sized = {} if call.body is None else {"content-length": str(length)}
        host = urlsplit(self.endpoint).netloc
        headers = {**call.headers, **sized}
        request = Request(call.method, host, call.path, payload_hash, headers, call.query)
        now = datetime.now(UTC)
        return sign(request, credentials=self.credentials, region=self.region, now=now, service=self.service)

    def _send(self, request: SignedRequest, body: Body) -> http.client.HTTPResponse:
        url = urlsplit(self.endpoint)
        if url.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                url.netloc, timeout=READ_SECONDS, context=_trusted()
            )
        else:
            connection = http.client.HTTPConnection(url.netloc, timeout=READ_SECONDS)
        headers = {**request.headers, **self.trace().headers}  # the latter unsigned
        try:
            with _opened(body) as content:
                connection.request(request.method, request.path, body=content, headers=headers)
            return connection.getresponse()
        finally:
            if connection.sock is not None:
                connection.sock.close()  # the socket itself stays open until the answer is read or closed


@cache
def _trusted() -> ssl.SSLContext:
    """Read the system's certificates, once: that takes 20 ms."""
    return ssl.create_default_context()


def _measure(body: Body) -> tuple[int, str]:
    """Return length in bytes and SHA-256 in hex, which the service compares with what it receives."""
    if not isinstance(body, Path):
        return len(body or b""), hashlib.sha256(body or b"").hexdigest()
    with body.open("rb") as file:
        return body.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _opened(body: Body) -> contextlib.AbstractContextManager[IO[bytes] | bytes | None]:
    return body.open("rb") if isinstance(body, Path) else contextlib.nullcontext(body)
