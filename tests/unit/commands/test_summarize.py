import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gistline.commands.summarize import summarize
from gistline.errors import RejectedError
from unit.profile.oracle import validator


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "orders.csv"
    path.write_text("id,email,colour\n" + "".join(f"{n},user{n}@example.com,red\n" for n in range(1, 9)))
    return path


def run(*arguments: object) -> Result:
    return CliRunner().invoke(summarize, list(map(str, arguments)))


def test_table_names_every_column_and_its_type(orders: Path) -> None:
    result = run(orders)
    assert result.exit_code == 0
    lines = [line.split() for line in result.output.splitlines()]
    assert lines[0] == ["orders.csv"]
    assert lines[1][:2] == ["8", "rows,"]
    assert ["id", "integer", "8", "1", "…", "8,", "mean", "4.5"] in lines
    assert ["email", "string", "8", "withheld"] in lines
    assert ["colour", "string", "1", "red", "(8)"] in lines


def test_json_is_the_summary_and_nothing_else(orders: Path) -> None:
    document = json.loads(run(orders, "--json").output)
    validator().validate(document)
    assert document["table"]["rowCount"] == 8
    assert document["columns"][1]["topValues"] is None


def test_values_of_people_are_shown_on_request_only(orders: Path) -> None:
    assert "user1@example.com" not in run(orders).output
    assert "user1@example.com" in run(orders, "--values", "all").output
    assert "red" not in run(orders, "--values", "none").output


def test_file_that_is_no_csv_raises_the_error_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(b"PK\x03\x04")
    result = run(path)
    assert isinstance(result.exception, RejectedError)
    assert result.exception.code == "not-a-csv"
    assert result.output == ""


def test_file_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    assert run(tmp_path / "none.csv").exit_code == 2
    assert run(tmp_path).exit_code == 2
    assert run().exit_code == 2
