"""`gistline schema`.

Comes in: nothing. Goes out: the JSON Schema of summaries. Called by `cli`.
"""

import json

import click

from gistline.profile import summary


@click.command(epilog="Example: gistline schema > summary-1.json")
def schema() -> None:
    """Print the JSON Schema of summaries.

    It is the one that ships in this version (JSON Schema 2020-12).
    """
    click.echo(json.dumps(summary.schema(), indent=1))
