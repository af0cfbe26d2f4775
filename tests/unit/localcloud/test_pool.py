"""Environments are kept warm while they fit, and none is left behind."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from gistline.localcloud.environment import Answer
from gistline.localcloud.pool import IDLE_LIMIT, Pool
from support.handlers import CODE, LONG, UNHURRIED, Lifeline, Log, function, until

MakePool = Callable[..., Pool]


@pytest.fixture
def make_pool(tmp_path: Path) -> Iterator[MakePool]:
    made: list[Pool] = []

    def make(**settings: Any) -> Pool:
        sink = settings.pop("sink", Log())
        made.append(Pool(tmp_path / "cloud", sink, patience=UNHURRIED, **settings))
        return made[-1]

    yield make
    for pool in made:
        pool.close()


@pytest.fixture
def environments(tmp_path: Path) -> Callable[[], int]:
    return lambda: len(list((tmp_path / "cloud" / "environments").iterdir()))


def test_changed_code_gets_a_fresh_environment(make_pool: MakePool) -> None:
    pool = make_pool()
    pool.invoke(function("counts"), {}, "r1")
    assert pool.invoke(function("counts", CODE + "\n# changed"), {}, "r2").result == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"variables": {"SETTING": "2"}},
        {"timeout": 5.0},
        {"memory": 256},
        {"log_group": "/another"},
        {"credentials": {"AWS_ACCESS_KEY_ID": "another"}},
    ],
    ids=lambda changed: next(reversed(changed)),
)
def test_a_changed_configuration_gets_a_fresh_environment_in_place_of_the_old(
    make_pool: MakePool, environments: Callable[[], int], changed: dict[str, Any]
) -> None:
    pool, counts = make_pool(), function("counts")
    assert [pool.invoke(counts, {}, f"r{n}").result for n in range(2)] == [1, 2]
    assert pool.invoke(replace(counts, **changed), {}, "r").result == 1
    assert environments() == 1


def test_an_idle_environment_whose_process_has_ended_is_not_used(
    make_pool: MakePool, environments: Callable[[], int]
) -> None:
    pool = make_pool()
    pid = pool.invoke(function("pid"), {}, "r1").result
    os.kill(pid, signal.SIGKILL)
    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
    assert pool.invoke(function("pid"), {}, "r2").result not in (pid, None)
    assert environments() == 1


def test_no_more_than_the_agreed_number_of_environments_is_kept_idle(
    make_pool: MakePool, environments: Callable[[], int]
) -> None:
    pool = make_pool(idle=1)
    with ThreadPoolExecutor(3) as threads:
        list(threads.map(lambda n: pool.invoke(function("sleeps_for"), 0.5, f"r{n}"), range(3)))
    assert environments() == 1


def test_environments_that_nobody_uses_any_more_are_stopped(
    make_pool: MakePool, environments: Callable[[], int]
) -> None:
    now = 0.0
    pool = make_pool(clock=lambda: now)
    pool.invoke(function("counts"), {}, "r")
    now = IDLE_LIMIT + 1
    pool.invoke(function("pid"), {}, "r")
    assert environments() == 1


def test_closing_removes_every_private_directory(make_pool: MakePool) -> None:
    pool = make_pool()
    left = Path(pool.invoke(function("leaves_a_file"), {}, "r").result)
    assert left.exists()
    assert left.parent.stat().st_mode & 0o777 == 0o700
    pool.close()
    assert not left.parent.exists()


def test_closing_kills_the_busy_too_and_their_callers_get_an_error(
    make_pool: MakePool, tmp_path: Path, environments: Callable[[], int]
) -> None:
    pool, lifeline, answers = make_pool(), Lifeline(tmp_path / "lifeline"), list[Answer]()
    event = {"line": str(lifeline.path), "then": "stay"}
    family = replace(function("family"), timeout=LONG)
    caller = threading.Thread(target=lambda: answers.append(pool.invoke(family, event, "r")))
    caller.start()
    until(lifeline.held)
    pool.close(LONG)
    assert environments() == 0
    until(lifeline.cut)
    caller.join(LONG)
    assert answers[0].error is not None
    assert answers[0].error["errorType"] == "Runtime.ExitError"
    lifeline.close()


def test_a_closed_pool_starts_nothing(make_pool: MakePool, environments: Callable[[], int]) -> None:
    pool = make_pool()
    pool.close()
    with pytest.raises(RuntimeError, match="closed"):
        pool.invoke(function("counts"), {}, "r")
    assert environments() == 0


def test_an_exception_around_an_invocation_stops_its_environment(
    make_pool: MakePool, environments: Callable[[], int]
) -> None:
    def sink(_function: object, _stream: str, _milliseconds: int, line: str) -> None:
        if line.startswith("END"):
            raise OSError("no space")

    pool, started = make_pool(sink=sink), time.monotonic()
    with pytest.raises(OSError, match="no space"):
        pool.invoke(function("counts"), {}, "r")
    assert environments() == 0
    pool.close(LONG)
    assert time.monotonic() - started < LONG
