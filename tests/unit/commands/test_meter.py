"""A bar for what takes long, and for nobody else."""

import io
from collections.abc import Iterator

import pytest
from rich.console import Console

from gistline.commands.meter import metered


class Clock:
    """What time it is; each look takes `step` seconds."""

    def __init__(self, step: float) -> None:
        self.now = 0.0
        self.step = step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


def console(*, terminal: bool = True, width: int = 80) -> tuple[Console, io.StringIO]:
    printed = io.StringIO()
    environ = {"TERM": "xterm", "COLUMNS": str(width), "LINES": "24"}
    return Console(file=printed, force_terminal=terminal, width=width, _environ=environ), printed


def read(
    of: Console, *, step: float, name: str = "big.csv", size: int | None = 3_000_000
) -> Iterator[tuple[bytes, str]]:
    """Read a file of 3 MB in three parts; give each part, and what has been printed."""
    with metered(io.BytesIO(b"x" * 3_000_000), name, size, console=of, clock=Clock(step)) as file:
        while data := file.read(1_000_000):
            yield data, "".join(str(of.file.getvalue()))  # type: ignore[attr-defined]


def test_what_is_read_is_what_is_there() -> None:
    for terminal in (True, False):
        of, _ = console(terminal=terminal)
        assert b"".join(data for data, _ in read(of, step=0.5)) == b"x" * 3_000_000


def test_a_moment_shows_nothing() -> None:
    of, printed = console()
    list(read(of, step=0.001))
    assert printed.getvalue() == ""


def test_nothing_is_shown_where_no_terminal_is() -> None:
    of, printed = console(terminal=False)
    list(read(of, step=100))
    assert printed.getvalue() == ""


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_longer_reading_shows_name_bytes_and_rate_and_leaves_nothing_behind(width: int) -> None:
    of, printed = console(width=width)
    name = "a file \x1b[31mwhose name is a whole sentence, and longer than many.csv"
    first = next(shown for _, shown in read(of, step=2, name=name))
    assert "MB" in first
    assert "/s" in first or "?" in first
    assert "a file \ufffd[31m" in first
    assert "\x1b[31mwhose" not in first
    assert printed.getvalue().endswith("\x1b[2K"), "the line is cleared"


def test_bytes_are_counted_where_the_size_is_not_known() -> None:
    of, printed = console()
    list(read(of, step=2, size=None))
    assert "MB" in printed.getvalue()
