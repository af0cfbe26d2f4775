import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.dialect import Dialect
from gistline.profile.reference.tail import MOST_NOTES
from gistline.profile.state import RowError
from unit.profile.oracle import csv_of, rows_of, summary_of

CELL = st.text(st.sampled_from("ab1 ,;\"\n\r'é€"), max_size=4)
ON_ONE_LINE = st.text(st.sampled_from("ab1 ,;\"'é€"), max_size=4)
HEADER = ["alpha", "beta", "gamma"]


def read(content: str | bytes, dialect: Dialect | None = None) -> tuple[list[list[str]], list[RowError]]:
    """Read all rows, sound ones first."""
    rows = rows_of(content, dialect)
    batches = list(rows.batches())
    found = [row for batch in batches for row in batch.sound + batch.foreign]
    found += [row for batch in batches for row in batch.damaged]
    return found, rows.errors.examples


DIALECT = Dialect(",", "\n", tuple(HEADER))
END = ["x", "y", "z"]  # settles what is doubtful before it


@given(
    st.lists(st.lists(CELL, min_size=3, max_size=3).filter(lambda row: any(map(str.strip, row))), max_size=20)
)
def test_what_was_written_is_read(written: list[list[str]]) -> None:
    found, errors = read(csv_of(HEADER, [*written, END]), DIALECT)
    assert found == [*written, END]
    assert errors == []


@given(st.lists(st.lists(ON_ONE_LINE, max_size=5), max_size=20))
def test_no_row_vanishes_and_each_has_the_width_of_the_header(written: list[list[str]]) -> None:
    content = csv_of(HEADER, [END, *written, END])
    expected = len(list(csv.reader(io.StringIO(content, newline="")))) - 1
    rows = rows_of(content, DIALECT)
    found = [row for batch in rows.batches() for row in batch.sound + batch.damaged]
    assert len(found) == rows.count == expected
    assert all(len(row) == 3 for row in found)


@given(
    st.lists(st.lists(ON_ONE_LINE, min_size=1, max_size=5), max_size=20),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_error_tells_where_the_row_begins(written: list[list[str]], terminator: str) -> None:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator=terminator, quoting=csv.QUOTE_ALL)
    writer.writerow(HEADER)
    starts = {}
    for number, row in enumerate([END, *written, END], 1):
        before = file.getvalue()
        starts[number] = (_lines(before) + 1, len(before.encode()))
        writer.writerow(row)
    _, errors = read(file.getvalue().encode(), DIALECT)
    for error in errors:
        assert (error.line, error.byte_offset) == starts[error.row]


def _lines(text: str) -> int:
    return text.replace("\r\n", "\n").replace("\r", "\n").count("\n")


def test_row_with_too_few_cells_is_completed() -> None:
    found, errors = read("a,b,c\n1,2,3\n4\n5,6,7\n")
    assert found == [["1", "2", "3"], ["5", "6", "7"], ["4", "", ""]]
    assert errors == [RowError("missing-cell", row=2, line=3, byte_offset=12, expected=3, actual=1)]


def test_row_with_too_many_cells_is_cut() -> None:
    found, errors = read("a,b\n1,2,3,4\n5,6\n")
    assert found == [["5", "6"], ["1", "2"]]
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
    _, errors = read('a,b\n"x\ny\r\nz",1\n2\n3,4\n')
    assert [(error.row, error.line) for error in errors] == [(2, 5)]


def test_quote_that_is_never_closed_costs_one_row() -> None:
    document = summary_of('a,b\n1,2\n1,2\n3,"4\n5,6\n')
    assert document["table"]["rowCount"] == 4
    assert document["table"]["errors"]["examples"] == [
        {"code": "stray-quote", "row": 3, "line": 4, "byteOffset": 12, "expected": 2, "actual": 2}
    ]
    assert [column["type"] for column in document["columns"]] == ["integer", "integer"]
    assert [column["sum"] for column in document["columns"]] == [10, 10]
    assert [warning["code"] for warning in document["warnings"]] == ["unfit-cell"]


def test_closed_quote_at_the_very_end_is_no_error() -> None:
    assert summary_of('a,b\n1,"2"')["table"]["errors"]["count"] == 0


def test_quotes_inside_bare_cells_are_letters_and_reported() -> None:
    found, errors = read('a,b\n15" x,1\n"he said ""yes""",2\n')
    assert found == [['he said "yes"', "2"], ['15" x', "1"]]
    assert [error.code for error in errors] == ["stray-quote"]


def test_row_of_several_lines_whose_opening_quote_is_missing_is_one_damaged_row() -> None:
    found, errors = read('a,b,c\n1,x y\nmore\nfoo bar",3\n2,z,4\n5,6,7\n')
    assert found == [["2", "z", "4"], ["5", "6", "7"], ["1", 'x y\nmore\nfoo bar"', "3"]]
    assert errors == [RowError("stray-quote", row=1, line=2, byte_offset=6, expected=3, actual=3)]


