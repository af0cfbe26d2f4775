"""The lineage: how often one chain of requests and invocations has come through each function.

Comes in: an ASGI application; the trace header of a request. Goes out: the same application, each of whose requests
keeps its trace header in `trace_header`, for what it sets off; and the trace of an invocation. Called by `server`;
`ministack` asks it how often a function has run.

A lineage looks like `Lineage=17:a87bd80c:8|68fd508a:7`, older ones like `lineage=a87bd80c:8,68fd508a:7` (X-Ray
Developer Guide, "Tracing header"). What stands in it is Lambda's own affair and nowhere told. Here the first number
counts the invocations of the chain, and each entry has a hash of a function's ARN and how often the chain has come back
to it. So does AWS stop a chain: "invoked approximately 16 times in the same chain of requests" (Lambda Developer Guide,
"Use Lambda recursive loop detection to prevent infinite loops").
"""

import hashlib
import re
import secrets
import time
from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from gistline.localcloud.request_id import Application

HEADER = b"x-amzn-trace-id"
_ENTRY = re.compile(r"([0-9a-f]{8}):(\d+)")
_FIRST = re.compile(r"(\d+):[0-9a-f]{8}:")

trace_header: ContextVar[str] = ContextVar("trace_header", default="")


def with_lineage(application: Application) -> Application:
    """Keep each request's trace header for what the request sets off, the percent signs of botocore undone."""

    async def answer(scope: Any, receive: Any, send: Any) -> None:
        """Serve one request."""
        trace_header.set(unquote(dict(scope.get("headers", ())).get(HEADER, b"").decode("latin-1")))
        await application(scope, receive, send)

    return answer


def _new_root() -> str:
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace header, read; as text it is the one of the invocation, a parent of its own in it."""

    root: str = field(default_factory=_new_root)
    invocations: int = 0  # of the whole chain
    rounds: Mapping[str, int] = field(default_factory=dict)  # how often the chain came back, by hash

    @classmethod
    def parse(cls, header: str) -> "Trace":
        """Read what came with a request; what is missing or makes no sense begins anew."""
        parts = (part.strip().partition("=") for part in header.split(";"))
        said = {name.lower(): value for name, _, value in parts}
        lineage = said.get("lineage", "")
        first = _FIRST.match(lineage)
        return cls(
            said.get("root") or _new_root(),
            int(first[1]) if first else 0,
            {name: int(count) for name, count in _ENTRY.findall(lineage)},
        )

    def runs(self, function: str) -> int:
        """Tell how often the chain has come through a function (its ARN) already."""
        return self.rounds.get(_hash(function), -1) + 1

    def through(self, function: str) -> "Trace":
        """Go through a function (its ARN) once more."""
        rounds = {**self.rounds, _hash(function): self.runs(function)}
        return replace(self, invocations=self.invocations + 1, rounds=rounds)

    def __str__(self) -> str:
        lineage = "|".join(f"{name}:{count}" for name, count in self.rounds.items())
        parent = secrets.token_hex(8)
        return f"Root={self.root};Parent={parent};Sampled=0;Lineage={self.invocations}:{lineage}"


def _hash(function: str) -> str:
    return hashlib.sha256(function.encode()).hexdigest()[:8]
