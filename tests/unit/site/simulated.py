"""A bucket of tokens and marks, with a pipeline behind it that a test writes down as a function.

Comes in: what lies there. Goes out: a `Site` whose S3 lists and answers HEADs, whose Lambda takes events, and whose logs
tell what a test lets them. Called by the tests of `catalogue`, `redo` and `failures`.
"""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, ClassVar

from gistline.aws.s3 import Token
from gistline.pipeline.mark import Mark
from gistline.site.catalogue import judging_rules
from gistline.site.site import Site
from gistline.stack.outputs import parse_outputs
from gistline.stack.target import Target
from unit.stack.fake_aws import EXCEPTIONS, OUTPUTS, refusal

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Thing:
    """An object: its token, its metadata, its body."""

    token: Token
    metadata: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass
class SimulatedS3:
    """Objects by key, listed in S3's order, a few at a time."""

    things: dict[str, Thing] = field(default_factory=dict)
    page: int = 2
    heads: list[str] = field(default_factory=list)
    listed: int = 0
    refused: Exception | None = None
    hidden: set[str] = field(default_factory=set)  # keys that S3 tells nothing of, as of SSE-C
    exceptions: ClassVar[Any] = EXCEPTIONS

    def put(self, key: str, etag: str = "e1", mark: Mark | None = None, body: bytes = b"") -> Token:
        token = Token(etag, 3, "v1", NOON)
        self.things[key] = Thing(token, mark.metadata() if mark else {}, body)
        return token

    def head_object(self, **request: Any) -> dict[str, Any]:
        if self.refused:
            raise self.refused
        if request["Key"] in self.hidden:
            raise refusal("400")
        self.heads.append(request["Key"])
        thing = self.things.get(request["Key"])
        if thing is None:
            raise refusal("404")
        return {
            "ETag": f'"{thing.token.etag}"',
            "ContentLength": thing.token.size,
            "VersionId": thing.token.version_id,
            "LastModified": thing.token.last_modified,
            "Metadata": thing.metadata,
        }

    def get_object(self, **request: Any) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.things[request["Key"]].body)}

    def get_paginator(self, operation: str) -> Any:
        assert operation == "list_objects_v2"
        return SimpleNamespace(paginate=self._pages)

    def _pages(self, *, Prefix: str, StartAfter: str = "", **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
        keys = sorted((key for key in self.things if key.startswith(Prefix)), key=str.encode)
        behind = [key for key in keys if key.encode() > StartAfter.encode()]
        for start in range(0, len(behind), self.page):
            self.listed += 1
            yield {"Contents": [self._entry(key) for key in behind[start : start + self.page]]}

    def _entry(self, key: str) -> dict[str, Any]:
        token = self.things[key].token
        return {
            "Key": key,
            "ETag": f'"{token.etag}"',
            "Size": token.size,
            "LastModified": token.last_modified,
        }


@dataclass
class SimulatedLambda:
    """Hands each record to the test's own pipeline."""

    pipeline: Callable[[dict[str, Any]], None]
    calls: list[dict[str, Any]] = field(default_factory=list)

    def invoke(self, **request: Any) -> None:
        assert request["InvocationType"] == "Event"
        (record,) = json.loads(request["Payload"])["Records"]
        self.calls.append(record)
        self.pipeline(record)


@dataclass
class SimulatedLogs:
    """Lines by log group, in the far future unless a test says when."""

    lines: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    refused: Exception | None = None

    def say(self, group: str, at: int = 2**41, **fields: Any) -> None:
        event = {"timestamp": at, "message": json.dumps(fields), "logStreamName": "s"}
        self.lines.setdefault(group, []).append(event)

    def get_paginator(self, _operation: str) -> "SimulatedLogs":
        return self

    def paginate(self, *, logGroupName: str, startTime: int, **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
        if self.refused:
            raise self.refused
        yield {
            "events": [event for event in self.lines.get(logGroupName, []) if event["timestamp"] >= startTime]
        }


@dataclass(frozen=True, slots=True)
class SimulatedTarget(Target):
    """A target with these services."""

    services: dict[str, Any] = field(default_factory=dict)

    def client(self, service: str) -> Any:
        return self.services[service]


def simulated(
    on_delete: str = "tombstone", services: dict[str, Any] | None = None
) -> tuple[Site, SimulatedS3]:
    """Make a site with these services, and with an empty bucket."""
    s3 = SimulatedS3()
    target = SimulatedTarget("eu-west-1", services={"s3": s3, "logs": SimulatedLogs(), **(services or {})})
    outputs = replace(parse_outputs(OUTPUTS), on_source_delete=on_delete)
    return Site(target, "gist", outputs), s3


def mark_of(site: Site, token: Token | None, status: Any = "complete", generation: int = 1) -> Mark:
    """The mark that the newest profiler leaves."""
    return Mark(status, generation, token, judging_rules(site).profiler)
