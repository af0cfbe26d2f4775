"""Whoever is asked, or interrupts."""

import click
import pytest
from click.testing import CliRunner

from gistline.commands.person import answered, interruptible
from gistline.errors import SettingsError


def said(*typed: str) -> object:
    """What comes of a question when this is typed."""

    @click.command()
    def ask() -> None:
        if not answered(lambda: click.confirm("Remove it?")):
            raise click.ClickException("no")

    return CliRunner().invoke(ask, input="".join(typed), standalone_mode=False).exception


def test_an_answer_is_returned() -> None:
    assert said("y\n") is None
    assert isinstance(said("n\n"), click.ClickException)


def test_where_nobody_can_answer_it_is_said_how_not_to_be_asked() -> None:
    error = said()
    assert isinstance(error, SettingsError)
    assert error.remedy == "say --yes"


def test_ctrl_c_is_an_answer_too() -> None:
    abort = click.Abort()
    abort.__context__ = KeyboardInterrupt()  # as click's prompts leave it

    def ask() -> bool:
        raise abort

    with pytest.raises(click.Abort):
        answered(ask)


def test_an_interrupt_leaves_behind_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(click.Abort, match="it goes on"), interruptible("it goes on"):
        raise KeyboardInterrupt
    assert capsys.readouterr().err == "\n"


def test_without_an_interrupt_nothing_is_said() -> None:
    with interruptible("it goes on"):
        pass
