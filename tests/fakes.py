"""Stand-ins that tests hand to the code instead of S3, a clock or an engine; and makers of events.

They keep what they are given, so that a test asks them afterwards; none of them knows what is expected.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import md5
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from gistline.errors import GistlineError, ObjectNotFoundError
from gistline.pipeline.log import Log
from gistline.pipeline.notification import ObjectEvent
from gistline.pipeline.s3 import Token
from gistline.profile import Source, Summary, summarize

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
EVENTS = Path(__file__).parent / "events"


def recorded_event(name: str) -> Any:
    """Read one of the recorded events of tests/events."""
    return json.loads((EVENTS / f"{name}.json").read_text())


def s3_record(key: str, *, bucket: str = "bucket", **about: Any) -> dict[str, Any]:
    """Make one record of an event as S3 sends it, its key encoded; `about` goes beside the key."""
    encoded = quote_plus(key, safe="/")
    return {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "eventName": "ObjectCreated:Put",
        "responseElements": {"x-amz-request-id": "REQUEST"},
        "s3": {"bucket": {"name": bucket}, "object": {"key": encoded, "sequencer": "0A", **about}},
    }


def s3_event(*keys: str) -> dict[str, Any]:
    """Make an event with a record per key."""
    return {"Records": [s3_record(key) for key in keys]}


def object_event(key: str, **about: Any) -> ObjectEvent:
    """Make a parsed record."""
    return ObjectEvent(
        bucket="bucket", key=key, raw_key=quote_plus(key), event_name="ObjectCreated:Put", **about
    )


def etag_of(body: bytes) -> str:
    """Compute the ETag S3 gives to an ordinary upload."""
    return md5(body, usedforsecurity=False).hexdigest()


@dataclass
class FakeClock:
    """A clock that moves when told to."""

    now: float = 1_700_000_000.0

    def __call__(self) -> float:
        return self.now

    def tick(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@dataclass
class FakeObjects:
    """A bucket in a dictionary; `errors` maps keys to what reading or writing them raises."""

    content: dict[str, bytes] = field(default_factory=dict)
    errors: Mapping[str, Exception] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)

    def download(self, key: str, path: Path) -> Token:
        """Write the object to `path`."""
        self._fail(key)
        if key not in self.content:
            raise ObjectNotFoundError(f"no {key!r}")
        path.write_bytes(self.content[key])
        return Token(etag_of(self.content[key]), len(self.content[key]))

    def put(self, key: str, body: bytes | Path, content_type: str = "application/json") -> None:
        """Keep the object."""
        self._fail(key)
        self.content[key] = body.read_bytes() if isinstance(body, Path) else body
        self.content_types[key] = content_type

    def _fail(self, key: str) -> None:
        if key in self.errors:
            raise self.errors[key]


@dataclass
class WatchedSummarize:
    """The real engine, which tells where it was called and with what; it raises `error` if there is one."""

    error: BaseException | None = None
    paths: list[Path] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)

    def __call__(self, path: Path, *, source: Source) -> Summary:
        self.paths.append(path)
        self.sources.append(source)
        if self.error:
            raise self.error
        return summarize(path, source=source, clock=lambda: NOON)


@dataclass
class FakeLog:
    """A real log on a string, with a clock to move."""

    request_id: str = "invocation-1"
    clock: FakeClock = field(default_factory=FakeClock)
    stream: StringIO = field(default_factory=StringIO)

    def __post_init__(self) -> None:
        self.log = Log(self.stream, self.request_id, clock=self.clock)

    @property
    def lines(self) -> list[dict[str, Any]]:
        """All lines written so far, parsed."""
        return [json.loads(line) for line in self.stream.getvalue().splitlines()]

    @property
    def messages(self) -> list[str]:
        """The message of each line."""
        return [line["message"] for line in self.lines]


class FakeError(GistlineError):
    """Some error of the house."""

    code = "fake"
