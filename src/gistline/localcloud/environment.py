"""An execution environment: a process in which a function runs, one invocation at a time.

Comes in: a `Function` (what Lambda knows of it) and an event. Goes out: an `Answer` in Lambda's words; log
lines go to a sink as they are written. Called by `pool`.

A process gets an environment made from nothing: Lambda's own variables, the session of the function's role,
and the variables of the function's configuration. No variable of the host is in it, HOME and TMPDIR are a
private directory, and only the function's own package can be imported.

The words of errors are those of AWS's runtime client (see `bootstrap`) and of its Runtime Interface Emulator
(aws-lambda-runtime-interface-emulator: fatalerror.go).
"""

import hashlib
import json
import shutil
import signal
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gistline.localcloud.process import LARGEST_ANSWER, AnswerTooLargeError, FunctionProcess


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a process gets: for the init phase, as Lambda gives it, and to end when it has closed its pipe."""

    init: float = 10.0
    end: float = 1.0


PATIENCE = Patience()


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
            self.log_group,
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
    """One process that runs one function, one invocation at a time; used by one thread, but for `kill`."""

    def __init__(
        self,
        function: Function,
        directory: Path,
        task_root: Path,
        sink: LogSink,
        patience: Patience = PATIENCE,
    ) -> None:
        self.function = function
        self.revision = function.revision
        self._directory = directory
        self._task_root = task_root
        self._sink = sink
        self._patience = patience
        self._stream = f"{datetime.now(UTC):%Y/%m/%d}/[$LATEST]{uuid.uuid4().hex}"
        self._cold = True
        self._failed = False
        self._directory.mkdir(parents=True, mode=0o700)
        try:
            self._process = FunctionProcess(task_root, self._variables(task_root), self._log)
        except BaseException:
            shutil.rmtree(self._directory, ignore_errors=True)
            raise

    @property
    def usable(self) -> bool:
        """Whether it can run one more invocation: its process runs, and has neither failed nor timed out."""
        return not self._failed and self._process.running

    def invoke(self, event: Any, request_id: str, trace: str = "") -> Answer:
        """Run one invocation; where the process gives no answer, say in Lambda's words why.

        `trace` is the invocation's trace header.
        """
        self._log(f"START RequestId: {request_id} Version: $LATEST")
        started = time.monotonic()
        reply = self._initialize(request_id) if self._cold else {}
        init, started = time.monotonic() - started, time.monotonic()
        if "error" not in reply:
            command = {"event": event, "request_id": request_id, "trace": trace}
            reply = self._ask(command, request_id, self.function.timeout)
        milliseconds = (time.monotonic() - started) * 1000
        self._report(request_id, milliseconds, init * 1000 if self._cold else 0.0, reply.get("memory", 0))
        self._cold = False
        return Answer(reply.get("result"), reply.get("error"), milliseconds)

    def kill(self) -> None:
        """Kill the process, from any thread; an invocation that runs in it ends with an error."""
        self._process.kill()

    def stop(self) -> None:
        """Kill the process with whatever it started, and remove its directory."""
        self._process.stop()
        shutil.rmtree(self._directory, ignore_errors=True)

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
            "context": context,
        }

    def _initialize(self, request_id: str) -> dict[str, Any]:
        reply = self._ask(self._description(self._task_root), request_id, self._patience.init)
        self._failed = "error" in reply
        return reply

    def _ask(self, command: Mapping[str, Any], request_id: str, seconds: float) -> dict[str, Any]:
        try:
            reply = self._process.ask(command, seconds)
        except (TimeoutError, EOFError, AnswerTooLargeError, ValueError) as failure:
            self._failed = True
            return {"error": self._failure(failure, request_id, seconds)}
        if "error" in reply:
            self._log(_error_lines(reply["error"]))
        return reply

    def _failure(self, failure: Exception, request_id: str, seconds: float) -> dict[str, Any]:
        """End the process, and say why there is no answer: in the log, and as AWS's error object."""
        code = self._process.end(self._patience.end if isinstance(failure, EOFError) else 0.0)
        if isinstance(failure, TimeoutError):
            message = f"Task timed out after {seconds:.2f} seconds"
            time_ = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            self._log(f"{time_} {request_id} {message}")
            return _error("Sandbox.Timedout", f"RequestId: {request_id} Error: {message}")
        if isinstance(failure, AnswerTooLargeError):
            limit = f"maximum allowed payload size ({LARGEST_ANSWER} bytes)"
            error = _error("Function.ResponseSizeTooLarge", f"Response payload size exceeded {limit}.")
        elif isinstance(failure, EOFError):
            error = _error("Runtime.ExitError", f"RequestId: {request_id} Error: {_exit_words(code)}")
        else:
            error = _error("Runtime.Unknown", f"RequestId: {request_id} Error: The answer is no JSON object")
        self._log(f"{error['errorMessage']}\n{error['errorType']}")
        return error

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


def _error(error_type: str, message: str) -> dict[str, Any]:
    return {"errorType": error_type, "errorMessage": message}


def _error_lines(error: Mapping[str, Any]) -> str:
    """Write an error as AWS's runtime client does: one entry of the log, indented with no-break spaces."""
    lines = [line for entry in error["stackTrace"] for line in entry.splitlines()]
    indented = ["\u00a0" * (len(line) - len(line.lstrip(" "))) + line.lstrip(" ") for line in lines]
    first = f"[ERROR] {error['errorType']}: {error['errorMessage']}".removesuffix(": ")
    return "\n".join([first, "Traceback (most recent call last):", *indented])


def _exit_words(code: int) -> str:
    if code == 0:
        return "Runtime exited without providing a reason"
    reason = f"exit status {code}" if code > 0 else f"signal: {str(signal.strsignal(-code)).lower()}"
    return f"Runtime exited with error: {reason}"
