"""What a function's process says is what AWS's runtime client says (awslambdaric: bootstrap.py)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gistline.localcloud.pool import Pool
from support.handlers import UNHURRIED, Log, function

NBSP = "\u00a0"


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def pool(tmp_path: Path, log: Log) -> Iterator[Pool]:
    made = Pool(tmp_path / "cloud", log, patience=UNHURRIED)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("code", "error_type", "message"),
    [
        (
            "import no_such_module",
            "Runtime.ImportModuleError",
            "Unable to import module 'app': No module named 'no_such_module'",
        ),
        (
            "def handler(:",
            "Runtime.UserCodeSyntaxError",
            "Syntax error in module 'app': invalid syntax (app.py, line 1)",
        ),
        ("", "Runtime.HandlerNotFound", "Handler 'prints' missing on module 'app'"),
        ("raise KeyError('colour')", "KeyError", "'colour'"),
    ],
)
def test_a_handler_that_cannot_be_loaded_is_an_init_error(
    pool: Pool, log: Log, code: str, error_type: str, message: str
) -> None:
    error = pool.invoke(function("prints", code), {}, "r").error
    assert error is not None
    assert (error["errorType"], error["errorMessage"]) == (error_type, message)
    assert any(line.startswith(f"[ERROR] {error_type}: {message}\nTraceback") for line in log.lines)


def test_a_handler_name_without_a_module_is_malformed(pool: Pool) -> None:
    error = pool.invoke(replace(function("prints"), handler="prints"), {}, "r").error
    assert error is not None
    assert error["errorType"] == "Runtime.MalformedHandlerName"


def test_a_module_that_exits_is_no_import_error(pool: Pool) -> None:
    error = pool.invoke(function("prints", "raise SystemExit(3)"), {}, "r").error
    assert error == {
        "errorType": "Runtime.ExitError",
        "errorMessage": "RequestId: r Error: Runtime exited with error: exit status 3",
    }


def test_each_invocation_finds_its_own_trace_header_in_the_environment(pool: Pool) -> None:
    environ = function("environ")
    seen = [pool.invoke(environ, {}, "r", trace).result for trace in ("Root=1", "Root=2")]
    assert [environment["_X_AMZN_TRACE_ID"] for environment in seen] == ["Root=1", "Root=2"]
    assert seen[0]["AWS_LAMBDA_LOG_STREAM_NAME"] == seen[1]["AWS_LAMBDA_LOG_STREAM_NAME"]  # one process


def test_a_raised_error_is_told_with_the_handlers_own_frames(pool: Pool, log: Log) -> None:
    error = pool.invoke(function("raises"), {}, "r").error
    assert error is not None
    told = error["errorType"], error["errorMessage"], error["requestId"]
    assert told == ("ValueError", "no such colour", "r")
    assert len(error["stackTrace"]) == 1
    (entry,) = [line for line in log.lines if line.startswith("[ERROR]")]
    first, second, frame = entry.split("\n")[:3]
    assert (first, second) == ("[ERROR] ValueError: no such colour", "Traceback (most recent call last):")
    assert frame.startswith(f"{NBSP}{NBSP}File ")
    assert frame.endswith("in raises")


def test_a_result_that_is_no_json_is_a_marshal_error(pool: Pool) -> None:
    error = pool.invoke(function("unserializable"), {}, "r").error
    assert error is not None
    assert error["errorType"] == "Runtime.MarshalError"
    assert error["errorMessage"].startswith("Unable to marshal response: Object of type object")


@pytest.mark.parametrize("name", ["closes_stdout", "replaces_stdout", "closes_descriptor"])
def test_what_a_handler_does_to_its_standard_output_does_not_spoil_its_result(
    pool: Pool, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert pool.invoke(function(name), {}, "r").result == "fine"
    assert "the end of a log was not seen" not in caplog.text


@pytest.mark.parametrize("event", [[1], "text", None, 7, True, {"a": [None]}])
def test_an_event_may_be_any_json(pool: Pool, event: object) -> None:
    assert pool.invoke(function("echoes"), event, "r").result == event
