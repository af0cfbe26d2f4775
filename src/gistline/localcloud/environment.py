"""An execution environment: the process in which a function runs.

Comes in: a `Function` (what Lambda knows of it) and an event. Goes out: an `Answer`; log lines go to a sink
as they are written. Called by `pool`.

A process gets an environment made from nothing: Lambda's own variables, the session of the function's role,
and the variables of the function's configuration. No variable of the host is in it, HOME and TMPDIR are a
private directory, and only the function's own package can be imported.
"""

import hashlib
import json
import os
import secrets
import select
import shutil
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gistline.localcloud import bootstrap

INIT_LIMIT = 10.0  # seconds; Lambda's limit for the init phase


@dataclass(frozen=True, slots=True)
class Function:
    """What an execution environment needs to know of a function."""

    name: str
    arn: str
    handler: str
    code: bytes  # the zip
    code_sha256: str
    variables: Mapping[str, str]
    credentials: Mapping[str, str]  # of a session of its execution role
    region: str
    log_group: str
    timeout: float = 3.0  # seconds
    memory: int = 128  # MB; reported, not enforced

    @property
    def revision(self) -> str:
        """Name what must be equal for a warm environment to be used again."""
        facts = [
            self.arn,
            self.handler,
            self.code_sha256,
            sorted(self.variables.items()),
            self.timeout,
            self.memory,
        ]
        return hashlib.sha256(json.dumps([*facts, sorted(self.credentials.items())]).encode()).hexdigest()


