"""Stand-ins that tests hand to the code instead of S3, a clock or an engine; and makers of events.

They keep what they are given, so that a test asks them afterwards; none of them knows what is expected.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import md5
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from gistline.aws.objects import Download
from gistline.aws.s3 import Stored, Token
from gistline.errors import GistlineError, ObjectChangedError
from gistline.pipeline.limits import BinaryFile, Deadline
from gistline.pipeline.log import Log
from gistline.pipeline.mark import Profiler
from gistline.pipeline.notification import ObjectEvent
from gistline.pipeline.process import Desk
from gistline.pipeline.reconcile import OnSourceDelete, Reconciler, Store
from gistline.profile import Source, Summary, summarize

PROFILER = Profiler("1.2.0", "options")
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
    return ObjectEvent(bucket="bucket", key=key, event_name="ObjectCreated:Put", **about)


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
    """A bucket in a dictionary, which keeps its conditions; `errors` maps keys to what asking for them raises."""

    content: dict[str, bytes] = field(default_factory=dict)
    errors: Mapping[str, Exception] = field(default_factory=dict)
    content_types: dict[str, str] = field(default_factory=dict)
    metadata: dict[str, Mapping[str, str]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)

    def head(self, key: str) -> Stored | None:
        """Tell what lies there."""
        self._note("HEAD", key)
        token = self._token(key)
        return Stored(token, self.metadata.get(key, {})) if token else None

    def open(self, key: str) -> Download | None:
        """Give the object."""
        self._note("GET", key)
        token = self._token(key)
        return Download(repr(key), token, iter([self.content[key]])) if token else None

    def put(self, key: str, body: bytes | Path, content_type: str) -> None:
        """Keep the object."""
        self._note("PUT", key)
        self.content[key] = body.read_bytes() if isinstance(body, Path) else body
        self.content_types[key] = content_type

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        """Keep the object if what it replaces has this ETag."""
        self._note("PUT", key)
        self._compare(key, etag)
        self.content[key], self.metadata[key] = body, metadata

    def remove(self, key: str, etag: str) -> None:
        """Remove the object if it has this ETag."""
        self._note("DELETE", key)
        self._compare(key, etag)
        del self.content[key], self.metadata[key]

    def _token(self, key: str) -> Token | None:
        body = self.content.get(key)
        return None if body is None else Token(etag_of(body), len(body))

    def _compare(self, key: str, etag: str | None) -> None:
        token = self._token(key)
        if etag != (token.etag if token else None):
            raise ObjectChangedError(f"{key!r} is another one")

    def _note(self, method: str, key: str) -> None:
        self.calls.append(f"{method} {key}")
        self._fail(key)

    def _fail(self, key: str) -> None:
        if key in self.errors:
            raise self.errors[key]


@dataclass
class WatchedSummarize:
    """The real engine, which tells with what it was called; it raises `error` if there is one."""

    error: BaseException | None = None
    sources: list[Source] = field(default_factory=list)

    def __call__(self, file: BinaryFile, /, *, source: Source) -> Summary:
        self.sources.append(source)
        if self.error:
            raise self.error
        return summarize(file, source=source, clock=lambda: NOON)


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


def plenty() -> float:
    """More seconds than anybody needs."""
    return 900.0


def desk(objects: Store, log: FakeLog, left: Callable[[], float] = plenty) -> Desk:
    """Set a desk for one invocation."""
    return Desk(objects, log.log, Deadline(left))


def reconciler(on_delete: OnSourceDelete = "tombstone", profiler: Profiler = PROFILER) -> Reconciler:
    """Make one that neither waits nor throws dice, at noon."""
    return Reconciler(profiler, lambda: NOON, lambda _: None, lambda: 0.5, on_delete)


class FakeError(GistlineError):
    """Some error of the house."""

    code = "fake"
