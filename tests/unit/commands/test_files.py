"""Which files somebody means."""

import os
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gistline.commands.files import Input, inputs


def found(*typed: str) -> list[str | None]:
    command = click.Command("any")
    parameter = click.Argument(["files"])
    return [each.path for each in inputs(click.Context(command), parameter, typed)]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("b.csv", "a.csv", "data/2026/c.csv", "data/d.csv", "data/notes.txt", "x[1].csv", "x1.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("a\n1\n")
    (tmp_path / "folder.csv").mkdir()
    return tmp_path


def test_files_keep_the_order_in_which_they_were_typed(data: Path) -> None:
    assert found("b.csv", "-", "a.csv") == ["b.csv", None, "a.csv"]


def test_a_pattern_in_quotes_finds_files_in_order_and_no_directories(data: Path) -> None:
    assert found("?.csv", "data/*.txt") == ["a.csv", "b.csv", "data/notes.txt"]
    assert found("*.csv") == ["a.csv", "b.csv", "x1.csv", "x[1].csv"]
    assert found("data/**/*.csv") == ["data/2026/c.csv", "data/d.csv"]
    assert found(f"{data}/data/**/c.*") == [f"{data}/data/2026/c.csv"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(data: Path) -> None:
    assert found("x[1].csv") == ["x[1].csv"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("none.csv", "File 'none.csv' does not exist"),
        ("none-*.csv", "No file matches 'none-*.csv'"),
        ("data/", "'data/' is a directory. Name its files: 'data/*.csv', or also those further down"),
        ("folder.*", "No file matches"),
    ],
)
def test_what_cannot_be_read_is_named(data: Path, typed: str, words: str) -> None:
    with pytest.raises(click.BadParameter) as caught:
        found("a.csv", typed)
    assert words in caught.value.message


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(data: Path) -> None:
    (data / "a.csv").chmod(0)
    with pytest.raises(click.BadParameter) as caught:
        found("a.csv")
    assert "File 'a.csv' is not readable" in caught.value.message


def test_a_link_that_leads_nowhere_does_not_exist(data: Path) -> None:
    (data / "link*.csv").symlink_to("nowhere")
    with pytest.raises(click.BadParameter) as caught:
        found("link*.csv")
    assert "does not exist" in caught.value.message


def test_standard_input_can_be_named_once() -> None:
    with pytest.raises(click.BadParameter) as caught:
        found("-", "-")
    assert "only once" in caught.value.message


def test_a_name_that_is_no_utf_8_can_be_written_down() -> None:
    path = os.fsdecode(b"caf\xe9.csv")
    assert Input(path).name == "caf\ufffd.csv"
    assert Input(path).label == "caf\ufffd.csv"


def test_a_files_size_is_known_and_a_pipes_is_not(data: Path) -> None:
    with Input("a.csv").open() as (file, size):
        assert (file.read(), size) == (b"a\n1\n", 4)
    os.mkfifo(data / "pipe")
    both_ways = os.open(data / "pipe", os.O_RDWR)  # else opening it waits for the other end
    try:
        with Input("pipe").open() as (_, size):
            assert size is None
    finally:
        os.close(both_ways)


def test_standard_input_is_read_and_left_open() -> None:
    with CliRunner().isolation(input=b"a\n"):
        with Input(None).open() as (file, size):
            assert (file.read(), size) == (b"a\n", None)
        assert not sys.stdin.closed
    assert Input(None).name is None
    assert Input(None).label == "standard input"
