"""A tiny S3 on a loopback port: stores what is put, gives it back, and fails when told to.

It keeps paths exactly as they were sent, so that tests see whether a key travelled letter by letter. It does
not check signatures; the local cloud does.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from gistline.config import Settings

Fault = int | Literal["cut", "silence"]
LAST_MODIFIED = "Mon, 23 Nov 2026 08:00:00 GMT"
_CODES = {403: "AccessDenied", 404: "NoSuchKey", 409: "OperationAborted", 503: "SlowDown"}


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case


@dataclass
class FakeS3:
    """What is stored, what was asked, and how the next requests fail (one fault each, None: not at all)."""

    endpoint: str
    objects: dict[str, bytes] = field(default_factory=dict)  # path as sent -> bytes
    versions: dict[str, str] = field(default_factory=dict)  # path as sent -> version id
    faults: list[Fault | None] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        """Settings that lead here."""
        return Settings(endpoint=self.endpoint)


@contextmanager
def fake_s3() -> Iterator[FakeS3]:
    """Serve until the block ends."""
    server = _Server(("127.0.0.1", 0), _Handler)
    server.fake = FakeS3(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server.fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    fake: FakeS3


class _Handler(BaseHTTPRequestHandler):
    """One request; HTTP/1.0, so that no connection outlives the test."""

    server: _Server

    @property
    def fake(self) -> FakeS3:
        return self.server.fake

    def do_GET(self) -> None:
        fault = self._note()
        body = self.fake.objects.get(self.path)
        if isinstance(fault, int) or body is None:
            self._refuse(fault if isinstance(fault, int) else 404)
        elif fault != "silence":
            self._answer(body, cut=fault == "cut")

    def do_PUT(self) -> None:
        fault = self._note()
        body = self.rfile.read(int(self.headers["content-length"]))
        if isinstance(fault, int):
            self._refuse(fault)
        elif fault is None:
            self.fake.objects[self.path] = body
            self._answer(b"")

    def log_message(self, *_: object) -> None:
        """Stay quiet."""

    def _note(self) -> Fault | None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.fake.seen.append(Seen(self.command, self.path, headers))
        return self.fake.faults.pop(0) if self.fake.faults else None

    def _refuse(self, status: int) -> None:
        text = f"<Error><Code>{_CODES.get(status, 'Whatever')}</Code><Message>hush-hush</Message></Error>"
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def _answer(self, body: bytes, *, cut: bool = False) -> None:
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.send_header("etag", f'"{md5(body, usedforsecurity=False).hexdigest()}"')
        self.send_header("last-modified", LAST_MODIFIED)
        if self.path in self.fake.versions:
            self.send_header("x-amz-version-id", self.fake.versions[self.path])
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if cut else body)
