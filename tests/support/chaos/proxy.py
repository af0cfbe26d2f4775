"""S3 as the functions see it when it has a bad day: a proxy on the loopback, before the local cloud.

Comes in: a chooser, asked at each request what shall go wrong with it. Goes out: the URL of an HTTP proxy; and a list
of what the functions have stored, whether or not they have heard of it. A proxy, not an endpoint, as requests are
signed for the host that they are meant for.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from types import TracebackType
from typing import Any, NamedTuple, Self, TypeVar
from urllib.parse import parse_qs, unquote, urlsplit

from support.chaos.plan import Plan

SLOW = 0.3  # seconds; ten times what an invocation takes
ERROR = "<?xml version='1.0'?><Error><Code>{}</Code><Message>the harness</Message></Error>"
T = TypeVar("T")


class Fault(StrEnum):
    """What can go wrong with one request."""

    BUSY = "503"
    CONFLICT = "409"
    RESET = "connection reset"
    SLOW = "late request"
    HELD = "held request"  # until it is let go
    LOST = "lost answer"  # it is carried out
    CUT = "cut body"
    CORRUPT = "corrupt body"


@dataclass(frozen=True)
class Request:
    """One request of a function's."""

    method: str
    key: str  # bucket and key, decoded
    headers: dict[str, str]


class Stored(NamedTuple):
    """A summary that S3 has stored, as it says of itself in its metadata."""

    when: float
    key: str
    generation: int
    etag: str  # of its source; "" for none

    @classmethod
    def of(cls, request: Request) -> "Stored":
        """Read it from the request that was carried out."""
        said = parse_qs(request.headers["x-amz-meta-gistline"])
        key = request.key.partition("/")[2]
        return cls(time.time(), key, int(said["generation"][0]), said.get("etag", [""])[0])


Chooser = Callable[[Request], Fault | None]


class Exchange(NamedTuple):
    """The four ends: the function's connection, and ours to S3."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    answers: asyncio.StreamReader
    requests: asyncio.StreamWriter


class Proxy(AbstractContextManager["Proxy"]):
    """Runs while it is entered; `choose` may be replaced at any time."""

    def __init__(self, port: int, choose: Chooser) -> None:
        self._port, self.choose = port, choose
        self.stored: list[Stored] = []
        self.hurt: dict[Fault, int] = dict.fromkeys(Fault, 0)
        self._loop, self._go_on = asyncio.new_event_loop(), asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bad-s3")
        self._open: dict[asyncio.Task[Any], asyncio.StreamWriter] = {}

    def __enter__(self) -> Self:
        self._thread.start()
        self._server = self._run(asyncio.start_server(self._connected, "127.0.0.1", 0))
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._run(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    @property
    def url(self) -> str:
        """What the functions' HTTP_PROXY must be."""
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def let_go(self) -> None:
        """Let the request that is held go on."""
        self._loop.call_soon_threadsafe(self._go_on.set)

    def _run(self, coroutine: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result()

    async def _close(self) -> None:
        self._server.close()
        self._go_on.set()
        for writer in self._open.values():
            writer.close()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._open[task] = writer
        task.add_done_callback(self._open.pop)
        with suppress(OSError, asyncio.IncompleteReadError):  # a function was killed, or S3 hung up
            answers, requests = await asyncio.open_connection("127.0.0.1", self._port)
            try:
                while await self._exchange(Exchange(reader, writer, answers, requests)):
                    pass
            finally:
                requests.close()
        writer.close()

    async def _exchange(self, ends: Exchange) -> bool:
        """Carry one request and its answer; return whether the connection may be used again."""
        first, headers = await _head(ends.reader)
        body = await ends.reader.readexactly(int(headers.get("content-length", "0")))
        method, url, version = first.split(" ")
        path = urlsplit(url)._replace(scheme="", netloc="").geturl()
        request = Request(method, unquote(urlsplit(url).path).lstrip("/"), headers)
        fault = self.choose(request)
        if fault:
            self.hurt[fault] += 1
        if fault in {Fault.BUSY, Fault.CONFLICT}:
            ends.writer.write(_refusal(fault))
            return True
        if fault is Fault.RESET:
            return False
        if fault in {Fault.SLOW, Fault.HELD}:
            await (asyncio.sleep(SLOW) if fault is Fault.SLOW else self._go_on.wait())
            if ends.reader.at_eof() or ends.reader.exception():
                # Who sent it has died. Between attempts Lambda waits a minute: nothing of the first is under way then.
                return False
        ends.requests.write(_packed(f"{method} {path} {version}", headers, body))
        return await self._answer(ends, request, fault)

    async def _answer(self, ends: Exchange, request: Request, fault: Fault | None) -> bool:
        first, headers = await _head(ends.answers)
        empty = request.method == "HEAD" or " 304 " in first or " 204 " in first
        body = b"" if empty else await ends.answers.readexactly(int(headers["content-length"]))
        if request.method == "PUT" and " 200 " in first:
            self.stored.append(Stored.of(request))
        if fault is Fault.LOST:
            return False
        if fault is Fault.CUT:
            ends.writer.write(_packed(first, headers, body[: len(body) // 2]))
            return False
        if fault is Fault.CORRUPT:
            middle = len(body) // 2
            body = (
                body[:middle] + bytes((byte ^ 1) for byte in body[middle : middle + 4]) + body[middle + 4 :]
            )
        ends.writer.write(_packed(first, headers, body))
        return headers.get("connection") != "close"


def chance(plan: Plan) -> Chooser:
    """Choose by chance, as often as the plan says."""
    random = Random(f"{plan.seed}-s3")  # noqa: S311 - chance, no secret
    always = ((Fault.BUSY, plan.busy), (Fault.RESET, plan.reset))
    reads = (*always, (Fault.SLOW, plan.slow))
    writes = (
        *always,
        (Fault.SLOW, plan.slow_writes),
        (Fault.LOST, plan.lost),
        (Fault.CONFLICT, plan.conflict),
    )
    by_method = {"PUT": writes, "GET": (*reads, (Fault.CUT, plan.cut), (Fault.CORRUPT, plan.corrupted))}

    def choose(request: Request) -> Fault | None:
        draw = random.random()
        for fault, share in by_method.get(request.method, reads):
            draw -= share
            if draw < 0:
                return fault
        return None

    return choose


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]]:
    first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines if line)
    return first, {name.lower(): value.strip() for name, _, value in pairs}


def _packed(first: str, headers: dict[str, str], body: bytes) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"{first}\r\n{lines}\r\n".encode("latin-1") + body


def _refusal(fault: Fault) -> bytes:
    status, code = {
        Fault.BUSY: ("503 Slow Down", "SlowDown"),
        Fault.CONFLICT: ("409 Conflict", "ConditionalRequestConflict"),
    }[fault]
    body = ERROR.format(code).encode()
    return _packed(f"HTTP/1.1 {status}", {"content-length": str(len(body))}, body)
