"""`gistline summarize` as people and programs use it: in a pipe, in a terminal, with files good and bad."""

import json
import re
import signal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from gistline.commands.summarize import summarize
from gistline.profile import summarize as library
from support.terminal import CONTROL, Terminal
from unit.profile.oracle import validator

COLOUR = re.compile(r"\x1b\[[0-9;]*\b(?:3[0-7]|9[0-7])m")


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("id,email,colour\n" + "".join(f"{n},user{n}@example.com,red\n" for n in range(1, 9)))
    return path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.csv"
    path.write_bytes(b"PK\x03\x04")
    return path


def run(*arguments: object, stdin: bytes = b"") -> Result:
    return CliRunner().invoke(summarize, list(map(str, arguments)), input=stdin)


def test_table_names_every_column_and_its_type(orders: Path) -> None:
    result = run(orders)
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert lines[1][:2] == ["8", "rows,"]
    assert [line[:2] for line in lines[4:]] == [["id", "integer"], ["email", "string"], ["colour", "string"]]
    assert lines[5][-1] == "withheld"
    assert lines[6][-2:] == ["red", "(8)"]


def test_table_begins_with_the_path_as_it_was_typed(orders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(orders.parent.parent)
    path = f"{orders.parent.name}/orders.csv"
    assert run(path).stdout.splitlines()[0] == path


def test_json_of_one_file_is_its_summary_and_nothing_else(orders: Path) -> None:
    result = run(orders, "--json")
    document = json.loads(result.stdout)
    validator().validate(document)
    assert document["table"]["rowCount"] == 8
    assert document["columns"][1]["topValues"] is None
    assert document["source"]["key"] == str(orders)
    assert document["resource"]["path"] == "orders.csv", "a path from the root is no path of a resource"
    same = json.loads(library(orders).to_json())
    for each in (document, same):
        del each["generatedAt"], each["source"], each["resource"]
    assert document == same
    assert result.stdout.startswith('{\n "$schema"')
    assert result.stderr == ""


def test_values_of_people_are_shown_on_request_only(orders: Path) -> None:
    assert "user1@example.com" not in run(orders).stdout
    assert "user1@example.com" in run(orders, "--values", "all").stdout
    assert "red" not in run(orders, "--values", "none").stdout


def test_standard_input_has_no_path(orders: Path) -> None:
    document = json.loads(run("-", "--json", stdin=orders.read_bytes()).stdout)
    validator().validate(document)
    assert document["table"]["rowCount"] == 8
    assert "path" not in document["resource"]
    assert document["source"]["key"] is None


def test_several_files_give_a_line_each_in_their_order(orders: Path, tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv"):
        (tmp_path / name).write_text("x,y\n1,2\n")
    result = run(orders, "-", tmp_path / "?.csv", "--json", stdin=b"p,q\n1,2\n3,4\n")
    documents = [json.loads(line) for line in result.stdout.splitlines()]
    for document in documents:
        validator().validate(document)
    keys = [document["source"]["key"] for document in documents]
    assert keys == [str(orders), None, str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]


def test_a_bad_file_holds_up_no_other_and_is_named(orders: Path, archive: Path) -> None:
    result = run(archive, orders)
    assert result.exit_code == 1
    assert result.stderr.startswith(f"gistline: {archive}: the file is a ZIP archive")
    assert "[not-a-csv]\n  what to do: " in result.stderr
    assert "colour" in result.stdout
    assert "ZIP" not in result.stdout


def test_a_bad_file_is_not_lost_in_json(orders: Path, archive: Path) -> None:
    result = run(archive, orders, "--json")
    assert result.exit_code == 1
    rejected, complete = (json.loads(line) for line in result.stdout.splitlines())
    validator().validate(rejected)
    assert (rejected["status"], rejected["error"]["code"]) == ("rejected", "not-a-csv")
    assert rejected["source"]["key"] == str(archive)
    assert complete["status"] == "complete"
    assert "[not-a-csv]" in result.stderr


def test_a_file_that_fails_while_it_is_read_is_named_too(orders: Path) -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("no file here that opens and then cannot be read")
    result = run("/proc/self/mem", orders, "--json")
    assert result.exit_code == 1
    failed, complete = (json.loads(line) for line in result.stdout.splitlines())
    validator().validate(failed)
    assert (failed["status"], failed["error"]["code"]) == ("failed", "unreadable-file")
    assert complete["status"] == "complete"
    assert result.stderr.startswith("gistline: /proc/self/mem: the file cannot be read: ")


def test_a_file_that_is_not_there_is_wrong_usage_and_nothing_is_read(orders: Path, tmp_path: Path) -> None:
    result = run(orders, tmp_path / "none.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "none.csv' does not exist" in result.stderr
    assert run(tmp_path).exit_code == 2
    assert run(f"{tmp_path}/*.tsv").exit_code == 2
    assert run("-", "-").exit_code == 2
    assert run().exit_code == 2


def test_one_column_is_shown_in_full(orders: Path) -> None:
    result = run(orders, "--column", "ID")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert lines[3:5] == ["id", "type integer"]
    assert "range 1 … 8" in lines
    assert "email" not in result.stdout


def test_one_column_in_json_is_the_summary_with_that_column_alone(orders: Path) -> None:
    document = json.loads(run(orders, "--column", "id", "--json").stdout)
    validator().validate(document)
    assert [column["name"] for column in document["columns"]] == ["id"]
    assert document["table"]["columnCount"] == 3


def test_a_column_that_is_not_there_is_an_error_that_says_where_a_near_one_is(orders: Path) -> None:
    for as_json in ([], ["--json"]):
        result = run(orders, "--column", "color", *as_json)
        assert (result.exit_code, result.stdout) == (1, "")
        assert "there is no column 'color' [no-such-column]" in result.stderr
        assert "number 3 has a similar name; without --column all are listed" in result.stderr
        assert "colour" not in result.stderr
    assert "without --column all are listed" in run(orders, "--column", "?").stderr


def test_a_bad_file_has_no_column_either(archive: Path) -> None:
    result = run(archive, "--column", "id")
    assert (result.exit_code, result.stdout) == (1, "")
    assert "[not-a-csv]" in result.stderr


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    path = tmp_path / "damaged.csv"
    names = ["How satisfied are you, all in all, with what you were told before you bought it?", "zip"]
    path.write_text(f'"{names[0]}",zip\n' + "good,01067\n" * 20 + "bad\n", "utf-8")
    return path


@pytest.mark.parametrize("width", [40, 80, 200])
def test_in_a_terminal_there_is_colour_and_nothing_is_wider_than_it(damaged: Path, width: int) -> None:
    with Terminal("summarize", damaged, width=width) as terminal:
        code, printed = terminal.finish()
    assert code == 0
    assert COLOUR.search(printed)
    lines = [line.rstrip("\r") for line in CONTROL.sub("", printed).split("\n")]
    assert max(map(cell_len, lines)) <= width
    assert any(line.startswith("How satis") for line in lines)


@pytest.mark.parametrize(
    ("options", "environ"), [(["--no-color"], {}), ([], {"NO_COLOR": "1"}), ([], {"TERM": "dumb"})]
)
def test_colour_can_be_turned_off(damaged: Path, options: list[str], environ: dict[str, str]) -> None:
    with Terminal("summarize", damaged, *options, environ=environ) as terminal:
        code, printed = terminal.finish()
    assert code == 0
    assert "leading-zeros" in printed
    assert not COLOUR.search(printed)


def test_in_a_pipe_there_is_no_control_sequence(damaged: Path, archive: Path) -> None:
    result = run(damaged, archive)
    assert "\x1b" not in result.stdout + result.stderr


def test_a_long_reading_shows_its_progress_and_then_the_table_alone() -> None:
    with Terminal("summarize", "-") as terminal:
        terminal.feed_until(lambda printed: "standard input" in printed and "/s" in printed)
        code, printed = terminal.finish()
    assert code == 0
    last = CONTROL.sub("", printed.rpartition("\x1b[2K")[2])
    assert last.lstrip("\r").startswith("table\r\n"), "the bar is wiped away before"


@pytest.mark.skipif(
    signal.getsignal(signal.SIGINT) is signal.SIG_IGN, reason="whoever runs this ignores Ctrl-C"
)
def test_ctrl_c_ends_a_reading_with_130_and_wipes_the_bar_away() -> None:
    with Terminal("summarize", "-") as terminal:
        terminal.feed_until(lambda printed: "standard input" in printed)
        terminal.process.send_signal(signal.SIGINT)
        code, printed = terminal.finish()
    assert code == 130
    assert "Traceback" not in printed
    assert printed.rpartition("\x1b[2K")[2].strip() in {"", "\x1b[?25h"}