LogSink = Callable[[Function, str, int, str], None]  # whose, stream, milliseconds since the epoch, line


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one invocation: the handler's result, or AWS's error object."""

    result: Any = None
    error: dict[str, Any] | None = None
    milliseconds: float = 0.0


class ExecutionEnvironment:
    """One process that runs one function, one invocation at a time."""

    def __init__(self, function: Function, directory: Path, task_root: Path, sink: LogSink) -> None:
        self.function = function
        self.alive = True
        self._directory = directory
        self._sink = sink
        self._stream = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        self._end_of_log = f"end {secrets.token_hex(16)}"
        self._logged = threading.Event()
        self._cold = True
        self._init_milliseconds = 0.0
        self._start(task_root)

    def invoke(self, event: Any, request_id: str) -> Answer:
        """Run one invocation; a process that crashed or ran out of time is not used again."""
        self._log(f"START RequestId: {request_id} Version: $LATEST")
        started = time.monotonic()
        reply = self._initialize() if self._cold else {}
        init, started = time.monotonic() - started, time.monotonic()
        if "error" not in reply:
            reply = self._run(event, request_id)
        milliseconds = (time.monotonic() - started) * 1000
        self._report(request_id, milliseconds, init * 1000 if self._cold else 0.0, reply.get("memory", 0))
        self._cold = False
        return Answer(reply.get("result"), reply.get("error"), milliseconds)

    def stop(self) -> None:
        """Kill the process with whatever it started, and remove its directory."""
        self.alive = False
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._log_thread.join(timeout=1)
        for pipe in (self._commands, self._answers):
            pipe.close()
        shutil.rmtree(self._directory, ignore_errors=True)

    def _start(self, task_root: Path) -> None:
        self._directory.mkdir(parents=True, mode=0o700)
        child_reads, we_write = os.pipe()
        we_read, child_writes = os.pipe()
        self._process = subprocess.Popen(
            # -I: no variable and no folder of the host counts; -S: no site-packages; -u: log lines at once
            [sys.executable, "-I", "-S", "-u", bootstrap.__file__, str(child_reads), str(child_writes)],
            cwd=task_root,
            env=self._variables(task_root),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(child_reads, child_writes),
            start_new_session=True,
        )
        os.close(child_reads)
        os.close(child_writes)
        self._commands = os.fdopen(we_write, "wb", buffering=0)
        self._answers = os.fdopen(we_read, "rb", buffering=0)
        self._log_thread = threading.Thread(
            target=self._read_log, name=f"log-{self.function.name}", daemon=True
        )
        self._log_thread.start()
        self._send(self._description(task_root))

    def _variables(self, task_root: Path) -> dict[str, str]:
        """Make the process's environment. Source: Lambda Developer Guide, "Defined runtime environment variables"."""
        function = self.function
        return {
            **function.variables,
            **function.credentials,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{sys.version_info.major}.{sys.version_info.minor}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": self._stream,
            "LAMBDA_TASK_ROOT": str(task_root),
            "_HANDLER": function.handler,
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "HOME": str(self._directory),
            "TMPDIR": str(self._directory),
        }

    def _description(self, task_root: Path) -> dict[str, Any]:
        context = {
            "function_name": self.function.name,
            "memory_limit_in_mb": self.function.memory,
            "invoked_function_arn": self.function.arn,
            "log_group_name": self.function.log_group,
            "log_stream_name": self._stream,
        }
        return {
            "task_root": str(task_root),
            "handler": self.function.handler,
            "timeout": self.function.timeout,
            "end_of_log": self._end_of_log,
            "context": context,
        }

    def _initialize(self) -> dict[str, Any]:
        reply = self._receive(INIT_LIMIT)
        if reply is None:
            reply = {
                "error": {
                    "errorType": "Runtime.ExitError",
                    "errorMessage": "the function could not be initialised",
                }
            }
        if "error" in reply:
            self._log(f"[ERROR] {json.dumps(reply['error'])}")
            self.alive = False
        return reply

    def _run(self, event: Any, request_id: str) -> dict[str, Any]:
        self._logged.clear()
        self._send({"event": event, "request_id": request_id})
        reply = self._receive(self.function.timeout)
        if reply is not None:
            self._logged.wait(timeout=1)
            return reply
        self.alive = False
        error = self._died(request_id)
        self._log(f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%S}Z {request_id} {error['errorMessage']}")
        return {"error": error}

    def _died(self, request_id: str) -> dict[str, Any]:
        """Say in Lambda's words why there is no answer."""
        if self._process.poll() is None and not self._at_end_of_answers():
            message = f"Task timed out after {self.function.timeout:.2f} seconds"
            return {
                "errorType": "Sandbox.Timedout",
                "errorMessage": f"RequestId: {request_id} Error: {message}",
            }
        message = (
            f"RequestId: {request_id} Error: Runtime exited with error: {_exit_words(self._process.wait())}"
        )
        return {"errorType": "Runtime.ExitError", "errorMessage": message}

    def _at_end_of_answers(self) -> bool:
        readable, _, _ = select.select([self._answers], [], [], 0)
        return bool(readable)

    def _send(self, message: Mapping[str, Any]) -> None:
        data = memoryview(json.dumps(message).encode() + b"\n")
        try:
            while data:
                data = data[self._commands.write(data) or 0 :]
        except BrokenPipeError:
            self.alive = False  # it died; the missing answer says so

    def _receive(self, seconds: float) -> dict[str, Any] | None:
        """Wait for one line; None when the process ended or the time is over."""
        deadline = time.monotonic() + seconds
        received = b""
        while not received.endswith(b"\n"):
            readable, _, _ = select.select([self._answers], [], [], max(0.0, deadline - time.monotonic()))
            chunk = os.read(self._answers.fileno(), 65536) if readable else b""
            if not chunk:
                return None
            received += chunk
        reply: dict[str, Any] = json.loads(received)
        return reply

    def _read_log(self) -> None:
        if self._process.stdout is None:
            return
        with self._process.stdout as lines:
            for raw in lines:
                line = raw.decode("utf-8", "replace").rstrip("\n")
                if line == self._end_of_log:
                    self._logged.set()
                else:
                    self._log(line)

    def _log(self, line: str) -> None:
        self._sink(self.function, self._stream, int(time.time() * 1000), line)

    def _report(self, request_id: str, milliseconds: float, init: float, memory: int) -> None:
        self._log(f"END RequestId: {request_id}")
        cold = f"\tInit Duration: {init:.2f} ms" if init else ""
        billed = int(milliseconds + init) + 1
        self._log(
            f"REPORT RequestId: {request_id}\tDuration: {milliseconds:.2f} ms\tBilled Duration: {billed} ms"
            f"\tMemory Size: {self.function.memory} MB\tMax Memory Used: {memory} MB{cold}"
        )


def _exit_words(code: int) -> str:
    return f"signal: {signal.Signals(-code).name}" if code < 0 else f"exit status {code}"
