"""The command line: exit codes, and words that help."""

import click
import pytest

import gistline
from gistline.cli import VERBS, Verbs, gistline_command, main
from gistline.errors import LocalCloudError


def test_help_names_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    printed = " ".join(capsys.readouterr().out.split())  # however it was wrapped
    for verb, line in VERBS.items():
        assert f"{verb} {line}" in printed


@pytest.mark.parametrize("verb", VERBS)
def test_a_verbs_line_is_the_first_of_its_own_help_and_it_has_an_example(verb: str) -> None:
    command = Verbs().get_command(click.Context(gistline_command), verb)
    assert isinstance(command, click.Command)
    assert (command.help or "").splitlines()[0] == VERBS[verb]
    assert (command.epilog or "").startswith(f"Example: gistline {verb}")


def test_the_version_is_the_packages(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert gistline.__version__ in capsys.readouterr().out


@pytest.mark.parametrize("arguments", [["no-such-verb"], ["summarize"], ["status", "--no-such-option"]])
def test_wrong_usage_exits_with_2_and_says_how(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert "Usage:" in capsys.readouterr().err


def test_a_wrong_setting_exits_with_2_and_names_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GISTLINE_PORT", "many")
    assert main(["status"]) == 2
    printed = capsys.readouterr().err
    assert "GISTLINE_PORT='many'" in printed
    assert "what to do:" in printed


def raising(error: BaseException) -> click.Command:
    @click.command()
    def command() -> None:
        raise error

    return command


def test_an_expected_failure_exits_with_1_and_says_what_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], raising(LocalCloudError("it stopped", "start it", code="stopped"))) == 1
    assert capsys.readouterr().err == "gistline: it stopped [stopped]\n  what to do: start it\n"


def test_an_unexpected_error_exits_with_3_and_asks_for_a_report(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([], raising(ZeroDivisionError())) == 3
    printed = capsys.readouterr().err
    assert "ZeroDivisionError" in printed
    assert "This is a bug in gistline" in printed


def test_a_report_says_what_and_where_all_along_the_chain_and_quotes_no_cell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    @click.command()
    def command() -> None:
        try:
            int("S3CR3T")
        except ValueError as error:
            raise KeyError("S3CR3T") from error

    assert main([], command) == 3
    printed = capsys.readouterr().err
    assert "ValueError" in printed
    assert "KeyError" in printed
    assert "test_cli.py" in printed
    assert "could not convert" not in printed
    assert "invalid literal" not in printed


def test_a_key_in_an_error_has_no_power_over_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    main([], raising(LocalCloudError("no \x1b[2Ja.csv:\n  line 1", "see \u202ex")))
    assert capsys.readouterr().err.split("\n")[:-1] == [
        "gistline: no \ufffd[2Ja.csv:",
        "  line 1 [local-cloud]",
        "  what to do: see \ufffdx",
    ]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyboardInterrupt(), "\n"),
        (click.Abort("it goes on"), "gistline: interrupted: it goes on\n"),
    ],
)
def test_an_interrupt_exits_with_130_and_says_what_it_leaves_behind(
    error: BaseException, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([], raising(error)) == 130
    assert capsys.readouterr().err == said


def test_a_command_that_was_no_success_exits_with_its_code() -> None:
    @click.command()
    @click.pass_context
    def command(context: click.Context) -> None:
        context.exit(1)

    assert main([], command) == 1
