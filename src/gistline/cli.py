"""The command line: parser only. One verb is one file in `commands`.

Comes in: arguments. Goes out: an exit code: 0 ok, 1 a finding or an expected failure, 2 wrong usage or
settings, 3 a bug, 130 interrupted. Called by the `gistline` script and by `python -m gistline`.
"""

import importlib
import os
import platform
import sys
import traceback
from collections.abc import Sequence

import click

import gistline
from gistline.config import Settings
from gistline.errors import GistlineError, SettingsError

OK, FAILURE, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130

# verb: the one line that `gistline --help` shows, so that no verb's module is imported for it
VERBS = {
    "demo": "Upload a CSV and watch it turn into a JSON summary, by itself.",
    "down": "Stop the local cloud and remove all it holds.",
    "status": "Tell whether the local cloud runs, and what became of the events there.",
    "summarize": "Summarise a CSV on this machine; no cloud is involved.",
    "up": "Start the local cloud in the background, with the stack deployed.",
}


class Verbs(click.Group):
    """Imports a verb when it is used: `summarize` need not wait for boto3."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Name the verbs."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - click's signature
        """Import one verb."""
        if cmd_name not in VERBS:
            return None
        command: click.Command = getattr(importlib.import_module(f"gistline.commands.{cmd_name}"), cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of verbs for `--help`."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(gistline.__version__, prog_name="gistline")
@click.pass_context
def gistline_command(context: click.Context) -> None:
    """Every CSV that lands in S3 gets its gist."""
    context.obj = Settings.from_environ(os.environ)


def main(arguments: Sequence[str] | None = None, command: click.Command = gistline_command) -> int:
    """Run one verb and return the exit code."""
    try:
        code = command.main(
            list(arguments) if arguments is not None else None, "gistline", standalone_mode=False
        )
    except click.Abort:
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except GistlineError as error:
        _say(error)
        return USAGE if isinstance(error, SettingsError) else FAILURE
    except Exception:  # noqa: BLE001 - whatever is left is a bug, and the user should be able to report it
        _report_bug()
        return BUG
    return code if isinstance(code, int) else OK  # a number only where the verb called `context.exit`


def _say(error: GistlineError) -> None:
    click.echo(f"gistline: {error.message} [{error.code}]", err=True)
    if error.remedy:
        click.echo(f"  what to do: {error.remedy}", err=True)


def _report_bug() -> None:
    click.echo(traceback.format_exc(), err=True)
    facts = f"gistline {gistline.__version__}, Python {platform.python_version()}, {platform.platform()}"
    click.echo(
        f"This is a bug in gistline. Please report it with the lines above and these facts: {facts}", err=True
    )


if __name__ == "__main__":
    sys.exit(main())
