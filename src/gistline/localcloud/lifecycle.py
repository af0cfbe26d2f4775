"""One server per home: start it, find it, stop it, and clean up after a killed one.

Comes in: settings. Goes out: a `Server` that answers, or None. Called by `up` and by the commands.

A server holds a lock on a file for as long as it lives, so that a free lock means a dead server, whatever
the process list says; a second lock lets only one command at a time start or stop one.
"""

import contextlib
import fcntl
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from gistline.config import Settings
from gistline.errors import LocalCloudError
from gistline.localcloud import state
from gistline.localcloud.server import STATUS_PATH, ServerSettings
from gistline.localcloud.state import State

START_LIMIT = 30.0  # seconds; MiniStack starts in about one
STOP_LIMIT = 5.0
POLL = 0.02


@dataclass(frozen=True, slots=True)
class Server:
    """A server that answered: how to reach it, and what it has counted."""

    state: State
    events: tuple[dict[str, Any], ...]


def start(settings: Settings, sleep: Callable[[float], None] = time.sleep) -> tuple[Server, bool]:
    """Return the running server of this home, and whether it had to be started.

    Raises:
        LocalCloudError: it did not answer in time; the message ends with its last words.
    """
    home = _cloud(settings)
    with _one_at_a_time(settings):
        running = find(settings)
        if running:
            return running, False
        _end(home, sleep)  # one that does not answer
        _remove(home)
        home.mkdir(parents=True, mode=0o700)
        _launch(home, settings)
        return _await_answer(settings, sleep), True


def find(settings: Settings) -> Server | None:
    """Return the server of this home if it answers, else None."""
    known = state.read(_cloud(settings) / "state.json")
    if known is None:
        return None
    try:
        with urllib.request.urlopen(known.endpoint + STATUS_PATH, timeout=5) as response:  # noqa: S310 - our own loopback URL
            answer = json.load(response)
    except (OSError, ValueError):
        return None
    return Server(known, tuple(answer["events"])) if answer.get("instance") == known.instance else None


def stop(settings: Settings, sleep: Callable[[float], None] = time.sleep) -> bool:
    """Stop the server, if one runs, and remove all it has written; tell whether one ran."""
    home = _cloud(settings)
    with _one_at_a_time(settings):
        ran = _end(home, sleep)
        _remove(home)
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


def _launch(home: Path, settings: Settings) -> None:
    told = ServerSettings(settings.port, settings.region, settings.delivery_workers, settings.retry_seconds)
    with (home / "server.log").open("wb") as log:
        subprocess.run(
            [sys.executable, "-m", "gistline.localcloud.server", str(home), json.dumps(asdict(told))],
            env={"PATH": os.defpath, "HOME": str(home), "LANG": "C.UTF-8"},  # nothing of the host's
            cwd=home,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            check=False,  # whether it lives is what the lock says
        )


def _await_answer(settings: Settings, sleep: Callable[[float], None]) -> Server:
    home = _cloud(settings)
    deadline = time.monotonic() + START_LIMIT
    while time.monotonic() < deadline and _holder(home) is not None:
        server = find(settings)
        if server:
            return server
        sleep(POLL)
    _end(home, sleep)
    words = last_words(settings)
    raise LocalCloudError(
        f"the local cloud did not start. Its last words:\n{words}", "run `gistline down`, then try again"
    )


def _end(home: Path, sleep: Callable[[float], None]) -> bool:
    """Ask the server to stop, kill it when it does not; tell whether one ran.

    Its functions' processes end when their pipes close.
    """
    ran = _holder(home) is not None
    for sign in (signal.SIGTERM, signal.SIGKILL):
        pid = _holder(home)
        if pid is None:
            break
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, sign)
        deadline = time.monotonic() + STOP_LIMIT
        while _holder(home) is not None and time.monotonic() < deadline:
            sleep(POLL)
    return ran


def _holder(home: Path) -> int | None:
    """Return the process id of the server that lives in this home, or None."""
    try:
        with (home / "lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0) or None
    except FileNotFoundError:
        pass
    return None


def _remove(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    if home.exists():
        shutil.rmtree(home)  # again, and this time saying why it cannot


@contextlib.contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "up.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
