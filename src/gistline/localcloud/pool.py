"""The pool of warm execution environments.

Comes in: a function and an event. Goes out: an `Answer`, from a process that is kept for the next event.
Called by `ministack`; how many run at once is bounded by who calls: `delivery`'s workers.
"""

import hashlib
import io
import shutil
import threading
import uuid
import zipfile
from pathlib import Path
from typing import Any

from gistline.localcloud.environment import Answer, ExecutionEnvironment, Function, LogSink


class Pool:
    """Warm environments by function; a changed function gets fresh ones."""

    def __init__(self, directory: Path, sink: LogSink) -> None:
        self._directory = directory
        self._sink = sink
        self._lock = threading.Lock()
        self._idle: dict[str, list[ExecutionEnvironment]] = {}

    def invoke(self, function: Function, event: Any, request_id: str) -> Answer:
        """Run one invocation in a warm environment, or in a new one when none is free."""
        environment = self._take(function)
        answer = environment.invoke(event, request_id)
        if environment.alive:
            with self._lock:
                self._idle.setdefault(function.arn, []).append(environment)
        else:
            environment.stop()
        return answer

    def close(self) -> None:
        """Stop every environment that is not in use."""
        with self._lock:
            idle, self._idle = self._idle, {}
        for environment in (one for environments in idle.values() for one in environments):
            environment.stop()

    def _take(self, function: Function) -> ExecutionEnvironment:
        with self._lock:
            idle = self._idle.pop(function.arn, [])
            fitting = [one for one in idle if one.function.revision == function.revision]
            outdated = [one for one in idle if one.function.revision != function.revision]
            chosen = fitting.pop() if fitting else None
            self._idle[function.arn] = fitting
        for environment in outdated:
            environment.stop()
        return chosen or self._create(function)

    def _create(self, function: Function) -> ExecutionEnvironment:
        directory = self._directory / "environments" / uuid.uuid4().hex
        return ExecutionEnvironment(function, directory, self._unzipped(function), self._sink)

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
