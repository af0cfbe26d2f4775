"""What a person sees while keys are done again by the pipeline, and when they are done.

Comes in: jobs, and what became of each, as streams. Goes out: progress on stderr; then a table, or one JSON object
that is written as it grows. Called by `reconcile` and `failures`.
"""

import json
import math
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from gistline.commands.bars import bars
from gistline.commands.person import interruptible
from gistline.commands.site import Verb
from gistline.commands.words import shown
from gistline.pipeline.underway import PATIENCE, RATE
from gistline.site.redo import Done, Job

DAY = 86_400  # seconds
LISTED = 200  # rows of a table; --json gives all
WIDE = 4096  # columns of what is no terminal: a pipe cuts no key
LEFT = "what was handed to the pipeline is being done; to type the same again is harmless"
UNDONE = {"timed out": "red", "unknown": "red", "failed": "red", "none": "red", "planned": "yellow"}


class Within(click.FloatRange):
    """A number of a range; NaN, which is neither less nor more than anything, is of none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the number, or refuse it."""
        number = super().convert(value, param, ctx)
        return self.fail(f"{value} is no number.", param, ctx) if math.isnan(number) else number


def pace_options(verb: Verb) -> Verb:
    """Add the options that say how fast the pipeline gets work, and how long a verdict is waited for."""
    for option in (
        click.option(
            "--timeout",
            type=Within(1, DAY),
            default=PATIENCE,
            show_default=True,
            help="Wait so many seconds for the verdict on each.",
        ),
        click.option(
            "--rate",
            type=Within(1 / DAY, 1000),
            default=RATE,
            show_default=True,
            help="Hand so many CSVs a second to the pipeline, at most.",
        ),
    ):
        verb = option(verb)
    return verb


@dataclass(slots=True)
class Meter:
    """Two lines: keys that were looked at, and jobs that are done of those found."""

    progress: Progress
    looked: TaskID
    done: TaskID
    found: int = 0

    def look(self) -> None:
        """One more was looked at."""
        self.progress.advance(self.looked)

    def begin(self, jobs: Iterable[Job]) -> Iterator[Job]:
        """Count jobs as they pass."""
        for job in jobs:
            self.found += 1
            self.progress.update(self.done, total=self.found)
            yield job

    def finish(self, results: Iterable[Done]) -> Iterator[Done]:
        """Count results as they pass."""
        for each in results:
            self.progress.advance(self.done)
            yield each


@contextmanager
def meter() -> Iterator[Meter]:
    """Show progress on stderr until the end of the block."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(stderr=True, highlight=False)
    with interruptible(LEFT), bars(*columns, console=console, redirect_stdout=False) as progress:
        looked, done = progress.add_task("looked at", total=None), progress.add_task("done", total=None)
        yield Meter(progress, looked, done)


@dataclass(slots=True)
class Tally:
    """What there is to say in the end: counts, and the first results."""

    found: int = 0
    right: int = 0
    mended: int = 0  # of those, had another verdict before
    first: list[Done] = field(default_factory=list)

    def add(self, each: Done) -> None:
        """Count one; what lies beyond the first ones is not kept, however many there are."""
        self.found += 1
        self.right += each.is_right
        self.mended += each.is_right and each.became != each.job.why
        if len(self.first) < LISTED:
            self.first.append(each)

    @property
    def remaining(self) -> int:
        """How many are not right."""
        return self.found - self.right


def as_table(results: Iterable[Done]) -> Table:
    """Draw what was found and what it became."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("csv", overflow="fold")
    table.add_column("found", no_wrap=True)
    table.add_column("became", no_wrap=True)
    for each in results:
        table.add_row(Text(shown(each.job.key)), each.job.why, Text(words(each), _style(each)))
    return table


def words(each: Done) -> str:
    """Say what became of it, and what is still wrong."""
    why = shown(each.error.message) if each.error else each.lack
    return f"{each.became}{f' ({why})' if why else ''}"


def show_table(tally: Tally) -> None:
    """Print the table, if there is anything in it."""
    if tally.first:
        Console(highlight=False, width=None if sys.stdout.isatty() else WIDE).print(as_table(tally.first))
    if tally.found > len(tally.first):
        click.echo(f"… and {tally.found - len(tally.first):,} more; --json lists all.")


def as_object(each: Done) -> dict[str, object]:
    """Give one result as JSON."""
    return {
        "key": each.job.key,
        "found": each.job.why,
        "became": each.became,
        "lack": each.lack and str(each.lack),
        **({"error": {"code": each.error.code, "message": each.error.message}} if each.error else {}),
        "right": each.is_right,
    }


def write_keys(bucket: str, results: Iterable[Done], tally: Tally) -> None:
    """Begin a JSON object with one line per result, as they come; `write_counts` ends it."""
    click.echo(f'{{"bucket": {json.dumps(bucket)},\n "keys": [', nl=False)
    for each in results:
        click.echo(f"{',' if tally.found else ''}\n  {json.dumps(as_object(each))}", nl=False)
        tally.add(each)
    click.echo("],")


def write_counts(**counts: int) -> None:
    """End the JSON object."""
    click.echo(f" {json.dumps(counts)[1:]}")


def _style(each: Done) -> str:
    return UNDONE.get(each.became, "red" if each.lack else "green")
