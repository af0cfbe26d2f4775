"""A bucket, a log and a pipeline between them, without a network: what `verify`, `logs` and `trace` look at.

Comes in: what the pipeline shall do wrong. Goes out: a `Target` whose clients for S3 and CloudWatch Logs answer so.
The pipeline's words and summaries are the real ones. Time passes only when somebody sleeps.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from io import BytesIO, StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from types import SimpleNamespace
from typing import Any

from botocore.exceptions import ClientError

from fakes import FakeClock, etag_of
from gistline.aws.s3 import Token
from gistline.checks.verify import Patience
from gistline.errors import InvocationFailedError, ObjectForbiddenError
from gistline.pipeline.log import Log
from gistline.pipeline.notification import ObjectEvent
from gistline.pipeline.reconcile import Ruling
from gistline.profile import Source, summarize
from gistline.site.site import Site
from gistline.stack.outputs import StackOutputs
from gistline.stack.target import Credentials, Target

OUTPUTS = StackOutputs(
    bucket_name="bucket",
    input_prefix="synthetic-data/",
    suffix=".csv",
    output_prefix="summaries/",
    on_source_delete="tombstone",
    summarizer_name="summarizer",
    summarizer_arn="arn:aws:lambda:us-east-1:000000000000:function:summarizer",
    summarizer_log_group_name="group",
    recorder_name="recorder",
    recorder_log_group_name="recorder-group",
    producer_name="producer",
    producer_log_group_name="producer-group",
    failure_queue_url="url",
    dead_letter_queue_url="dead",
)
INVOCATION = "00000000-0000-4000-8000-00000000000{}".format
SECONDS = 5.0  # how long a test's patience lasts, on its own clock


def nothing(_key: str) -> None:
    """Do nothing when something is uploaded."""


@dataclass
class World:
    """What lies in the bucket and stands in the log; `on_put` is what uploads set off."""

    clock: FakeClock = field(default_factory=FakeClock)
    objects: dict[str, bytes] = field(default_factory=dict)
    lines: list[dict[str, Any]] = field(default_factory=list)  # in the summarizer's log
    recorded: list[dict[str, Any]] = field(default_factory=list)  # in the recorder's
    requests: dict[str, str] = field(default_factory=dict)  # key -> S3's request id
    moments: dict[str, float] = field(default_factory=dict)  # key -> when it was uploaded
    refusing: set[str] = field(default_factory=set)  # calls of S3, and log groups, that are refused
    on_put: Callable[[str], None] = nothing

    @property
    def site(self) -> Site:
        """The stack whose world this is."""
        target = FakeTarget("us-east-1", "http://fake", Credentials("key", "secret"))
        object.__setattr__(target, "world", self)
        return Site(target, "gistline", OUTPUTS)

    @property
    def patience(self) -> Patience:
        """Patience that waits on this world's clock."""
        return Patience(SECONDS, settle=1.0, clock=self.clock, sleep=self.clock.tick)

    def write(self, text: str, *, recorder: bool = False) -> None:
        """Write a line into the log, now."""
        at, lines = int(self.clock.now * 1000), self.recorded if recorder else self.lines
        lines.append({"timestamp": at, "message": text, "logStreamName": "stream"})

    def say(self, invocation: str, *words: Callable[[Log], None], recorder: bool = False) -> None:
        """Write lines of one invocation of the summarizer, or of the recorder."""
        stream = StringIO()
        log = Log(stream, invocation, clock=self.clock)
        for word in words:
            word(log)
        for line in stream.getvalue().splitlines():
            self.write(line, recorder=recorder)

    def record(self, key: str, request_id: str = "") -> ObjectEvent:
        """The record that S3's event about this key carries; with another request id, a forged one."""
        return ObjectEvent(
            bucket="bucket",
            key=key,
            event_name="ObjectCreated:Put",
            event_time=datetime.fromtimestamp(self.clock.now, UTC).isoformat(),
            etag=etag_of(self.objects[key]),
            request_id=request_id or self.requests[key],
        )

    def summarise(self, key: str, request_id: str = "", invocation: str = INVOCATION(1)) -> None:
        """Do what the summarizer does."""
        record, summary_key = self.record(key, request_id), self.site.layout.summary_key(key)
        body = self.objects[key]
        token = Token(etag_of(body), len(body))
        source = Source("bucket", key, None, token.etag, token.size, "0A", record.request_id)
        with TemporaryDirectory() as directory:
            path = Path(directory, "source.csv")
            path.write_bytes(body)
            self.objects[summary_key] = summarize(path, source=source).to_json().encode()
        self.say(
            invocation,
            lambda log: log.received(record),
            lambda log: log.downloaded(record, token),
            lambda log: log.ruled(record, Ruling("written", token), summary_key),
        )

    def notice(self, key: str) -> None:
        """Do what a healthy pipeline does: summarise what the trigger matches."""
        if self.site.layout.accepts(key):
            self.summarise(key)

    def fail(self, key: str) -> None:
        """Do what a summarizer does that may not read."""
        if self.site.layout.accepts(key):
            record, error = self.record(key), ObjectForbiddenError("403", "mend the role")
            self.say(INVOCATION(1), lambda log: log.received(record), lambda log: log.failed(record, error))

    def give_up(self, key: str, failed: str = INVOCATION(1)) -> None:
        """Say what the recorder says when Lambda has given this invocation up."""
        record, error = self.record(key), InvocationFailedError("it was killed", "split it", code="killed")
        ruling = Ruling("failed", Token(record.etag or "", 7), error)
        summary_key = self.site.layout.summary_key(key)
        said: Callable[[Log], None] = lambda log: log.of_failed(failed).ruled(record, ruling, summary_key)  # noqa: E731 - as `say` takes them
        self.say(INVOCATION(9), said, recorder=True)

    def edit(self, key: str, change: Callable[[Any], None]) -> None:
        """Change the summary of a key."""
        summary_key = self.site.layout.summary_key(key)
        document = json.loads(self.objects[summary_key])
        change(document)
        self.objects[summary_key] = json.dumps(document).encode()


