"""A function's process cannot outlive its server, hold up its caller, or mix up its answers."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from gistline.localcloud.pool import Pool
from support.handlers import CODE, LONG, UNHURRIED, Lifeline, Log, descriptors, function, until

SERVER = """
import sys
from pathlib import Path
from gistline.localcloud.pool import Pool
from support.handlers import UNHURRIED, function
pool = Pool(Path(sys.argv[1]), lambda *_: None, patience=UNHURRIED)
pool.invoke(function("family"), {"line": sys.argv[2], "then": "stay"}, "r")
"""

DEAF = """
import os, sys, threading, time
from gistline.localcloud.bootstrap import Wire
_, unreadable = os.pipe()
Wire(unreadable, os.dup(unreadable))
[listener] = [thread for thread in threading.enumerate() if thread.name == "commands"]
listener.join(0.3)
line = os.open(sys.argv[1], os.O_WRONLY)
os.write(line, b"up")
time.sleep(600)
"""

# Has its children before its time is counted.
FAMILY_AT_ONCE = f"""{CODE}
line = os.open(os.environ["LINE"], os.O_WRONLY)
subprocess.Popen(["sleep", "600"], pass_fds=[line])
os.write(line, b"up")
"""

SERVER_OF_THE_DEAF = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {DEAF!r}, sys.argv[1]], start_new_session=True)
"""


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def pool(tmp_path: Path, log: Log) -> Iterator[Pool]:
    made = Pool(tmp_path / "cloud", log, patience=UNHURRIED)
    yield made
    made.close()


@pytest.fixture
def lifeline(tmp_path: Path) -> Iterator[Lifeline]:
    made = Lifeline(tmp_path / "lifeline")
    yield made
    made.close()


def dies_with(server_code: str, arguments: list[str], lifeline: Lifeline) -> None:
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", server_code, *arguments], env=environment) as server:
        try:
            until(lifeline.held)
        finally:
            server.kill()
    until(lifeline.cut)


def test_a_busy_function_and_its_children_die_with_a_killed_server(
    tmp_path: Path, lifeline: Lifeline
) -> None:
    paths = [str(tmp_path / "cloud"), str(lifeline.path)]
    dies_with(SERVER, paths, lifeline)


def test_a_function_that_closed_the_pipe_of_its_commands_lives_on_and_dies_with_a_killed_server(
    lifeline: Lifeline,
) -> None:
    dies_with(SERVER_OF_THE_DEAF, [str(lifeline.path)], lifeline)


def test_the_children_of_a_crashed_function_die_too(pool: Pool, lifeline: Lifeline) -> None:
    answer = pool.invoke(function("family"), {"line": str(lifeline.path), "then": "crash"}, "r")
    assert answer.error is not None
    assert lifeline.held()
    until(lifeline.cut)


def test_the_children_of_a_function_that_timed_out_die_too(pool: Pool, lifeline: Lifeline) -> None:
    family = replace(function("sleeps", FAMILY_AT_ONCE), timeout=0.2, variables={"LINE": str(lifeline.path)})
    error = pool.invoke(family, {}, "r").error
    assert error is not None
    assert error["errorType"] == "Sandbox.Timedout"
    assert lifeline.held()
    until(lifeline.cut)


def test_the_children_of_an_idle_function_die_when_it_is_stopped(pool: Pool, lifeline: Lifeline) -> None:
    pool.invoke(function("family"), {"line": str(lifeline.path), "then": "return"}, "r")
    assert lifeline.held()
    assert not lifeline.cut()
    pool.close()
    until(lifeline.cut)


def test_a_child_that_keeps_the_log_open_leaves_no_thread_and_no_descriptor(pool: Pool) -> None:
    before = descriptors()
    daemon = pool.invoke(function("has_a_daemon"), {}, "r").result
    pool.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "function-log"]
    assert not descriptors() - before
    os.kill(daemon, signal.SIGKILL)


def test_a_function_that_closes_its_descriptors_and_goes_on_is_killed(tmp_path: Path, log: Log) -> None:
    pool = Pool(tmp_path / "cloud", log, patience=replace(UNHURRIED, end=0.2))
    error = pool.invoke(function("goes_deaf"), {}, "r").error
    pool.close()
    assert error is not None
    assert error["errorMessage"] == "RequestId: r Error: Runtime exited with error: signal: killed"


def test_a_crash_is_seen_although_a_child_holds_the_pipe(pool: Pool) -> None:
    error = pool.invoke(function("leaves_a_fork"), {}, "r").error
    assert error is not None
    assert error["errorMessage"].endswith("exit status 3")


def test_a_handler_whose_fork_returns_too_shifts_no_results(pool: Pool) -> None:
    forks = function("forks")
    assert [pool.invoke(forks, n, "the same").result for n in range(5)] == list(range(5))


def test_an_answer_without_an_end_does_not_outlast_the_timeout(pool: Pool) -> None:
    started = time.monotonic()
    error = pool.invoke(replace(function("dribbles"), timeout=0.3), {}, "r").error
    assert error is not None
    assert error["errorType"] == "Sandbox.Timedout"
    assert time.monotonic() - started < LONG


def test_what_is_printed_without_a_newline_is_a_line_and_costs_no_wait(
    pool: Pool, log: Log, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(5):
        pool.invoke(function("prints_no_newline"), {}, "r")
    assert "the end of a log was not seen" not in caplog.text
    assert [line for line in log.lines if not line.startswith(("START", "END", "REPORT"))] == ["no end"] * 5


def test_an_invocation_ends_when_its_log_is_kept_however_long_that_takes(tmp_path: Path) -> None:
    kept: list[str] = []

    def sink(_function: object, _stream: str, _milliseconds: int, line: str) -> None:
        time.sleep(1.2 if line == "slowly kept" else 0.0)
        kept.append(line)

    pool = Pool(tmp_path / "cloud", sink)
    pool.invoke(function("prints"), {"line": "slowly kept"}, "r")
    assert [line.partition(" ")[0] for line in kept] == ["START", "slowly", "END", "REPORT"]
    pool.close()


def test_a_log_that_cannot_be_written_blocks_no_function(tmp_path: Path) -> None:
    def sink(_function: object, _stream: str, _milliseconds: int, line: str) -> None:
        if line.startswith("xxx"):
            raise OSError("no space")

    pool = Pool(tmp_path / "cloud", sink, patience=UNHURRIED)
    lines = "\n".join(["xxx" * 1000] * 100)
    assert pool.invoke(function("prints"), {"line": lines}, "r").result == "r"
    pool.close()
