"""Starting and stopping: harmless twice, clean after a crash."""

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gistline.config import Settings
from gistline.localcloud import lifecycle
from support.cloud import until


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = Settings(home=tmp_path / "home", port=0)
    yield made
    lifecycle.stop(made)


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] != "Z"


def test_a_second_start_finds_the_first(settings: Settings) -> None:
    first, fresh = lifecycle.start(settings)
    second, again = lifecycle.start(settings)
    assert (fresh, again) == (True, False)
    assert second.state == first.state


def test_stopping_ends_the_process_and_leaves_nothing(settings: Settings) -> None:
    server, _ = lifecycle.start(settings)
    assert lifecycle.stop(settings)
    until(lambda: not alive(server.state.pid))
    assert not (settings.home / "cloud").exists()
    assert lifecycle.find(settings) is None


def test_stopping_what_does_not_run_is_harmless(settings: Settings) -> None:
    assert not lifecycle.stop(settings)
    assert not lifecycle.stop(settings)


def test_a_killed_server_is_cleaned_up_by_the_next_start(settings: Settings) -> None:
    killed, _ = lifecycle.start(settings)
    left = settings.home / "cloud" / "functions" / "left"
    left.mkdir(parents=True)
    os.kill(killed.state.pid, signal.SIGKILL)
    until(lambda: lifecycle.find(settings) is None)
    server, fresh = lifecycle.start(settings)
    assert fresh
    assert server.state.instance != killed.state.instance
    assert not left.exists()


def test_a_server_that_cannot_be_found_is_replaced(settings: Settings) -> None:
    hung, _ = lifecycle.start(settings)
    (settings.home / "cloud" / "state.json").unlink()
    server, fresh = lifecycle.start(settings)
    assert fresh
    until(lambda: not alive(hung.state.pid))
    assert server.state.pid != hung.state.pid


def test_when_the_port_is_taken_another_is_chosen(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = Settings(home=tmp_path / "home", port=port)
        server, _ = lifecycle.start(settings)
        lifecycle.stop(settings)
    assert server.state.port != port


def test_two_homes_have_two_servers(settings: Settings, tmp_path: Path) -> None:
    other = Settings(home=tmp_path / "other", port=0)
    one, _ = lifecycle.start(settings)
    two, _ = lifecycle.start(other)
    lifecycle.stop(other)
    assert one.state.port != two.state.port
    assert lifecycle.find(settings) is not None
