"""`gistline summarize FILE...`.

Comes in: files, patterns, standard input. Goes out: tables, or JSON summaries. Called by `cli`.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any, NamedTuple

import click
from rich.console import Console

from gistline import profile
from gistline.commands.card import cards, only
from gistline.commands.files import Input, inputs
from gistline.commands.meter import metered
from gistline.commands.table import render
from gistline.commands.terminal import stderr_console, stdout_console
from gistline.commands.words import shown
from gistline.errors import GistlineError, RejectedError, SettingsError
from gistline.profile import Source, Summary
from gistline.profile.facts import Published, TableFacts

NEAR = 3  # columns to choose from, after a misspelt name


@click.command(epilog="Example: gistline summarize orders.csv --json")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=click.Path(allow_dash=True),
    callback=inputs,
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON summaries instead of tables.")
@click.option(
    "--values",
    type=click.Choice(["safe", "all", "none"]),
    default="safe",
    show_default=True,
    help="Which values to show: safe leaves out those of people and of free text.",
)
@click.option("--column", metavar="NAME", help="Show one column, and all that is known of it.")
@click.option("--no-color", is_flag=True, help="Use no colours; a terminal's NO_COLOR does the same.")
def summarize(
    *,
    files: list[Input],
    as_json: bool,
    values: Published,
    column: str | None,
    no_color: bool,
) -> None:
    """Summarise CSVs on this machine; no cloud is involved.

    FILE is a path, a pattern such as 'data/**/*.csv' (in quotes, so that your shell leaves it alone), or - for
    standard input. Types are decided on all rows, damaged rows are counted and named, and memory stays flat.

    With --json one file gives one JSON document; of several each gives one line.

    Exit code 0: every file has its summary; 1: one could not be read as a CSV; the others were not held up.
    """
    wanted = _Wanted(column, as_json=as_json, several=len(files) > 1)
    out, err = stdout_console(colour=not no_color), stderr_console(colour=not no_color)
    summaries = ((_summary(file, values, err), file.label) for file in files)
    errors = [error for summary, label in summaries if (error := _tell(summary, label, wanted, out))]
    click.get_current_context().exit(1 if errors else 0)


class _Wanted(NamedTuple):
    """How to tell it; the same for every file."""

    column: str | None
    as_json: bool
    several: bool  # files


def _summary(file: Input, published: Published, err: Console) -> Summary:
    """Summarise a file, or write down why not."""
    source = Source(key=file.name)
    try:
        with file.open() as (opened, size), metered(opened, file.label, size, console=err) as read:
            return profile.summarize(read, source=source, published=published)
    except RejectedError as error:
        return Summary("rejected", datetime.now(UTC), source, error=error)
    except OSError as error:
        reason = GistlineError(
            f"the file cannot be read: {error.strerror or error}",
            "see that it is still there and may be read",
            code="unreadable-file",
        )
        return Summary("failed", datetime.now(UTC), source, error=reason)


def _tell(summary: Summary, label: str, wanted: _Wanted, out: Console) -> GistlineError | None:
    """Print what there is to say of one file, and return what was wrong with it."""
    document, error = summary.to_dict(), summary.error
    if wanted.column is not None and summary.table:
        document = only(document, wanted.column)
        error = None if document["columns"] else _no_column(wanted.column, summary.table)
    if wanted.as_json and error is summary.error:
        click.echo(_json(document, compact=wanted.several))
    elif not error:
        out.print(render(document) if wanted.column is None else cards(document))
        if wanted.several:
            out.print()
    if error:
        click.echo(f"gistline: {shown(label)}: {shown(error.message)} [{error.code}]", err=True)
        click.echo(f"  what to do: {shown(error.remedy)}", err=True)
    return error


def _no_column(name: str, table: TableFacts) -> GistlineError:
    """Say where a column of a similar name is, but not its name: that is a cell of somebody's file."""
    names = [column.label for column in table.columns]
    near = [f"{names.index(each) + 1}" for each in get_close_matches(name, names, n=NEAR)]
    alike = f"of {len(names)} columns, number {' and '.join(near)} has a similar name; " if near else ""
    return SettingsError(
        f"there is no column {name!r}", f"{alike}without --column all are listed", code="no-such-column"
    )


def _json(document: Mapping[str, Any], *, compact: bool) -> str:
    """Write one document as `Summary.to_json` does, or on a single line (https://jsonlines.org)."""
    if compact:
        return json.dumps(document, separators=(",", ":"), allow_nan=False)
    return json.dumps(document, indent=1, allow_nan=False)
