"""Which files somebody means.

Comes in: what was typed: paths, patterns, `-`. Goes out: `Input`s, in the order given. Called by `summarize`.
"""

import glob
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import click

STDIN = "-"


@dataclass(frozen=True, slots=True)
class Input:
    """One file to read; `path` is None for standard input."""

    path: str | None

    @property
    def name(self) -> str | None:
        """The path as typed, as text that can be stored; None for standard input."""
        return None if self.path is None else click.format_filename(self.path)

    @property
    def label(self) -> str:
        """What to call it to a person."""
        return self.name or "standard input"

    @contextmanager
    def open(self) -> Iterator[tuple[BinaryIO, int | None]]:
        """Open it; give the file, and how many bytes it has if that can be known."""
        if self.path is None:
            yield sys.stdin.buffer, None
            return
        with Path(self.path).open("rb") as file:
            status = os.fstat(file.fileno())
            yield file, status.st_size if stat.S_ISREG(status.st_mode) else None


def inputs(context: click.Context, parameter: click.Parameter, typed: Sequence[str]) -> list[Input]:
    """Find the files that were typed (a callback of click's). A path wins over a pattern that looks the same.

    Raises:
        BadParameter: a file is not there or may not be read, is a directory, or nothing matches a pattern; or
            standard input is to be read twice.
    """
    if list(typed).count(STDIN) > 1:
        raise click.BadParameter("standard input ('-') can be read only once.", context, parameter)
    found = []
    for each in typed:
        if each == STDIN:
            found.append(Input(None))
            continue
        for path in _paths(each):
            _check(path)
            found.append(Input(path))
    return found


def _paths(typed: str) -> list[str]:
    if os.path.lexists(typed) or not glob.has_magic(typed):
        return [typed]
    paths = sorted(path for path in glob.glob(typed, recursive=True) if not Path(path).is_dir())  # noqa: PTH207 - Path.glob takes no absolute pattern
    if not paths:
        raise click.BadParameter(f"No file matches {click.format_filename(typed)!r}.")
    return paths


def _check(path: str) -> None:
    name = click.format_filename(path)
    if not Path(path).exists():
        raise click.BadParameter(f"File {name!r} does not exist.")
    if Path(path).is_dir():
        here, below = f"{name.rstrip('/')}/*.csv", f"{name.rstrip('/')}/**/*.csv"
        raise click.BadParameter(
            f"{name!r} is a directory. Name its files: {here!r}, or also those further down: {below!r}."
        )
    if not os.access(path, os.R_OK):
        raise click.BadParameter(f"File {name!r} is not readable.")
