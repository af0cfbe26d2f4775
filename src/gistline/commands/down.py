"""`gistline down`.

Comes in: the settings. Goes out: a line. Called by `cli`.
"""

import click

from gistline.config import Settings
from gistline.localcloud import lifecycle


@click.command(epilog="Example: gistline down")
@click.pass_obj
def down(settings: Settings) -> None:
    """Stop the local cloud and remove all it holds.

    Doing it twice is harmless; so is doing it after the local cloud was killed.
    """
    if lifecycle.stop(settings):
        click.echo("The local cloud is stopped; nothing of it is left.")
    else:
        click.echo(f"No local cloud was running for {settings.home.absolute()}.")
