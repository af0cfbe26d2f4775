"""What runs inside a function's process: Lambda's loop, with Lambda's words.

Comes in: one JSON line a command, on the pipe whose number is the first argument; the first describes the
function, each further one is an invocation. Goes out: one JSON line a command, under its number, on the pipe
of the second argument; whatever the handler prints goes to the log, before the answer. Started by `process` with
`python -I -S`: nothing but the standard library and the function's own package is there to be imported. Uses
nothing of gistline.

The loop, the context object and the error object follow AWS's own runtime client
(aws-lambda-python-runtime-interface-client: bootstrap.py, lambda_context.py, lambda_runtime_exception.py).
"""

import contextlib
import importlib
import json
import os
import resource
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any

Handler = Callable[[Any, Any], Any]
TICK = 0.2  # seconds between looks whether the other end still lives


@dataclass
class Context:
    """The `context` argument of a handler, with the names that Lambda gives its attributes."""

    function_name: str
    memory_limit_in_mb: int
    invoked_function_arn: str
    log_group_name: str
    log_stream_name: str
    aws_request_id: str
    deadline: float  # seconds since the epoch
    function_version: str = "$LATEST"
    identity: None = None
    client_context: None = None

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left until the invocation times out."""
        return max(0, int((self.deadline - time.time()) * 1000))


class Fault(Exception):  # noqa: N818 - AWS's runtime client calls it a fault
    """What the runtime itself finds wrong with a function, under Lambda's name for it."""

    def __init__(self, error_type: str, message: str, trace: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.trace = list(trace)


class Wire:
    """The two pipes to the other end beside the log, none of which a child of the handler inherits."""

    def __init__(self, commands: int, answers: int) -> None:
        self._commands = commands
        self._answers = os.fdopen(answers, "w", encoding="utf-8")
        self._arrived: SimpleQueue[dict[str, Any] | None] = SimpleQueue()
        self._parent = os.getppid()
        for descriptor in (commands, answers):
            os.set_inheritable(descriptor, False)  # noqa: FBT003 - it takes no keyword
        threading.Thread(target=self._listen, name="commands", daemon=True).start()

    def next_command(self) -> dict[str, Any]:
        """Wait for the next command; end the process where none can come any more."""
        command = self._arrived.get()
        if command is None:
            sys.exit(1)
        return command

    def answer(self, command: dict[str, Any], kind: str, body: str) -> None:
        """Answer a command, when all that was printed is in the log; `body` is JSON."""
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(Exception):  # the handler closed or replaced it
                stream.flush()
        head = f'"number": {command["number"]}, "memory": {_peak_memory()}'
        self._answers.write(f'{{{head}, "{kind}": {body}}}\n')
        self._answers.flush()

    def _listen(self) -> None:
        """Pass commands on. When the other end is gone, everything here ends, however busy the handler is.

        A handler that closes the pipe may still tell its result or its exit code, but gets no more commands.
        """
        try:
            self._pass_on()
        except OSError:  # the handler closed the pipe, which can tell of the other end no more
            self._arrived.put(None)
            while os.getppid() == self._parent:
                time.sleep(TICK)
        os.killpg(0, signal.SIGKILL)

    def _pass_on(self) -> None:
        rest = b""
        while chunk := os.read(self._commands, 65536):
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                self._arrived.put(json.loads(line))


def main() -> None:
    """Load the handler, say so, then serve invocations until the other end closes its pipe."""
    wire = Wire(int(sys.argv[1]), int(sys.argv[2]))
    function = wire.next_command()
    sys.path.insert(0, function["task_root"])
    try:
        handler = _load(function["handler"])
    except Exception as error:  # noqa: BLE001 - whatever a module raises at import is an init error
        wire.answer(function, "error", json.dumps(_error_object(error, "")))
        sys.exit(1)
    wire.answer(function, "ready", "true")
    while True:
        command = wire.next_command()
        wire.answer(command, *_invoke(handler, function, command))


def _load(name: str) -> Handler:
    module, _, attribute = name.rpartition(".")
    if not module:
        raise Fault(
            "Runtime.MalformedHandlerName",
            f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)",
        )
    try:
        loaded = importlib.import_module(module.replace("/", "."))
    except ImportError as error:
        raise Fault("Runtime.ImportModuleError", f"Unable to import module '{module}': {error}") from error
    except SyntaxError as error:
        trace = f'  File "{error.filename}" Line {error.lineno}\n    {error.text}'
        raise Fault(
            "Runtime.UserCodeSyntaxError", f"Syntax error in module '{module}': {error}", (trace,)
        ) from error
    if not hasattr(loaded, attribute):
        raise Fault("Runtime.HandlerNotFound", f"Handler '{attribute}' missing on module '{module}'")
    handler: Handler = getattr(loaded, attribute)
    return handler


def _invoke(handler: Handler, function: dict[str, Any], command: dict[str, Any]) -> tuple[str, str]:
    """Call the handler; return the kind of answer, and its body as JSON."""
    os.environ["_X_AMZN_TRACE_ID"] = command["trace"]
    context = Context(
        **function["context"],
        aws_request_id=command["request_id"],
        deadline=time.time() + function["timeout"],
    )
    try:
        return "result", _marshalled(handler(command["event"], context))
    except Exception as error:  # noqa: BLE001 - whatever the handler raises is the function's error
        return "error", json.dumps(_error_object(error, command["request_id"]))


def _marshalled(result: Any) -> str:
    try:
        return json.dumps(result)
    except Exception as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error


def _peak_memory() -> int:
    """Return the process's peak of resident memory in MB.

    Linux carries `ru_maxrss` over from the parent that forked; VmHWM counts from the start of this program.
    """
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib is a cost at each cold start
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _error_object(error: Exception, request_id: str) -> dict[str, Any]:
    """Describe an error as Lambda's runtime does; frames of this file are cut off."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    error_type, trace = type(error).__name__, traceback.format_list(frames)
    if isinstance(error, Fault):
        error_type, trace = error.error_type, error.trace
    return {
        "errorMessage": str(error),
        "errorType": error_type,
        "requestId": request_id,
        "stackTrace": trace,
    }


if __name__ == "__main__":
    main()
