"""A bucket with the summarizer behind it, without a network.

Comes in: what lies there. Goes out: a `Site` on which listings, uploads and removals work, page by page as with S3;
an upload is summarised by the real pipeline at once, and its log can be read. Called by the tests of `stack` and
`commands`.
"""

import io
import itertools
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import IO, Any, ClassVar

from botocore.exceptions import ClientError

from fakes import FakeLog, desk, etag_of, object_event, reconciler
from gistline.aws.objects import Download
from gistline.aws.s3 import Stored as Head
from gistline.aws.s3 import Token
from gistline.errors import GistlineError
from gistline.pipeline.process import Processor
from gistline.profile import summarize
from gistline.site.site import Site
from gistline.stack.outputs import parse_outputs
from gistline.stack.target import Target
from unit.stack.fake_aws import ACCOUNT, EXCEPTIONS, OUTPUTS, refusal

BEGAN = datetime(2026, 11, 23, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Stored:
    """One version of an object; a delete marker has no body."""

    key: str
    id: str
    body: bytes | None
    modified: datetime


@dataclass
class FakeBucket:
    """The S3 client: versions, newest first for each key; time passes by a second with each change."""

    versioned: bool = False
    page_size: int = 2
    kept: set[str] = field(default_factory=set)  # keys that S3 refuses to remove
    versions: list[Stored] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    on_upload: Callable[[str], None] = print  # replaced by `site_with`
    handlers: dict[str, Callable[..., None]] = field(default_factory=dict)
    _count: Iterator[int] = field(default_factory=itertools.count)
    exceptions: ClassVar[Any] = EXCEPTIONS

    def store(self, key: str, body: bytes | None) -> None:
        number = next(self._count)
        if not self.versioned:
            self.remove(key, "null")
        id_ = f"v{number}" if self.versioned else "null"
        if body is not None or self.versioned:
            self.versions.insert(0, Stored(key, id_, body, BEGAN + timedelta(seconds=number)))

    def remove(self, key: str, version: str) -> None:
        self.versions = [each for each in self.versions if (each.key, each.id) != (key, version)]

    def current(self, key: str) -> Stored | None:
        newest = next((each for each in self.versions if each.key == key), None)
        return newest if newest and newest.body is not None else None

    @property
    def meta(self) -> Any:
        """Where boto3 lets one listen to answers."""
        forget: Callable[..., object] = lambda name, _: self.handlers.pop(name)  # noqa: E731 - as its twin below
        events = SimpleNamespace(register=self.handlers.__setitem__, unregister=forget)
        return SimpleNamespace(events=events)

    @property
    def keys(self) -> set[str]:
        return {each.key for each in self.versions}

    def upload_fileobj(self, body: IO[bytes], bucket: str, key: str, **about: Any) -> None:
        assert (bucket, about["ExtraArgs"]["ExpectedBucketOwner"]) == ("csvs", ACCOUNT)
        content = body.read()
        about["Callback"](len(content))
        self.store(key, content)
        for handler in self.handlers.values():
            handler(parsed={"ResponseMetadata": {"HTTPHeaders": {"x-amz-request-id": "REQUEST"}}}, model=None)
        self.on_upload(key)

    def head_object(self, **request: Any) -> dict[str, Any]:
        stored = self._found(request, "404")
        return _described(stored) | {"ContentLength": len(stored.body or b""), "Metadata": {}}

    def get_object(self, **request: Any) -> dict[str, Any]:
        self.calls.append(f"get {request['Key']}")
        stored = self._found(request, "NoSuchKey")
        return _described(stored) | {"Body": io.BytesIO(stored.body or b"")}

    def delete_object(self, **request: Any) -> dict[str, Any]:
        assert request["ExpectedBucketOwner"] == ACCOUNT
        self.calls.append(f"delete {request['Key']!r}")
        if "VersionId" in request:
            self.remove(request["Key"], request["VersionId"])
            return {}
        self.store(request["Key"], None)
        return {"VersionId": self.versions[0].id, "DeleteMarker": True}

    def delete_objects(self, **request: Any) -> dict[str, Any]:
        assert (request["Bucket"], request["ExpectedBucketOwner"]) == ("csvs", ACCOUNT)
        named = request["Delete"]["Objects"]
        assert 0 < len(named) <= 1000
        self.calls.append(f"delete {len(named)}")
        errors = [{"Key": each["Key"], "Code": "AccessDenied"} for each in named if each["Key"] in self.kept]
        for each in named:
            if each["Key"] not in self.kept:
                self.remove(each["Key"], each["VersionId"])
        return {"Errors": errors} if errors else {}

    def get_paginator(self, operation: str) -> Any:
        list_ = {"list_objects_v2": self._objects, "list_object_versions": self._all_versions}[operation]
        return SimpleNamespace(paginate=list_)

    def _found(self, request: dict[str, Any], code: str) -> Stored:
        assert (request["Bucket"], request["ExpectedBucketOwner"]) == ("csvs", ACCOUNT)
        stored = self.current(request["Key"])
        if stored is None:
            raise refusal(code)
        return stored

    def _objects(self, **request: Any) -> Iterator[dict[str, Any]]:
        keys = sorted(key for key in self.keys if key.startswith(request["Prefix"]))
        found = [stored for key in keys if (stored := self.current(key))]
        if not found:
            yield {}
        for start in range(0, len(found), self.page_size):
            self.calls.append(f"list {request['Prefix']}")
            yield {"Contents": [_described(each) for each in found[start : start + self.page_size]]}

    def _all_versions(self, **request: Any) -> Iterator[dict[str, Any]]:
        found = [each for each in self.versions if each.key.startswith(request["Prefix"])]
        for start in range(0, len(found), self.page_size):
            page = found[start : start + self.page_size]
            yield {
                "Versions": [_described(each) for each in page if each.body is not None],
                "DeleteMarkers": [{"Key": e.key, "VersionId": e.id} for e in page if e.body is None],
            }


def _described(stored: Stored) -> dict[str, Any]:
    body = stored.body or b""
    return {
        "Key": stored.key,
        "VersionId": stored.id,
        "ETag": f'"{etag_of(body)}"',
        "Size": len(body),
        "LastModified": stored.modified,
    }


@dataclass
class FakeLogs:
    """The log group of the summarizer; `refused` is what reading it ends with."""

    lines: list[dict[str, Any]] = field(default_factory=list)
    refused: ClientError | None = None

    def get_paginator(self, operation: str) -> "FakeLogs":
        assert operation == "filter_log_events"
        return self

    def paginate(self, *, startTime: int, filterPattern: str = "", **_: Any) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's names
        if self.refused:
            raise self.refused
        wanted = filterPattern.strip('"')
        found = [e for e in self.lines if e["timestamp"] >= startTime and wanted in e["message"]]
        yield {"events": []}
        yield {"events": found}


@dataclass(frozen=True, slots=True)
class FakeTarget(Target):
    """A target with one bucket and one log group."""

    s3: FakeBucket = field(default_factory=FakeBucket)
    logs: FakeLogs = field(default_factory=FakeLogs)

    def client(self, service: str) -> Any:
        return {"s3": self.s3, "logs": self.logs}[service]


@dataclass(frozen=True)
class Pipeline:
    """The summarizer behind the bucket: the real one, called at once."""

    site: Site
    bucket: FakeBucket
    logs: FakeLogs

    def summarise(self, key: str, error: GistlineError | None = None, *, request_id: str = "REQUEST") -> None:
        """Do what the trigger would have done after the upload of this id; with an `error`, the download fails."""
        log = FakeLog(f"invocation for {request_id}")
        body = (self.bucket.current(key) or Stored(key, "", b"", BEGAN)).body or b""
        record = object_event(key, etag=etag_of(body), request_id=request_id)
        store = _Store(self.bucket, error)
        with suppress(GistlineError):
            try:
                Processor(self.site.layout, summarize, reconciler()).process(record, desk(store, log))
            except GistlineError as raised:
                if raised is error:
                    log.log.failed(record, raised)
                raise
        newest = max(each.modified for each in self.bucket.versions)
        self.logs.lines += [
            {"timestamp": int(newest.timestamp() * 1000), "message": line, "logStreamName": "s"}
            for line in log.stream.getvalue().splitlines()
        ]


@dataclass(frozen=True)
class _Store:
    bucket: FakeBucket
    error: GistlineError | None

    def head(self, key: str) -> Head | None:
        found = self._found(key)
        return Head(found[0], {}) if found else None

    def open(self, key: str) -> Download | None:
        if self.error:
            raise self.error
        found = self._found(key)
        return Download(key, found[0], iter([found[1]])) if found else None

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        self.bucket.store(key, body)

    def remove(self, key: str, etag: str) -> None:
        raise AssertionError(key)

    def _found(self, key: str) -> tuple[Token, bytes] | None:
        stored = self.bucket.current(key)
        if stored is None or stored.body is None:
            return None
        return Token(etag_of(stored.body), len(stored.body), stored.id, stored.modified), stored.body


def site_with(bucket: FakeBucket | None = None, *, alive: bool = True) -> tuple[Site, Pipeline]:
    """Make a site; unless it is `alive`, an upload is not summarised until a test says so."""
    bucket = bucket or FakeBucket()
    target = FakeTarget("eu-west-1", s3=bucket)
    site = Site(target, "gist", parse_outputs(OUTPUTS))
    pipeline = Pipeline(site, bucket, target.logs)
    bucket.on_upload = pipeline.summarise if alive else lambda _: None
    return site, pipeline
