"""A running local cloud, seen from a test, and the small things that tests make in it."""

import functools
import io
import json
import threading
import time
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import boto3
from botocore.config import Config

from fakes import FakeClock
from gistline.checks.verify import Patience
from gistline.config import Settings
from gistline.localcloud import lifecycle
from gistline.localcloud.state import State
from gistline.pipeline.keys import KeyLayout
from gistline.stack.outputs import StackOutputs

ACCOUNT = "000000000000"
REGION = "us-east-1"
LONG = 120.0  # seconds; whoever waits so long for what usually takes milliseconds, waits in vain

T = TypeVar("T")


@functools.cache
def _client(state: State, service: str) -> Any:
    client: Any = boto3.client  # its overloads want a literal name
    return client(
        service,
        endpoint_url=state.endpoint,
        region_name=REGION,
        aws_access_key_id=state.access_key,
        aws_secret_access_key=state.secret_key,
        config=Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"}),
    )


@dataclass(frozen=True)
class Cloud:
    """A running local cloud and clients for it, with its root user's keys."""

    settings: Settings
    state: State

    def client(self, service: str) -> Any:
        return _client(self.state, service)

    def new_client(self, service: str) -> Any:
        """A client of one's own, to be changed."""
        return _client.__wrapped__(self.state, service)

    def counted(self, fate: str, function: str) -> int:
        events = self._server().events
        return sum(e["count"] for e in events if e["fate"] == fate and e["function"] == function)

    def rest(self, seconds: float = LONG) -> None:
        """Wait until every event has been dealt with, and counted: those too that another one has set off."""
        until(lambda: self._server().unfinished == 0, seconds)

    def _server(self) -> lifecycle.Server:
        server = lifecycle.find(self.settings)
        assert server is not None
        return server


@dataclass(frozen=True)
class Stack:
    """Our stack on a local cloud, as an uploader and a reader of logs see it."""

    cloud: Cloud
    outputs: StackOutputs

    def upload(self, key: str, body: bytes) -> None:
        self.cloud.client("s3").put_object(Bucket=self.outputs.bucket_name, Key=key, Body=body)

    def object(self, key: str) -> Any:
        """The object's answer to a GET, or None while there is none."""
        s3 = self.cloud.client("s3")
        try:
            return s3.get_object(Bucket=self.outputs.bucket_name, Key=key)
        except s3.exceptions.NoSuchKey:
            return None

    def keys(self, prefix: str) -> set[str]:
        pages = self.cloud.client("s3").get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=self.outputs.bucket_name, Prefix=prefix)
        return {entry["Key"] for page in found for entry in page.get("Contents", [])}

    def summary(self, key: str) -> dict[str, Any]:
        """Wait for the summary under this key."""
        answer = until(lambda: self.object(key))
        summary: dict[str, Any] = json.loads(answer["Body"].read())
        return summary

    def lines(self) -> list[dict[str, Any]]:
        """What the summarizer itself has written to its log."""
        pages = self.cloud.client("logs").get_paginator("filter_log_events")
        found = pages.paginate(
            logGroupName=self.outputs.summarizer_log_group_name, filterPattern='"requestId"'
        )
        texts = [event["message"] for page in found for event in page["events"]]
        return [json.loads(text) for text in texts if text.startswith("{")]

    def lines_about(self, key: str) -> list[dict[str, Any]]:
        return [line for line in self.lines() if line.get("key") == key]

    def failure(self, key: str) -> dict[str, Any]:
        """Wait until the recorder has written down that this CSV was given up, and return what it has written."""
        layout = KeyLayout(self.outputs.input_prefix, self.outputs.suffix, self.outputs.output_prefix)

        def look() -> dict[str, Any] | None:
            answer = self.object(layout.summary_key(key))
            summary: dict[str, Any] = json.loads(answer["Body"].read()) if answer else {}
            return summary if summary.get("status") == "failed" else None

        summary = until(look)
        assert summary is not None
        return summary

    def counted(self, fate: str) -> int:
        return self.cloud.counted(fate, self.outputs.summarizer_arn)

    def rest(self, seconds: float = LONG) -> None:
        """Wait until every event has been dealt with, and the recorder has written down what was given up."""
        self.cloud.rest(seconds)
        until(lambda: self.unwritten() == 0, seconds)

    def unwritten(self) -> int:
        """How many messages of what was given up lie there for the recorder, or are with it."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        answer = self.cloud.client("sqs").get_queue_attributes(
            QueueUrl=self.outputs.failure_queue_url, AttributeNames=names
        )
        return sum(int(answer["Attributes"][name]) for name in names)


def patience(stack: Stack, limit: float) -> Patience:
    """Patience that waits at each pause until nothing is under way, and whose time passes then only."""
    clock = FakeClock()

    def rest(seconds: float) -> None:
        stack.rest()
        clock.tick(seconds)

    return Patience(limit, settle=0.3, clock=clock, sleep=rest)


def until(ask: Callable[[], T], seconds: float = LONG) -> T:
    """Ask until the answer is true, and return it; fail when it never is."""
    tick, deadline = threading.Event(), time.monotonic() + seconds
    while not (answer := ask()):
        assert time.monotonic() < deadline, "it never happened"
        tick.wait(0.02)
    return answer


def zipped(code: str) -> bytes:
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("app.py", code)
    return package.getvalue()


def unique(name: str) -> str:
    return f"{name}-{uuid.uuid4().hex[:8]}"


def trust(service: str = "lambda.amazonaws.com") -> str:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def allow(action: str, resource: str) -> str:
    return json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource}]}
    )
