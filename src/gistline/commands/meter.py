"""How far a long reading has come.

Comes in: a file that somebody else will read, and a console. Goes out: the same file, to be read through. Called by
`summarize`. Nothing is shown where no terminal is, and nothing of what takes no longer than a moment.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TransferSpeedColumn
from rich.table import Column

from gistline.commands.words import shown

if TYPE_CHECKING:
    from gistline.profile.compression import BinaryFile

MOMENT = 1.0  # seconds
_NAME = 24  # letters


@contextmanager
def metered(
    file: "BinaryFile",
    name: str,
    size: int | None,
    *,
    console: Console,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator["BinaryFile"]:
    """Show name, bytes and rate while the file is read; `size` is in bytes, None if it cannot be known."""
    if not console.is_interactive:
        yield file
        return
    label = TextColumn(
        "{task.description}",
        markup=False,
        table_column=Column(no_wrap=True, overflow="ellipsis", max_width=_NAME),
    )
    columns = (label, BarColumn(), DownloadColumn(), TransferSpeedColumn())
    progress = Progress(*columns, console=console, transient=True, get_time=clock)
    metered_file = _Metered(file, progress, progress.add_task(shown(name), total=size), clock)
    try:
        yield metered_file
    finally:
        progress.stop()


class _Metered:
    """A file that tells how much of it was read, once that has taken a moment."""

    def __init__(
        self, file: "BinaryFile", progress: Progress, task: TaskID, clock: Callable[[], float]
    ) -> None:
        self._file = file
        self._progress = progress
        self._task = task
        self._clock = clock
        self._due = clock() + MOMENT

    def read(self, size: int, /) -> bytes:
        data = self._file.read(size)
        self._progress.advance(self._task, len(data))
        if not self._progress.live.is_started and self._clock() >= self._due:
            self._progress.start()
        return data
