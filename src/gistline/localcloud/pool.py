"""The pool of warm execution environments.

Comes in: a function and an event. Goes out: an `Answer`, from a process that is kept for the next event.
Called by `ministack`. How many run at once is bounded by who calls: asynchronous invocations by `delivery`'s
workers, synchronous ones by MiniStack's concurrency limit of the account (and both by a function's reserved
concurrency). How many are kept idle is bounded here.
"""

import hashlib
import io
import os
import shutil
import threading
import time
import uuid
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from gistline.localcloud.environment import (
    PATIENCE,
    Answer,
    ExecutionEnvironment,
    Function,
    LogSink,
    Patience,
)

IDLE_LIMIT = 600.0  # seconds; an environment that nobody used for so long is stopped
CLOSE_LIMIT = 5.0  # seconds


class Pool:
    """Warm environments by function; a changed function gets fresh ones.

    At most `idle` of a function's environments are kept. Any that was not used for `IDLE_LIMIT` is stopped at
    the next invocation of whatever function: so those of a deleted function go too.
    """

    def __init__(
        self,
        directory: Path,
        sink: LogSink,
        *,
        idle: int = os.cpu_count() or 2,
        clock: Callable[[], float] = time.monotonic,
        patience: Patience = PATIENCE,
    ) -> None:
        self._directory = directory
        self._sink = sink
        self._most_idle = idle
        self._clock = clock
        self._patience = patience
        self._changed = threading.Condition()
        self._open = True
        self._busy: set[ExecutionEnvironment] = set()
        self._idle: list[tuple[float, ExecutionEnvironment]] = []  # since when; in this order

    def invoke(self, function: Function, event: Any, request_id: str, trace: str = "") -> Answer:
        """Run one invocation in a warm environment, or in a new one when none is free.

        `trace` is its trace header, which the function finds in `_X_AMZN_TRACE_ID`.

        Raises:
            RuntimeError: the pool is closed.
            OSError: no process could be started.
        """
        environment = self._take(function) or self._create(function)
        answered = False
        try:
            answer = environment.invoke(event, request_id, trace)
            answered = True
        finally:
            self._give_back(environment, keep=answered)
        return answer

    def close(self, limit: float = CLOSE_LIMIT) -> None:
        """Stop every environment; an invocation that still runs ends with an error, for which `limit` is waited."""
        with self._changed:
            self._open = False
            for environment in self._busy:
                environment.kill()
            idle, self._idle = self._idle, []
        _stop(environment for _, environment in idle)
        with self._changed:
            self._changed.wait_for(lambda: not self._busy, limit)

    def _take(self, function: Function) -> ExecutionEnvironment | None:
        """Take a fitting environment, the last used one; stop the function's outdated ones."""
        revision = function.revision
        with self._changed:
            mine = [one for _, one in self._idle if one.function.arn == function.arn]
            fitting = [one for one in mine if one.revision == revision and one.usable]
            outdated = [one for one in mine if one not in fitting]
            chosen = fitting[-1] if fitting else None
            self._idle = [entry for entry in self._idle if entry[1] not in (chosen, *outdated)]
            if chosen:
                self._busy.add(chosen)
        _stop(outdated)
        return chosen

    def _create(self, function: Function) -> ExecutionEnvironment:
        directory = self._directory / "environments" / uuid.uuid4().hex
        unzipped = self._unzipped(function)
        environment = ExecutionEnvironment(function, directory, unzipped, self._sink, self._patience)
        with self._changed:
            if self._open:
                self._busy.add(environment)
                return environment
        environment.stop()
        raise RuntimeError("the pool is closed")

    def _give_back(self, environment: ExecutionEnvironment, *, keep: bool) -> None:
        with self._changed:
            kept = keep and self._open and environment.usable
            if kept:
                self._busy.discard(environment)
                self._idle.append((self._clock(), environment))
            surplus = self._surplus(environment.function.arn)
            self._idle = [entry for entry in self._idle if entry[1] not in surplus]
        _stop(surplus if kept else [*surplus, environment])
        with self._changed:
            self._busy.discard(environment)
            self._changed.notify_all()

    def _surplus(self, arn: str) -> list[ExecutionEnvironment]:
        oldest = self._clock() - IDLE_LIMIT
        mine = [one for _, one in self._idle if one.function.arn == arn]
        too_many = mine[: max(0, len(mine) - self._most_idle)]
        return too_many + [one for since, one in self._idle if since < oldest and one not in too_many]

    def _unzipped(self, function: Function) -> Path:
        """Return the folder that holds the function's code, unzipped once for all its environments."""
        digest = hashlib.sha256(function.code).hexdigest()
        folder = self._directory / "functions" / digest
        if not folder.exists():
            staging = folder.with_name(f"{digest}.{uuid.uuid4().hex}")
            with zipfile.ZipFile(io.BytesIO(function.code)) as archive:
                archive.extractall(staging)
            try:
                staging.rename(folder)
            except OSError:  # another thread was first
                shutil.rmtree(staging, ignore_errors=True)
        return folder


def _stop(environments: Iterable[ExecutionEnvironment]) -> None:
    for environment in environments:
        environment.stop()