def test_short_rows_before_an_odd_one_stay_rows_if_together_they_are_none() -> None:
    _, errors = read('a,b,c\n1\n2\n3"x,4\n5,6,7\n8,9,0\n')
    assert [error.code for error in errors] == ["missing-cell", "missing-cell", "stray-quote"]


def test_damaged_rows_at_the_end_are_doubtful_until_the_last_part_is_in() -> None:
    rows = rows_of("a,b,c\n1,2,3\n4\n\nsource: us\n")
    assert [row for batch in rows.batches() for row in batch.sound + batch.damaged] == [["1", "2", "3"]]
    assert [one.cells for one in rows.tail] == [["4"], [], ["source: us"]]
    assert rows.count == 1


def test_no_more_rows_are_doubtful_than_notes_may_be() -> None:
    rows = rows_of("a,b,c\n1,2,3\n" + "4\n" * 50)
    assert sum(len(batch.damaged) for batch in rows.batches()) == 50 - MOST_NOTES
    assert len(rows.tail) == MOST_NOTES


def test_batches_are_small_however_many_rows_there_are() -> None:
    rows = rows_of("a,b\n" + "1,2\n" * 100_000)
    sizes = [len(batch.sound) for batch in rows.batches()]
    assert sum(sizes) == rows.count == 100_000
    assert max(sizes) <= 1 << 16


def test_only_the_first_damaged_rows_are_listed_but_all_are_counted() -> None:
    errors = summary_of("a,b\n" + "1\n" * 50)["table"]["errors"]
    assert errors["count"] == errors["byCode"]["missing-cell"] == 50
    assert [error["row"] for error in errors["examples"]] == list(range(1, 11))


def test_byte_that_is_no_utf_8_damages_its_row_and_no_other() -> None:
    document = summary_of("a,b\n1,é\n2,ü\n".encode() + b"3,x\n4\xe9,y\n5,z\n")
    assert document["resource"]["encoding"] == "utf-8"
    assert document["table"]["errors"]["examples"] == [
        {"code": "encoding-error", "row": 4, "line": 5, "byteOffset": 18, "expected": 2, "actual": 2}
    ]
    assert [column["type"] for column in document["columns"]] == ["integer", "string"]
    assert document["columns"][0]["sum"] == 11


def test_letters_of_a_file_in_windows_1252_are_no_errors_but_bytes_without_a_meaning_are() -> None:
    document = summary_of(b"a,b\n1,\xe9\n2,\xfc\n3,x\xe9\n4\x81,y\n5,z\n")
    assert document["resource"]["encoding"] == "windows-1252"
    assert [error["row"] for error in document["table"]["errors"]["examples"]] == [4]
    assert document["columns"][0]["type"] == "integer"


def test_many_letters_of_windows_1252_decide_on_types_like_any_others() -> None:
    column = summary_of(b"a,b\n1,x\n" + b"B,\xe9\n" * 9)["columns"][0]
    assert (column["type"], column["count"]) == ("string", 10)


def test_wrong_byte_in_a_cell_of_several_lines_is_an_error_of_its_row() -> None:
    errors = summary_of('a,b\né,ü\nä,ß\n"x\n'.encode() + b'y\xe9",1\nz,2\n')["table"]["errors"]
    assert [(error["code"], error["row"], error["line"]) for error in errors["examples"]] == [
        ("encoding-error", 3, 4)
    ]


def test_nothing_of_a_table_of_one_column_is_cut() -> None:
    document = summary_of("text\n" + "foo bar\n" * 300 + "foo, bar and baz\n" * 50, published="all")
    assert document["columns"][0]["length"]["max"] == len("foo, bar and baz")
    assert document["table"]["errors"]["byCode"] == {"extra-cell": 50}
    assert "uncertain-dialect" in {warning["code"] for warning in document["warnings"]}


def test_stray_quotes_in_a_table_of_one_column_swallow_nothing() -> None:
    text = "c\n" + "plain\n" * 300 + ('5" nail\n' * 40 + "plain\nplain\n") * 10
    table = summary_of(text)["table"]
    assert (table["rowCount"], table["errors"]["byCode"]) == (720, {"stray-quote": 400})


def test_stray_quote_among_rows_that_are_all_too_short_costs_one_row() -> None:
    rows = [f"{number},n{number}" for number in range(40)]
    rows[20] = '20,n"20'
    document = summary_of("id,name,note1,note2\n" + "\n".join(rows) + "\n")
    assert document["table"]["rowCount"] == 40
    assert [column["count"] for column in document["columns"]] == [40, 40, 0, 0]
