"""What a terminal can show of it."""

import io
import sys
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from rich.console import Console
from rich.text import Text

from gistline.commands.terminal import Fitting, plain, stderr_console, stdout_console


def shown(width: int, *texts: str) -> str:
    file = io.StringIO()
    Console(file=file, width=width).print(Fitting(map(plain, texts)))
    return file.getvalue().rstrip("\n")


def test_the_first_that_fits_is_shown_else_the_last_is_cut() -> None:
    assert shown(20, "one two three", "one two", "one") == "one two three"
    assert shown(9, "one two three", "one two", "one") == "one two"
    assert shown(2, "one two three", "one two", "one") == "o…"


def test_a_wide_letter_takes_two_cells() -> None:
    assert Fitting([Text("表")]).longest == 2


@pytest.mark.parametrize(
    ("charset", "printed"),
    [
        ("utf-8", "1 ▁▂▃▄▅▆▇█ 9… é 表"),
        ("ascii", "1 _.:-=+*# 9~ ? ??"),
        ("latin-1", "1 _.:-=+*# 9~ é ??"),
        ("cp437", "1 _.:▄=+*█ 9~ é ??"),
    ],
)
def test_what_an_encoding_cannot_say_looks_alike_and_is_as_wide(charset: str, printed: str) -> None:
    with CliRunner(charset=charset).isolation() as (out, *_):
        stdout_console().print(Text("1 ▁▂▃▄▅▆▇█ 9… é 表"))
        sys.stdout.flush()
        assert out.getvalue().decode(charset) == f"{printed}\n"


def test_control_sequences_are_shown_instead_of_obeyed() -> None:
    assert shown(40, "a\x1b[31m[red]\nb\u202e") == "a\ufffd[31m[red]\ufffdb\ufffd"


@pytest.mark.parametrize("console", [stdout_console, stderr_console])
def test_colour_is_the_environments_choice_unless_it_is_turned_off(
    console: Callable[..., Console], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert not console().no_color
    assert console(colour=False).no_color
    monkeypatch.setenv("NO_COLOR", "1")
    assert console().no_color


def test_a_terminal_of_no_columns_is_shown_something_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "0")
    assert stdout_console().width == 80


def test_stderr_is_where_errors_go() -> None:
    assert stderr_console().stderr
    assert not stdout_console().stderr
