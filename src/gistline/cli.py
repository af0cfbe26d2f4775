"""The command line: parser only. One verb is one file in `commands`.

Comes in: arguments. Goes out: an exit code: 0 ok, 1 a finding or an expected failure, 2 wrong usage or
settings, 3 a bug, 130 interrupted. Called by the `gistline` script and by `python -m gistline`.
"""

import importlib
import keyword
import os
import platform
import sys
import traceback
from collections.abc import Sequence

import click
from click.shell_completion import CompletionItem

import gistline
from gistline.config import Settings
from gistline.errors import GistlineError, SettingsError

OK, FAILURE, USAGE, BUG, INTERRUPTED = 0, 1, 2, 3, 130

# verb: the one line that `gistline --help` shows, so that no verb's module is imported for it
VERBS = {
    "break": "Break one thing on purpose, and show what a person would see of it.",
    "clean": "Remove test CSVs and their summaries from the bucket.",
    "completion": "Print the script that completes verbs and options in your shell.",
    "demo": "Upload a CSV and watch it turn into a JSON summary, by itself.",
    "deploy": "Deploy the stack, or bring it up to date.",
    "destroy": "Remove the stack with all it holds, and prove that nothing is left.",
    "doctor": "Look at every link of the chain, and name the broken one and its remedy.",
    "down": "Stop the local cloud and remove all it holds.",
    "failures": "Show what failed for good, and have it tried again.",
    "lab": "Take the tour: what breaks in real life, how one notices, finds and mends it.",
    "logs": "Print what the summarizer says, from CloudWatch Logs.",
    "ls": "List the CSVs in the bucket with what became of each.",
    "package": "Build the Lambda package and print where it lies.",
    "put": "Upload CSVs and follow each to its summary.",
    "reconcile": "Find CSVs without an up-to-date summary, and have the pipeline do them.",
    "schema": "Print the JSON Schema of summaries.",
    "show": "Show the summary of a CSV in the bucket.",
    "status": "Tell whether the local cloud runs, and what became of the events there.",
    "summarize": "Summarise CSVs on this machine; no cloud is involved.",
    "trace": "Show one key's way: upload, event, invocations and attempts, outcome, summary.",
    "up": "Start the local cloud in the background, with the stack deployed.",
    "verify": "Prove that an upload turns into its summary by itself, with a canary.",
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
        # PEP 8: a name that Python has taken for itself gets a trailing underscore
        name = f"{cmd_name}_" if keyword.iskeyword(cmd_name) else cmd_name
        command: click.Command = getattr(importlib.import_module(f"gistline.commands.{name}"), name)
        return command

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Complete a verb without importing any, or an option."""
        verbs = [
            CompletionItem(verb, help=line) for verb, line in VERBS.items() if verb.startswith(incomplete)
        ]
        return [*verbs, *click.Command.shell_complete(self, ctx, incomplete)]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's signature
        """Write the list of verbs for `--help`."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(gistline.__version__, prog_name="gistline")
@click.pass_context
def gistline_command(context: click.Context) -> None:
    """Every CSV that lands in S3 gets its gist."""
    context.obj = Settings.read(os.environ)


def main(arguments: Sequence[str] | None = None, command: click.Command = gistline_command) -> int:
    """Run one verb and return the exit code."""
    try:
        code = command.main(
            list(arguments) if arguments is not None else None, "gistline", standalone_mode=False
        )
    except click.Abort as abort:
        if abort.args:  # what the verb leaves behind; most leave nothing
            click.echo(f"gistline: interrupted: {abort.args[0]}", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        error.show()
        return USAGE
    except GistlineError as error:
        _say(error)
        return USAGE if isinstance(error, SettingsError) else FAILURE
    except OSError as error:
        _say(GistlineError(str(error), "see that the file or folder can be used", code="operating-system"))
        return FAILURE
    except Exception as error:  # noqa: BLE001 - whatever is left is a bug, and the user should be able to report it
        _report_bug(error)
        return BUG
    return code if isinstance(code, int) else OK  # a number only where the verb called `context.exit`


def _say(error: GistlineError) -> None:
    from gistline.commands.words import shown_lines  # noqa: PLC0415 - completing a verb imports nothing of theirs

    click.echo(f"gistline: {shown_lines(error.message)} [{error.code}]", err=True)
    if error.remedy:
        click.echo(f"  what to do: {shown_lines(error.remedy)}", err=True)


def _report_bug(error: BaseException | None) -> None:
    """Say what and where; not the exception's own text, which may quote a cell, and is about to be published."""
    while error:
        places = "".join(traceback.format_tb(error.__traceback__))
        click.echo(f"{places}{type(error).__name__}", err=True)
        error = error.__cause__ or error.__context__
    facts = f"gistline {gistline.__version__}, Python {platform.python_version()}, {platform.platform()}"
    click.echo(
        f"This is a bug in gistline. Please report it with the lines above and these facts: {facts}", err=True
    )


if __name__ == "__main__":
    sys.exit(main())
