"""`gistline completion SHELL`.

Comes in: the name of a shell. Goes out: the script that teaches it our verbs and options. Called by `cli`.
"""

import click
from click.shell_completion import get_completion_class

VARIABLE = "_GISTLINE_COMPLETE"  # as click derives it from the command's name


@click.command(epilog="Example: gistline completion bash >> ~/.bashrc")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, /, shell: str) -> None:
    """Print the script that completes verbs and options in your shell.

    bash: gistline completion bash >> ~/.bashrc

    zsh: gistline completion zsh >> ~/.zshrc

    fish: gistline completion fish > ~/.config/fish/completions/gistline.fish

    Then open a new shell.
    """
    made = get_completion_class(shell)
    assert made is not None  # noqa: S101 - click knows each of the three
    root = context.find_root()
    click.echo(made(root.command, {}, root.info_name or "gistline", VARIABLE).source())
