import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.dialect import DELIMITERS, Dialect, allow_long_cells, detect
from gistline.profile.encoding import LONGEST_CELL
from unit.profile.oracle import csv_of


def sample(text: str) -> list[str]:
    return text.splitlines(keepends=True)


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_each_delimiter_is_found(delimiter: str) -> None:
    found = detect(sample("a,b,c\n1,2,3\n4,5,6\n".replace(",", delimiter)))
    assert found == Dialect(delimiter, "\n", 1.0)


def test_decimal_commas_do_not_outvote_semicolons() -> None:
    assert detect(sample("name;price\nA;1,5\nB;2,5\nC;3,5\n")).delimiter == ";"


def test_delimiter_inside_quotes_does_not_count() -> None:
    assert detect(sample('a;b\n"1,2,3,4";"x,y,z,w"\n"5,6,7,8";"x,y,z,w"\n')).delimiter == ";"


@pytest.mark.parametrize("damaged", ["1,2,3,4,5,6", "1", "", '"never closed', "a;b;c", "||||||"])
def test_one_damaged_row_does_not_change_the_delimiter(damaged: str) -> None:
    rows = ["a,b,c", *(f"{number},x,y" for number in range(9)), damaged]
    assert detect(sample("\n".join(rows) + "\n")).delimiter == ","


def test_confidence_says_how_close_the_second_was() -> None:
    found = detect(sample("a;b,c\n1;2,3\n4;5,6\n7,8\n"))
    assert found.delimiter == ","
    assert found.runner_up is not None
    assert found.runner_up[0] == ";"
    assert 0.5 < found.confidence < 1
    assert found.confidence + found.runner_up[1] == pytest.approx(1)


def test_rows_unlike_the_header_count_half() -> None:
    assert detect(sample("a;b\n1;2,3,4\n5;6,7,8\n9,9,9\n")).delimiter == ";"


def test_one_column_has_a_delimiter_that_splits_nothing() -> None:
    assert detect(sample("name\nAda\nBob\n")) == Dialect(",", "\n", 1.0)
    assert detect(sample("text\nhello, world\none, two, three\n")) == Dialect(";", "\n", 0.5)
    assert detect(sample("text\n,;\t|\n")) == Dialect(",", "\n", 0.5)


@pytest.mark.parametrize(
    ("text", "terminator"), [("a,b\r\n1,2\r\n", "\r\n"), ("a,b\r1,2\r", "\r"), ("a,b", "\n")]
)
def test_line_terminator_is_that_of_the_first_line(text: str, terminator: str) -> None:
    assert detect(sample(text)).line_terminator == terminator


def test_blank_lines_have_no_delimiter() -> None:
    assert detect(["\n", "\n"]) == Dialect(",", "\n", 1.0)


@given(
    st.sampled_from(DELIMITERS),
    st.lists(st.tuples(*[st.text("ab1 \n", max_size=5)] * 3), min_size=1, max_size=20),
)
def test_what_a_writer_wrote_is_found(delimiter: str, rows: list[tuple[str, ...]]) -> None:
    text = csv_of(["x", "y", "z"], rows).replace(",", delimiter)
    assert detect(sample(text)).delimiter == delimiter


def test_limit_of_the_csv_module_is_raised_but_never_lowered() -> None:
    allow_long_cells()
    assert csv.field_size_limit() >= LONGEST_CELL
    before = csv.field_size_limit(LONGEST_CELL * 2)
    try:
        allow_long_cells()
        assert csv.field_size_limit() == LONGEST_CELL * 2
    finally:
        csv.field_size_limit(before)
