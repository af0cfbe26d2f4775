import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import RejectedError
from gistline.profile.encoding import LONGEST_CELL
from gistline.profile.reference.rows import MOST_COLUMNS
from gistline.profile.state import RowError
from unit.profile.oracle import csv_of, rows_of, summary_of

CELL = st.text(st.sampled_from("ab1 ,;\"\n\r'é€"), max_size=4)


def read(content: str | bytes) -> tuple[list[list[str]], list[RowError]]:
    rows = rows_of(content)
    found = [row for sound, damaged in rows.batches() for row in sound + damaged]
    return found, rows.errors.examples


@given(st.lists(st.lists(CELL, min_size=3, max_size=3).filter(any), max_size=20))
def test_what_was_written_is_read(written: list[list[str]]) -> None:
    found, errors = read(csv_of(["x", "y", "z"], written))
    assert found == written
    assert errors == []


@given(st.lists(st.lists(CELL, max_size=5), max_size=20))
def test_no_row_vanishes_and_each_has_the_width_of_the_header(written: list[list[str]]) -> None:
    content = csv_of(["x", "y", "z"], written)
    expected = len(list(csv.reader(io.StringIO(content, newline="")))) - 1
    rows = rows_of(content)
    found = [row for sound, damaged in rows.batches() for row in sound + damaged]
    assert len(found) == rows.count == expected
    assert all(len(row) == 3 for row in found)


@given(st.lists(st.lists(CELL, max_size=5), max_size=20), st.sampled_from(["\n", "\r\n", "\r"]))
def test_error_tells_where_the_row_begins(written: list[list[str]], terminator: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=terminator, quoting=csv.QUOTE_ALL)
    writer.writerow(["x", "y", "z"])
    starts = {}
    for number, row in enumerate(written, 1):
        before = file.getvalue()
        starts[number] = (_lines(before) + 1, len(before.encode()))
        writer.writerow(row)
    _, errors = read(file.getvalue().encode())
    for error in errors:
        assert (error.line, error.byte_offset) == starts[error.row]


def _lines(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def test_row_with_too_few_cells_is_completed() -> None:
    found, errors = read("a,b,c\n1,2,3\n4\n5,6,7\n")
    assert found == [["1", "2", "3"], ["5", "6", "7"], ["4", "", ""]]
    assert errors == [RowError("missing-cell", row=2, line=3, byte_offset=12, expected=3, actual=1)]


def test_row_with_too_many_cells_is_cut() -> None:
    found, errors = read("a,b\n1,2,3,4\n")
    assert found == [["1", "2"]]
    assert errors == [RowError("extra-cell", row=1, line=2, byte_offset=4, expected=2, actual=4)]


@pytest.mark.parametrize(("line", "actual"), [("", 0), (",", 2), (",,", 3)])
def test_row_without_any_value_is_blank(line: str, actual: int) -> None:
    found, errors = read(f"a,b\n1,2\n{line}\n3,4\n")
    assert ["", ""] in found
    assert errors == [RowError("blank-row", row=2, line=3, byte_offset=8, expected=2, actual=actual)]


def test_empty_cell_of_a_single_column_is_no_blank_row() -> None:
    found, errors = read('a\n1\n""\n3\n')
    assert found == [["1"], [""], ["3"]]
    assert errors == []


def test_line_breaks_in_cells_are_counted_as_lines_but_not_as_rows() -> None:
    _, errors = read('a,b\n"x\ny\r\nz",1\n2\n')
    assert [(error.row, error.line) for error in errors] == [(2, 5)]


def test_quote_that_is_never_closed_is_an_error_and_not_silent() -> None:
    document = summary_of('a,b\n1,2\n1,2\n3,"4\n5,6\n')
    assert document["table"]["rowCount"] == 3
    assert document["table"]["errors"]["byCode"] == {"source-error": 1}
    assert document["table"]["errors"]["examples"][0]["row"] == 3
    assert [warning["code"] for warning in document["warnings"]] == ["open-quote", "unfit-cell"]


def test_open_quote_in_the_header_is_an_error_of_row_0() -> None:
    document = summary_of('a,"b\n1,2\n')
    assert document["table"]["rowCount"] == 0
    assert document["columns"][1]["name"] == "b\n1,2\n"
    assert document["table"]["errors"]["examples"][0]["row"] == 0


def test_closed_quote_at_the_very_end_is_no_error() -> None:
    assert summary_of('a,b\n1,"2"')["table"]["errors"]["count"] == 0


def test_quotes_inside_cells_are_letters() -> None:
    found, errors = read('a,b\n15" x,1\n"he said ""yes""",2\n')
    assert found == [['15" x', "1"], ['he said "yes"', "2"]]
    assert errors == []


def test_cell_beyond_all_limits_is_an_error_and_later_rows_are_read() -> None:
    line = "x" * (1 << 20) + "\n"
    document = summary_of('a,b\n1,"' + line * (LONGEST_CELL // len(line) + 1) + "2,3\n4,5\n")
    assert document["table"]["errors"]["examples"][0] == {
        "code": "source-error",
        "row": 1,
        "line": 2,
        "byteOffset": 4,
        "expected": 2,
        "actual": 0,
    }
    assert document["columns"][1]["max"] == 5
    assert "long-cell" in {warning["code"] for warning in document["warnings"]}


@pytest.mark.parametrize("content", ["\n", "\r\n\r\n", "  \n\t\n"])
def test_file_of_blank_lines_has_no_header(content: str) -> None:
    with pytest.raises(RejectedError) as refusal:
        rows_of(content)
    assert refusal.value.code == "empty-file"


def test_blank_lines_before_the_header_are_skipped_and_counted() -> None:
    document = summary_of("\n  \na,b\n1,2\n")
    assert document["detection"]["preambleRows"] == 2
    assert document["resource"]["dialect"]["headerRows"] == [3]
    assert [column["name"] for column in document["columns"]] == ["a", "b"]


def test_header_may_have_as_many_columns_as_a_spreadsheet_and_no_more() -> None:
    assert len(rows_of("x," * (MOST_COLUMNS - 1) + "x\n").header) == MOST_COLUMNS
    with pytest.raises(RejectedError) as refusal:
        rows_of("x," * MOST_COLUMNS + "x\n")
    assert refusal.value.code == "too-many-columns"


def test_batches_are_small_however_many_rows_there_are() -> None:
    rows = rows_of("a,b\n" + "1,2\n" * 100_000)
    sizes = [len(sound) + len(damaged) for sound, damaged in rows.batches()]
    assert sum(sizes) == rows.count == 100_000
    assert max(sizes) <= 1 << 15


def test_only_the_first_damaged_rows_are_listed_but_all_are_counted() -> None:
    errors = summary_of("a,b\n" + "1\n" * 50)["table"]["errors"]
    assert errors["count"] == errors["byCode"]["missing-cell"] == 50
    assert [error["row"] for error in errors["examples"]] == list(range(1, 11))
