"""Functions run in processes of their own, that know nothing of the host."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gistline.localcloud.environment import Answer, ExecutionEnvironment
from gistline.localcloud.pool import Pool
from support.handlers import CODE, UNHURRIED, Log, descriptors, function


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def pool(tmp_path: Path, log: Log) -> Iterator[Pool]:
    made = Pool(tmp_path / "cloud", log, patience=UNHURRIED)
    yield made
    made.close()


def test_a_function_sees_its_own_variables_and_none_of_the_hosts(pool: Pool) -> None:
    seen = pool.invoke(function("environ"), {}, "r").result
    assert seen["SETTING"] == "1"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == "environ"
    own = {"SETTING", "LANG", "LC_CTYPE", "TZ", "PATH", "HOME", "TMPDIR", "_HANDLER", "LAMBDA_TASK_ROOT"}
    assert {name for name in seen if not name.startswith("AWS_")} <= own | {"_X_AMZN_TRACE_ID"}
    assert seen["HOME"] != os.environ.get("HOME")
    assert seen["AWS_ACCESS_KEY_ID"] == "session"


def test_a_function_can_import_the_standard_library_and_its_package_but_nothing_of_the_hosts(
    pool: Pool,
) -> None:
    found = pool.invoke(
        function("modules"), ["json", "app", "boto3", "click", "gistline", "pytest"], "r"
    ).result
    assert found == {
        "json": True,
        "app": True,
        "boto3": False,
        "click": False,
        "gistline": False,
        "pytest": False,
    }


def test_log_lines_stand_between_start_and_report_under_the_request_id(pool: Pool, log: Log) -> None:
    answer = pool.invoke(function("prints"), {"line": "a line"}, "request-1")
    assert answer.result == "request-1"
    assert [line.split("\t")[0] for line in log.lines] == [
        "START RequestId: request-1 Version: $LATEST",
        "a line",
        "END RequestId: request-1",
        "REPORT RequestId: request-1",
    ]


def test_an_environment_is_kept_warm_and_reports_its_init_once(pool: Pool, log: Log) -> None:
    counts = function("counts")
    assert [pool.invoke(counts, {}, f"r{n}").result for n in range(3)] == [1, 2, 3]
    assert sum("Init Duration" in line for line in log.lines) == 1
    assert len({stream for stream, _ in log}) == 1


def test_the_context_knows_the_time_that_is_left(pool: Pool) -> None:
    left = pool.invoke(replace(function("remaining"), timeout=900), {}, "r").result
    assert 600_000 < left <= 900_000


def test_a_large_event_arrives_whole(pool: Pool) -> None:
    line = "x" * 500_000
    assert pool.invoke(function("prints"), {"line": line}, "r").error is None


def error_of(answer: Answer) -> tuple[str, str]:
    assert answer.error is not None
    return answer.error["errorType"], answer.error["errorMessage"]


@pytest.mark.parametrize(
    ("code", "words"),
    [(3, "Runtime exited with error: exit status 3"), (0, "Runtime exited without providing a reason")],
)
def test_a_crash_is_told_and_the_next_invocation_gets_a_new_process(
    pool: Pool, log: Log, code: int, words: str
) -> None:
    exits = function("exits")
    for _ in range(2):
        message = f"RequestId: r Error: {words}"
        assert error_of(pool.invoke(exits, code, "r")) == ("Runtime.ExitError", message)
        assert f"{message}\nRuntime.ExitError" in log.lines


def test_a_function_is_killed_at_its_timeout(pool: Pool, log: Log, tmp_path: Path) -> None:
    answer = pool.invoke(replace(function("sleeps"), timeout=0.2), {}, "r")
    message = "Task timed out after 0.20 seconds"
    assert error_of(answer) == ("Sandbox.Timedout", f"RequestId: r Error: {message}")
    assert any(line.endswith(f"Z r {message}") for line in log.lines)
    assert list((tmp_path / "cloud" / "environments").iterdir()) == []


def test_an_import_that_takes_too_long_is_ended_at_the_limit_of_the_init_phase(
    log: Log, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text("import time; time.sleep(60)", encoding="utf-8")
    environment = ExecutionEnvironment(
        function("prints"), tmp_path / "own", tmp_path, log, replace(UNHURRIED, init=0.2)
    )
    answer = environment.invoke({}, "r")
    assert error_of(answer) == ("Sandbox.Timedout", "RequestId: r Error: Task timed out after 0.20 seconds")
    assert not environment.usable
    environment.stop()


def test_a_process_that_takes_a_moment_to_end_tells_its_own_exit_code(log: Log, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(CODE, encoding="utf-8")
    slow = function("ends_slowly")
    environment = ExecutionEnvironment(slow, tmp_path / "own", tmp_path, log, UNHURRIED)
    words = "RequestId: r Error: Runtime exited with error: exit status 4"
    assert error_of(environment.invoke({}, "r")) == ("Runtime.ExitError", words)
    environment.stop()


def test_an_answer_of_more_than_six_megabytes_is_refused(pool: Pool) -> None:
    assert pool.invoke(function("is_long"), 6_000_000, "r").error is None
    message = "Response payload size exceeded maximum allowed payload size (6291556 bytes)."
    assert error_of(pool.invoke(function("is_long"), 7_000_000, "r")) == (
        "Function.ResponseSizeTooLarge",
        message,
    )


def test_junk_instead_of_an_answer_is_an_error_and_the_end_of_the_process(pool: Pool) -> None:
    junk = function("writes_junk")
    for junk_line in ("junk\n", "[]\n", "\n"):
        assert error_of(pool.invoke(junk, junk_line, "r"))[0] == "Runtime.Unknown"


def test_when_no_process_can_be_started_nothing_is_left_of_it(log: Log, tmp_path: Path) -> None:
    before = descriptors()
    with pytest.raises(FileNotFoundError):
        ExecutionEnvironment(function("prints"), tmp_path / "own", tmp_path / "no code", log, UNHURRIED)
    assert not (tmp_path / "own").exists()
    assert not descriptors() - before
