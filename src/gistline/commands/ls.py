"""`gistline ls`.

Comes in: the settings, and part of a prefix. Goes out: a table of CSVs with what became of them, or JSON. Called by
`cli`.
"""

import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from gistline.commands.keys import typed_prefix
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.words import age_words, shown, size_words
from gistline.config import Settings
from gistline.site.inputs import Input, Outcome, list_inputs

LIMIT = 200
WIDE = 4096  # columns of what is no terminal: a pipe cuts no key; a key has up to 1,024 bytes
STYLES = {
    Outcome.COMPLETE: "green",
    Outcome.WAITING: "yellow",
    Outcome.OUT_OF_DATE: "yellow",
    Outcome.DELETED: "dim",
}


@click.command(epilog="Example: gistline ls --prefix 2026/ --limit 20")
@click.option("--prefix", default="", help="List only what begins so, after the input prefix.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=LIMIT, show_default=True, help="List at most so many."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@stack_options
@click.pass_obj
def ls(settings: Settings, /, *, prefix: str, limit: int, as_json: bool, **options: str | None) -> None:
    """List the CSVs in the bucket with what became of each.

    Outcomes: complete, rejected, failed, deleted (the CSV is gone, its summary not), waiting (no verdict yet),
    out of date (the CSV was uploaded again since), unreadable (something else lies where the summary should).
    """
    site = site_of(choose(settings, **options))
    found = list(list_inputs(site, typed_prefix(site.outputs, prefix), limit=limit + 1))
    inputs, more = found[:limit], len(found) > limit
    if as_json:
        document = {
            "bucket": site.outputs.bucket_name,
            "inputs": [_json(each) for each in inputs],
            "truncated": more,
        }
        click.echo(json.dumps(document, indent=1))
        return
    if not inputs:
        where = f"s3://{site.outputs.bucket_name}/{site.outputs.input_prefix}{shown(prefix)}"
        click.echo(f"No CSV in {where}. Upload one: gistline put FILE", err=True)
        return
    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)
    console.print(table_of(inputs, len(site.outputs.input_prefix), datetime.now(UTC)))
    if more:
        click.echo(f"There are more; these are the first {limit:,}. Take --limit or --prefix.", err=True)


def _json(each: Input) -> dict[str, Any]:
    return {
        "key": each.key,
        "outcome": str(each.outcome),
        "rows": each.rows,
        "bytes": each.size,
        "lastModified": each.modified.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "summaryKey": each.summary_key,
        "error": each.error,
    }


def table_of(inputs: Sequence[Input], start: int, now: datetime) -> Table:
    """Draw the list; keys begin at `start`, after the input prefix, and are never cut, so that one can copy them."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("csv", overflow="fold")
    table.add_column("outcome", no_wrap=True)
    table.add_column("rows", justify="right", no_wrap=True)
    table.add_column("size", justify="right", no_wrap=True)
    table.add_column("age", justify="right", no_wrap=True)
    for each in inputs:
        words = f"{each.outcome}{f' ({each.error})' if each.error else ''}"
        table.add_row(
            Text(shown(each.key[start:])),
            Text(words, STYLES.get(each.outcome, "red")),
            "" if each.rows is None else f"{each.rows:,}",
            "" if each.size is None else size_words(each.size),
            age_words((now - each.modified).total_seconds()),
        )
    return table
