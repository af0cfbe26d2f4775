"""Starting and stopping: harmless twice, clean after a crash."""

import os
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from threading import Event, Thread

import pytest

from gistline.config import Settings
from gistline.errors import LocalCloudError
from gistline.localcloud import lifecycle
from support.cloud import until


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = Settings(home=tmp_path / "home", port=0)
    yield made
    lifecycle.stop(made)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


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


def test_a_function_that_still_writes_is_waited_for(settings: Settings) -> None:
    own, over = settings.home / "cloud" / "environments", Event()
    own.mkdir(parents=True)
    (settings.home / "cloud" / "lock").touch()

    def write() -> None:
        with suppress(FileNotFoundError):  # the folder went
            while not over.is_set():
                (own / "left").touch()

    writers = [Thread(target=write) for _ in range(4)]
    for writer in writers:
        writer.start()
    try:
        lifecycle.stop(settings, sleep=lambda _: over.set())
    finally:
        over.set()
        for writer in writers:
            writer.join()
    assert not own.exists()


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


def test_a_server_that_lives_but_does_not_answer_is_never_replaced(settings: Settings) -> None:
    server, _ = lifecycle.start(settings)
    os.kill(server.state.pid, signal.SIGSTOP)
    clock = iter(range(0, 10**6, 100))
    try:
        with pytest.raises(LocalCloudError, match="does not answer"):
            lifecycle.start(settings, clock=lambda: float(next(clock)))
        assert lifecycle.lives(settings)
    finally:
        os.kill(server.state.pid, signal.SIGCONT)
    again, fresh = lifecycle.start(settings)
    assert (again.state, fresh) == (server.state, False)


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"pid": 1}'])
def test_a_spoiled_state_file_is_no_server(settings: Settings, text: str) -> None:
    lifecycle.start(settings)
    lifecycle.stop(settings)
    cloud = settings.home / "cloud"
    cloud.mkdir()
    (cloud / "lock").touch()
    (cloud / "state.json").write_text(text, encoding="utf-8")
    assert lifecycle.find(settings) is None
    assert lifecycle.start(settings)[1]


def test_a_folder_that_no_server_has_made_is_never_removed(settings: Settings) -> None:
    thesis = settings.home / "cloud" / "thesis.txt"
    thesis.parent.mkdir(parents=True)
    thesis.write_text("precious", encoding="utf-8")
    for do in (lifecycle.start, lifecycle.stop):
        with pytest.raises(LocalCloudError, match="holds files that are not the local cloud's"):
            do(settings)
    assert thesis.read_text(encoding="utf-8") == "precious"
    thesis.unlink()


def test_a_home_that_cannot_be_used_is_a_clear_error(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(LocalCloudError, match="cannot be used"):
        lifecycle.start(Settings(home=file / "home"))


def test_no_variable_of_the_host_reaches_the_server(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MARKER_OF_THE_HOST", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server, _ = lifecycle.start(settings)
    environ = Path(f"/proc/{server.state.pid}/environ").read_bytes()
    assert b"MARKER_OF_THE_HOST" not in environ
    assert b"secret" not in environ


def test_two_starts_at_once_give_one_server(settings: Settings) -> None:
    with ThreadPoolExecutor(3) as threads:
        started = list(threads.map(lambda _: lifecycle.start(settings), range(3)))
    assert len({server.state.instance for server, _ in started}) == 1
    assert sorted(fresh for _, fresh in started) == [False, False, True]


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
