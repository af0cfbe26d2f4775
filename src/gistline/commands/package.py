"""`gistline package`.

Comes in: for which processor. Goes out: the path of the zip, for whoever deploys by other means. Called by `cli`.
"""

import click

from gistline.config import Settings
from gistline.stack.package import build
from gistline.stack.wheels import Platform

BUILT_FOR = [str(Platform.ARM64), str(Platform.X86_64)]


@click.command(epilog="Example: gistline package --architecture arm64")
@click.option("--architecture", type=click.Choice(BUILT_FOR), default=BUILT_FOR[0], show_default=True)
@click.pass_obj
def package(settings: Settings, *, architecture: str) -> None:
    """Build the Lambda package and print where it lies.

    The same sources give the same bytes. `gistline deploy` does this by itself.
    """
    click.echo(build(Platform(architecture), settings.home / "packages").path)
