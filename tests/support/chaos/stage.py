"""The local cloud of a run: events in disorder, functions that die, and a proxy before their S3.

Comes in: a plan, a folder. Goes out: a `Stage`, while it lasts. Everything stays on the loopback and in that folder.
"""

import io
import json
import threading
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gistline.config import Settings
from gistline.localcloud import lifecycle
from gistline.localcloud.disorder import Disorder
from gistline.localcloud.up import up
from gistline.stack.package import build
from gistline.stack.wheels import Platform
from support.chaos.plan import Plan
from support.chaos.proxy import Proxy, chance
from support.cloud import Cloud, Stack

ENDED = ("delivered", "given-up", "lost")
TICK = 0.05  # seconds between two looks
ROOM = 40  # events that may wait for their turn; about as many are late
UNRULY = Path(__file__).with_name("unruly.py")


@dataclass(frozen=True)
class Stage:
    """Where a run takes place."""

    stack: Stack
    proxy: Proxy

    @property
    def s3(self) -> Any:
        """S3 as the world sees it: in good health."""
        return self.stack.cloud.client("s3")

    @property
    def bucket(self) -> str:
        """Where everything lies."""
        return self.stack.outputs.bucket_name

    def wait_for_room(self, seconds: float) -> None:
        """Wait while more than `ROOM` events wait.

        Raises:
            TimeoutError: that took longer.
        """
        pause, deadline = threading.Event(), time.monotonic() + seconds
        while self._waiting() > ROOM:
            if time.monotonic() > deadline:
                raise TimeoutError(f"too many events wait after {seconds} seconds: {self.fates()}")
            pause.wait(TICK)

    def fates(self) -> Counter[str]:
        """Count what has become of the summarizer's events so far."""
        server = lifecycle.find(self.stack.cloud.settings)
        assert server
        fates: Counter[str] = Counter()
        for event in server.events:
            if event["function"] == self.stack.outputs.summarizer_arn:
                fates[event["fate"]] += event["count"]
        return fates

    def lines(self) -> Iterator[dict[str, Any]]:
        """Read the summarizer's log, stream by stream: of a whole group the local cloud gives 10,000 lines at most."""
        logs, group = self.stack.cloud.client("logs"), self.stack.outputs.summarizer_log_group_name
        for page in logs.get_paginator("describe_log_streams").paginate(logGroupName=group):
            for stream in page["logStreams"]:
                found = logs.filter_log_events(logGroupName=group, logStreamNames=[stream["logStreamName"]])
                texts = (event["message"] for event in found["events"])
                yield from (json.loads(text) for text in texts if text.startswith("{"))

    def _waiting(self) -> int:
        """Count events that have not ended; those that a sweep sends are not among them."""
        fates = self.fates()
        begun = fates["accepted"] + fates["duplicated"] - fates["dropped"]
        return begun - sum(fates[fate] for fate in ENDED)

    def set(self, **variables: str) -> None:
        """Set variables of the summarizer, and let it run in unruly processes."""
        lambda_, name = self.stack.cloud.client("lambda"), self.stack.outputs.summarizer_name
        known = lambda_.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        lambda_.update_function_configuration(
            FunctionName=name,
            Handler="unruly.handler",
            Environment={"Variables": {**known, "HTTP_PROXY": self.proxy.url, **variables}},
        )


@contextmanager
def stage(plan: Plan, home: Path) -> Iterator[Stage]:
    """Set it up: the stack by the template that AWS gets, then the harness before and around the summarizer."""
    settings = Settings(home=home, stack="chaos", port=0, delivery_workers=plan.workers, retry_seconds=0.05)
    disorder = Disorder(plan.duplicated, plan.dropped, plan.late, plan.seed)
    server, _ = lifecycle.start(settings, disorder=disorder)
    try:
        stack = Stack(Cloud(settings, server.state), up(settings, lambda _: None).outputs)
        with Proxy(server.state.port, chance(plan)) as proxy:
            made = Stage(stack, proxy)
            stack.cloud.client("lambda").update_function_code(
                FunctionName=stack.outputs.summarizer_name, ZipFile=_with_unruly(home)
            )
            made.set(CHAOS_CRASHED=str(plan.crashed))
            yield made
    finally:
        lifecycle.stop(settings)


def _with_unruly(home: Path) -> bytes:
    package = io.BytesIO(build(Platform.LOCAL, home / "packages").path.read_bytes())
    with zipfile.ZipFile(package, "a") as archive:
        archive.write(UNRULY, UNRULY.name)
    return package.getvalue()
