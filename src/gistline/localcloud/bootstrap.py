"""What runs inside a function's process: Lambda's loop, with Lambda's words.

Comes in: one JSON line that describes the function, then one line an invocation, on the pipe whose number
is the first argument. Goes out: one JSON line that says whether the handler could be loaded, then one line
an invocation, on the pipe of the second argument; whatever the handler prints goes to the log, and a line
of its own ends each invocation's part of it. Started by `environment` with `python -I -S`: nothing but the
standard library and the function's own package is there to be imported. Uses nothing of gistline.

The loop, the context object and the error object follow AWS's own runtime client
(aws-lambda-python-runtime-interface-client: bootstrap.py, lambda_context.py).
"""

import contextlib
import importlib
import json
import os
import resource
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

Handler = Callable[[Any, Any], Any]


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


def main() -> None:
    """Load the handler, say so, then serve invocations until the other end closes its pipe."""
    commands = os.fdopen(int(sys.argv[1]), encoding="utf-8")
    answers = os.fdopen(int(sys.argv[2]), "w", encoding="utf-8")
    function = json.loads(commands.readline())
    sys.path.insert(0, function["task_root"])
    try:
        handler = _load(function["handler"])
    except BaseException as error:  # noqa: BLE001 - whatever a module raises at import is an init error
        _answer(answers, {"error": _error_object(error, "", "Runtime.ImportModuleError")})
        return
    _answer(answers, {"ready": True})
    for line in commands:
        _answer(answers, _invoke(handler, function, json.loads(line)))


def _load(name: str) -> Handler:
    module, _, attribute = name.rpartition(".")
    handler: Handler = getattr(importlib.import_module(module.replace("/", ".")), attribute)
    return handler


def _invoke(handler: Handler, function: dict[str, Any], invocation: dict[str, Any]) -> dict[str, Any]:
    context = Context(
        **function["context"],
        aws_request_id=invocation["request_id"],
        deadline=time.time() + function["timeout"],
    )
    try:
        result = handler(invocation["event"], context)
        answer: dict[str, Any] = {"result": json.loads(json.dumps(result))}
    except Exception as error:  # noqa: BLE001 - whatever the handler raises is the function's error
        answer = {"error": _error_object(error, invocation["request_id"])}
        print("[ERROR]", json.dumps(answer["error"]))
    print(function["end_of_log"])
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(ValueError):  # the handler closed it
            stream.flush()
    return {**answer, "memory": _peak_memory()}


def _peak_memory() -> int:
    """Return the process's peak of resident memory in MB.

    Linux carries `ru_maxrss` over from the parent that forked; VmHWM counts from the start of this program.
    """
    with contextlib.suppress(OSError), open("/proc/self/status", encoding="ascii") as status:  # noqa: PTH123 - pathlib is a cost at each cold start
        for line in status:
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) // 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _error_object(error: BaseException, request_id: str, error_type: str = "") -> dict[str, Any]:
    """Describe an error as Lambda's runtime does; frames of this file are cut off."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
    return {
        "errorMessage": str(error),
        "errorType": error_type or type(error).__name__,
        "requestId": request_id,
        "stackTrace": traceback.format_list(frames),
    }


def _answer(answers: TextIO, message: dict[str, Any]) -> None:
    answers.write(json.dumps(message) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
