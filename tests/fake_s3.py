"""A tiny S3 on a loopback port: stores what is put, gives it back, and fails when told to.

It keeps paths exactly as they were sent, so that tests see whether a key travelled letter by letter. It does
not check signatures; the local cloud does.
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal

from gistline.config import Settings

# "lost": what was asked is done, and nobody hears of it; "unsized": the answer does not say how long it is
Fault = int | Literal["cut", "silence", "lost", "unsized"]
LAST_MODIFIED = "Mon, 23 Nov 2026 08:00:00 GMT"
_CODES = {
    403: "AccessDenied",
    404: "NoSuchKey",
    409: "OperationAborted",
    412: "PreconditionFailed",
    503: "SlowDown",
}


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
    metadata: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # path as sent -> headers x-amz-meta-...
    codes: dict[int, str] = field(default_factory=_CODES.copy)
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


@contextmanager
def nobody() -> Iterator[str]:
    """An endpoint that refuses every connection: the port is taken, so that nobody else gets it, and not listened at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    fake: FakeS3


class _Handler(BaseHTTPRequestHandler):
    """One request; HTTP/1.0, so that no connection outlives the test."""

    server: _Server

    @property
    def fake(self) -> FakeS3:
        return self.server.fake

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        fault = self._note()
        body = self.fake.objects.get(self.path)
        if isinstance(fault, int) or body is None:
            self._refuse(fault if isinstance(fault, int) else 404)
        elif fault != "silence":
            self._answer(body, cut=fault == "cut", sized=fault != "unsized")

    def do_PUT(self) -> None:
        fault = self._note()
        body = self.rfile.read(int(self.headers["content-length"]))
        meta = {name: value for name, value in self.fake.seen[-1].headers.items() if "-meta-" in name}
        if self._may(fault):
            self.fake.objects[self.path], self.fake.metadata[self.path] = body, meta
            self._done(fault, 200)

    def do_POST(self) -> None:
        """Take an event as Lambda's Invoke does."""
        fault = self._note()
        body = self.rfile.read(int(self.headers["content-length"]))
        if self._may(fault):
            self.fake.objects[self.path] = body
            self._done(fault, 202)

    def do_DELETE(self) -> None:
        fault = self._note()
        if self._may(fault):
            del self.fake.objects[self.path]
            self._done(fault, 204)

    def _may(self, fault: Fault | None) -> bool:
        """Refuse, or say nothing, or let pass what keeps its conditions."""
        if isinstance(fault, int):
            self._refuse(fault)
        elif fault in {None, "lost"}:
            status = self._condition()
            if status == 200:
                return True
            self._refuse(status)
        return False

    def _condition(self) -> int:
        """Judge as S3 does: 412 for another object, 404 for none."""
        body, headers = self.fake.objects.get(self.path), self.headers
        if headers["if-none-match"] == "*":
            return 412 if body is not None else 200
        if headers["if-match"] is None:
            return 200
        if body is None:
            return 404
        return 200 if headers["if-match"] == _etag(body) else 412

    def _done(self, fault: Fault | None, status: int) -> None:
        if fault != "lost":
            self.send_response(status)
            self.send_header("content-length", "0")
            self.send_header("etag", _etag(self.fake.objects.get(self.path, b"")))
            self.end_headers()

    def log_message(self, *_: object) -> None:
        """Stay quiet."""

    def _note(self) -> Fault | None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.fake.seen.append(Seen(self.command, self.path, headers))
        return self.fake.faults.pop(0) if self.fake.faults else None

    def _refuse(self, status: int) -> None:
        text = f"<Error><Code>{self.fake.codes.get(status, 'Whatever')}</Code><Message>hush-hush</Message></Error>"
        self.send_response(status)
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self._send(text.encode())

    def _answer(self, body: bytes, *, cut: bool, sized: bool) -> None:
        self.send_response(200)
        if sized:
            self.send_header("content-length", str(len(body)))
        self.send_header("etag", _etag(body))
        self.send_header("last-modified", LAST_MODIFIED)
        if self.path in self.fake.versions:
            self.send_header("x-amz-version-id", self.fake.versions[self.path])
        for name, value in self.fake.metadata.get(self.path, {}).items():
            self.send_header(name, value)
        self.end_headers()
        self._send(body[: len(body) // 2] if cut else body)

    def _send(self, body: bytes) -> None:
        if self.command != "HEAD":
            self.wfile.write(body)


def _etag(body: bytes) -> str:
    return f'"{md5(body, usedforsecurity=False).hexdigest()}"'
