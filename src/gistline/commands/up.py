"""`gistline up`.

Comes in: the settings. Goes out: a few lines that say where everything is. Called by `cli`.
"""

import click
from rich.console import Console

from gistline.config import Settings
from gistline.localcloud.up import LocalCloud
from gistline.localcloud.up import up as start


@click.command(epilog="Example: gistline up")
@click.pass_obj
def up(settings: Settings) -> None:
    """Start the local cloud in the background, with the stack deployed.

    Doing it twice is harmless: a running local cloud is kept, and its stack is brought up to date.
    """
    console = Console(stderr=True)
    with console.status("starting") as status:
        cloud = start(settings, status.update)
    for line in where(cloud):
        click.echo(line)


def where(cloud: LocalCloud) -> list[str]:
    """Say in lines of text where the local cloud is and what happens there."""
    outputs = cloud.outputs
    state = "started" if cloud.fresh else "already up; its stack is up to date"
    return [
        f"local cloud   {cloud.target.endpoint} ({state})",
        f"upload to     s3://{outputs.bucket_name}/{outputs.input_prefix}NAME{outputs.suffix}",
        f"summaries in  s3://{outputs.bucket_name}/{outputs.output_prefix}",
        f"functions     {', '.join(outputs.function_names)}",
    ]
