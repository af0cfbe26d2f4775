"""One server per home: start it, find it, stop it, and clean up after a killed one.

Comes in: settings. Goes out: a `Server` that answers, or None. Called by `up` and by the commands.

A server holds a lock on a file for as long as it lives, so that a free lock means a dead server, whatever
the process list says; a second lock lets only one command at a time start or stop one.
"""

import contextlib
import fcntl
import http.client
import json
import os
import shutil
import signal
import site
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gistline.config import DEFAULT_REGION, Settings
from gistline.errors import LocalCloudError
from gistline.localcloud import state
from gistline.localcloud.disorder import IN_ORDER, Disorder
from gistline.localcloud.gateway import STATUS_PATH
from gistline.localcloud.server import ServerSettings
from gistline.localcloud.state import State

START_LIMIT = 30.0  # seconds; MiniStack starts in about one
STOP_LIMIT = 5.0
ANSWER_LIMIT = 5.0
POLL = 0.02
REMOVALS = 500  # tries, with a pause after each; ten seconds in all


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answered: how to reach it, and what it has counted."""

    state: State
    events: tuple[dict[str, Any], ...]
    unfinished: int  # asynchronous invocations that wait or run


def start(
    settings: Settings,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
    disorder: Disorder = IN_ORDER,
) -> tuple[Server, bool]:
    """Return the server of this home, and whether it had to be started; a new one hands out events in this `disorder`.

    A server that lives is never replaced, however long its answer takes: it holds somebody's data.

    Raises:
        LocalCloudError: it did not answer in time, or the home cannot be used.
    """
    home = _cloud(settings)
    with alone(settings, "up.lock"):
        running = _await_answer(settings, sleep, clock)
        if running:
            return running, False
        _remove(home, sleep)
        home.mkdir(parents=True, mode=0o700)
        return _begin(settings, sleep, clock, disorder), True


def find(settings: Settings) -> Server | None:
    """Return the server of this home if it answers, else None."""
    known = state.read(_cloud(settings) / "state.json")
    if known is None:
        return None
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # the loopback needs no proxy
    try:
        with direct.open(known.endpoint + STATUS_PATH, timeout=ANSWER_LIMIT) as response:
            answer = json.load(response)
        mine = answer["instance"] == known.instance
        told = Server(known, tuple(answer["events"]), answer.get("unfinished", 0))
    except (OSError, http.client.HTTPException, ValueError, TypeError, KeyError):
        return None
    return told if mine else None


def lives(settings: Settings) -> bool:
    """Tell whether a server of this home lives, even if it does not answer."""
    return holder(_cloud(settings)) is not None


def stop(settings: Settings, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Stop the server, if one runs, and remove all it has written; tell whether one ran.

    Raises:
        LocalCloudError: the home holds something that is not ours.
    """
    home = _cloud(settings)
    with alone(settings, "up.lock"):
        ran = _end(home, sleep)
        _remove(home, sleep)
    return ran


def last_words(settings: Settings, lines: int = 8) -> str:
    """Return the end of the server's own log."""
    try:
        text = (_cloud(settings) / "server.log").read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _cloud(settings: Settings) -> Path:
    return settings.home.absolute() / "cloud"


def _launch(home: Path, settings: Settings, disorder: Disorder) -> None:
    region = settings.region or DEFAULT_REGION
    workers, minute = settings.delivery_workers, settings.retry_seconds
    told = ServerSettings(settings.port, region, workers, minute, disorder)
    with (home / "server.log").open("wb") as log:
        subprocess.run(
            # -P: no module of the current folder is in the way
            [sys.executable, "-P", "-m", "gistline.localcloud.server", str(home), json.dumps(asdict(told))],
            env=_variables(home),
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=False,  # whether it lives is what the lock says
        )


def _variables(home: Path) -> dict[str, str]:
    """Make the server's environment: nothing of the host's but where Python finds what a user has installed."""
    return {"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8", "PYTHONUSERBASE": site.getuserbase()}


def _begin(
    settings: Settings, sleep: Callable[[float], None], clock: Callable[[], float], disorder: Disorder
) -> Server:
    """Start a server and wait until it answers; what goes wrong leaves none behind."""
    home = _cloud(settings)
    try:
        _launch(home, settings, disorder)
        server = _await_answer(settings, sleep, clock)
    except BaseException:
        _end(home, sleep)
        raise
    if server is None:
        message = f"the local cloud in {home} did not start. Its last words:\n{last_words(settings)}"
        raise LocalCloudError(message, "mend what they name, then try again")
    return server


def _await_answer(
    settings: Settings, sleep: Callable[[float], None], clock: Callable[[], float]
) -> Server | None:
    """Wait for the answer of the server that lives in this home; None when none lives there (any more)."""
    home = _cloud(settings)
    deadline = clock() + START_LIMIT
    while holder(home) is not None:
        server = find(settings)
        if server:
            return server
        if clock() > deadline:
            raise LocalCloudError(
                f"the local cloud in {home} does not answer", "wait, or end it: gistline down"
            )
        sleep(POLL)
    return None


def _end(home: Path, sleep: Callable[[float], None]) -> bool:
    """Ask the server to stop, kill it when it does not; tell whether one ran.

    Its functions' processes end themselves when their pipes close.
    """
    ran = holder(home) is not None
    for sign in (signal.SIGTERM, signal.SIGKILL):
        pid = holder(home)
        if pid is None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + STOP_LIMIT
        while holder(home) is not None and time.monotonic() < deadline:
            sleep(POLL)
    return ran


def holder(home: Path) -> int | None:
    """Return the process id of the server that lives in this home, or None."""
    try:
        with (home / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.readline() or os.getpid())
    except (FileNotFoundError, NotADirectoryError):
        pass
    return None


def _remove(home: Path, sleep: Callable[[float], None]) -> None:
    """Remove what a server has left; never a folder that no server has made.

    Its functions' processes may still write for a moment: then it is tried again.
    """
    if home.is_symlink() or (home.exists() and not home.is_dir()):
        raise LocalCloudError(f"{home} is not a folder of the local cloud's", "choose another GISTLINE_HOME")
    if not home.exists():
        return
    if any(home.iterdir()) and not (home / "lock").exists():
        raise LocalCloudError(
            f"{home} holds files that are not the local cloud's", "choose another GISTLINE_HOME"
        )
    for _ in range(REMOVALS):
        shutil.rmtree(home, ignore_errors=True)
        if not home.exists():
            return
        sleep(POLL)
    shutil.rmtree(home)


@contextlib.contextmanager
def alone(settings: Settings, name: str) -> Iterator[None]:
    """Let one process at a time do this in a home; others wait.

    Raises:
        LocalCloudError: the home cannot be used.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
        lock = (settings.home / name).open("a")
    except OSError as error:
        message = f"the folder {settings.home.absolute()} cannot be used: {error.strerror}"
        raise LocalCloudError(message, "choose another with GISTLINE_HOME") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
