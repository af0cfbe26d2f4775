"""`gistline summarize FILE`.

Comes in: the name of a file. Goes out: a table, or the JSON summary. Called by `cli`.
"""

from pathlib import Path

import click
from rich.console import Console

from gistline import profile
from gistline.commands.table import render
from gistline.profile.facts import Published


@click.command(epilog="Example: gistline summarize orders.csv --json")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print the JSON summary instead of a table.")
@click.option(
    "--values",
    type=click.Choice(["safe", "all", "none"]),
    default="safe",
    show_default=True,
    help="Which values to show: safe leaves out those of people and of free text.",
)
def summarize(file: Path, *, as_json: bool, values: Published) -> None:
    """Summarise a CSV on this machine; no cloud is involved.

    Types are decided on all rows, damaged rows are counted and named, and memory stays flat.
    """
    summary = profile.summarize(file, published=values)
    if as_json:
        click.echo(summary.to_json(), nl=False)
    else:
        Console().print(render(summary.to_dict()))
