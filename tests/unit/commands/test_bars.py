"""Bars are for terminals."""

import io

import pytest
from rich.console import Console
from rich.progress import BarColumn

from gistline.commands.bars import bars


@pytest.mark.parametrize("terminal", [True, False])
def test_only_a_terminal_sees_anything_of_them(terminal: bool) -> None:  # noqa: FBT001 - drawn
    file = io.StringIO()
    with bars(BarColumn(), console=Console(file=file, force_terminal=terminal)) as progress:
        progress.advance(progress.add_task("", total=1))
    assert bool(file.getvalue()) is terminal
