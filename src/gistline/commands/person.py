"""The person at the terminal: asked, or pressing Ctrl-C.

Comes in: a question, or what an interrupt leaves behind. Goes out: an answer, or an error that `cli` puts into words.
Called by the verbs that remove or mend something, and by those that wait.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import click

from gistline.errors import SettingsError

T = TypeVar("T")


def answered(ask: Callable[[], T]) -> T:
    """Ask, by one of click's prompts, and return the answer.

    Raises:
        SettingsError: there is nobody to ask: the input is at its end.
        click.Abort: the answer was Ctrl-C.
    """
    try:
        return ask()
    except click.Abort as abort:
        if isinstance(abort.__context__, EOFError):  # click makes one of both
            click.echo(err=True)  # behind the question
            raise SettingsError("there is nobody to ask", "say --yes") from None
        raise


@contextmanager
def interruptible(leaves: str) -> Iterator[None]:
    """Say on Ctrl-C what this part of the verb leaves behind.

    Raises:
        click.Abort: it was pressed.
    """
    try:
        yield
    except KeyboardInterrupt:
        click.echo(err=True)  # behind the terminal's ^C
        raise click.Abort(leaves) from None