def healthy() -> World:
    """Make a world whose pipeline works."""
    world = World()
    world.on_put = world.notice
    return world


class FakeTarget(Target):
    """A target that leads into a `World`."""

    world: World

    def client(self, service: str) -> Any:
        """Give the client of one service."""
        return {"s3": FakeS3Client, "logs": FakeLogsClient}[service](self.world)


@dataclass
class FakeLogsClient:
    """CloudWatch Logs; filter patterns match all, as far as the local cloud reads them."""

    world: World

    def get_paginator(self, operation: str) -> "FakeLogsClient":
        """Page through `filter_log_events`."""
        assert operation == "filter_log_events"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        """Give the one page."""
        group = asked["logGroupName"]
        if group in self.world.refusing:
            raise ClientError(
                {"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "FilterLogEvents"
            )
        lines = {"group": self.world.lines, "recorder-group": self.world.recorded}[group]
        return iter([{"events": [line for line in lines if line["timestamp"] >= asked["startTime"]]}])


@dataclass
class FakeS3Client:
    """S3, one bucket without versions."""

    world: World
    exceptions = SimpleNamespace(ClientError=ClientError)

    def put_object(self, **asked: Any) -> dict[str, Any]:
        """Store, and set off what an upload sets off."""
        self._check("put_object")
        key, body = asked["Key"], asked["Body"]
        self.world.objects[key], self.world.moments[key] = body, self.world.clock.now
        request_id = self.world.requests[key] = f"REQUEST{len(self.world.requests)}"
        date = format_datetime(datetime.fromtimestamp(self.world.clock.now, UTC), usegmt=True)
        self.world.on_put(key)
        headers = {"x-amz-request-id": request_id, "date": date}
        return {"ETag": f'"{etag_of(body)}"', "ResponseMetadata": {"HTTPHeaders": headers}}

    def get_object(self, **asked: Any) -> dict[str, Any]:
        """Read."""
        return {"Body": BytesIO(self._object("get_object", asked["Key"], "NoSuchKey"))}

    def head_object(self, **asked: Any) -> dict[str, Any]:
        """Look; a HEAD has no body, so that its code is the status."""
        body = self._object("head_object", asked["Key"], "404")
        modified = datetime.fromtimestamp(int(self.world.moments[asked["Key"]]), UTC)
        etag = f'"{etag_of(body)}"'
        return {"LastModified": modified, "ContentLength": len(body), "ETag": etag, "Metadata": {}}

    def delete_object(self, **asked: Any) -> None:
        """Delete one version."""
        self._check("delete_object")
        assert asked["VersionId"] == "null"
        del self.world.objects[asked["Key"]]

    def get_paginator(self, operation: str) -> "FakeS3Client":
        """Page through `list_object_versions`."""
        assert operation == "list_object_versions"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        """Give a page for each object, and an empty one."""
        keys = [key for key in self.world.objects if key.startswith(asked["Prefix"])]
        return iter([*({"Versions": [{"Key": key, "VersionId": "null"}]} for key in keys), {}])

    def _object(self, call: str, key: str, absent: str) -> bytes:
        self._check(call)
        if key not in self.world.objects:
            raise ClientError({"Error": {"Code": absent, "Message": "none"}}, call)
        return self.world.objects[key]

    def _check(self, call: str) -> None:
        if call in self.world.refusing:
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, call)
