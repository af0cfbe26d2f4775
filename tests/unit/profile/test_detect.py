import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import RejectedError
from gistline.profile.detect import MOST_COLUMNS, detect
from gistline.profile.dialect import DELIMITERS, Dialect
from unit.profile.oracle import csv_of, summary_of


def found(text: str, *, whole: bool = True) -> Dialect:
    return detect(text.splitlines(keepends=True), whole=whole)


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_each_delimiter_is_found(delimiter: str) -> None:
    dialect = found("a,b,c\n1,2,3\n4,5,6\n".replace(",", delimiter))
    assert dialect == Dialect(delimiter, "\n", ("a", "b", "c"))


@pytest.mark.parametrize(
    "text",
    [
        "name;price\nA;1,5\nB;2,5\nC;3,5\n",
        "1,5;2,5\n1,6;2,6\n",
        'a;b\n"1,2,3,4";"x,y,z,w"\n"5,6,7,8";"x,y,z,w"\n',
        "a;b\n1;2,3,4\n5;6,7,8\n9,9,9\n",
        "name;when\nx;12:30:15,250\ny;13:30:15,250\n",
    ],
)
def test_commas_inside_cells_do_not_outvote_semicolons(text: str) -> None:
    assert found(text).delimiter == ";"


@pytest.mark.parametrize(
    "damaged", ["1,2,3,4,5,6", "1", "", '"never closed', "a;b;c", "||||||", 'x"y,z', '"']
)
@pytest.mark.parametrize("place", [1, 5, 10])
def test_one_damaged_row_changes_nothing_of_the_dialect(damaged: str, place: int) -> None:
    rows = ["a,b,c", *(f"{number},x,y" for number in range(9))]
    sound = found("\n".join(rows) + "\n")
    rows.insert(place, damaged)
    assert found("\n".join(rows) + "\n")._replace(confidence=1.0, runner_up=None) == sound


@pytest.mark.parametrize("damaged", ["1;2,3", '1,"2,3', '1,"2",3"', "1,2", "1,2,3,4", '"1"2,3,4'])
def test_the_only_row_may_be_damaged(damaged: str) -> None:
    assert found(f"a,b,c\n{damaged}\n")[:4] == (",", "\n", ("a", "b", "c"), '"')


def test_confidence_says_how_close_the_second_was() -> None:
    dialect = found("a;b,c\n1;2,3\n4;5,6\n7,8\n")
    assert dialect.delimiter == ","
    assert dialect.runner_up is not None
    assert dialect.runner_up[0] == ";"
    assert 0.5 <= dialect.confidence < 1
    assert dialect.confidence + dialect.runner_up[1] == pytest.approx(1)


def test_one_column_has_a_delimiter_that_splits_nothing() -> None:
    assert found("name\nAda\nBob\n") == Dialect(",", "\n", ("name",))
    assert found("text\nhello, world\none, two, three\n")[:3] == (";", "\n", ("text",))
    assert found("text\n,;\t|\n").labels == ("text",)
    assert found("name\nJohn Smith\nJane Doe\n").labels == ("name",)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a b c\n1 2 3\n4 5 6\n", " "),
        ("x   y\n1   2.5\n10  3.5\n", " "),
        ("a:b\n1:2\n3:4\n", ":"),
        ("a~b\n1~x\n3~y\n", "~"),
    ],
)
def test_rare_delimiters_are_believed_if_they_make_columns_of_numbers(text: str, delimiter: str) -> None:
    dialect = found(text)
    assert dialect.delimiter == delimiter
    assert len(dialect.labels) > 1


def test_single_quotes_are_quotes_where_they_wrap_cells() -> None:
    dialect = found("id|name\n1|'a|b'\n2|'c'\n3|'d'\n")
    assert (dialect.delimiter, dialect.quote) == ("|", "'")
    assert found("id,name\n1,'tis\n2,o'clock\n3,'twas\n").quote == '"'


def test_backslash_is_an_escape_where_it_makes_sense_of_quotes() -> None:
    assert found('id,"name"\n1,"a \\"x\\" b"\n2,"c, \\"d\\""\n').escape == "\\"
    assert found('id,"path"\n1,"C:\\"\n2,"D:\\x\\"\n').escape is None


def test_quotes_are_letters_where_nothing_is_quoted_and_many_cells_hold_one() -> None:
    assert found('size,n\n15" x,1\n12" y,2\n3" z,3\n7" d,4\n').quote is None
    assert found('size,n\n15" x,1\n12 y,2\n3 z,3\n7 d,4\n').quote == '"'
    assert found('size,n\n15" x,1\n12" y,2\n3" z,3\n"7, d",4\n').quote == '"'


def test_space_behind_every_delimiter_is_skipped() -> None:
    assert found('a, b, c\n1, "x, y", 3\n').skip_initial_space
    assert not found("a,b\n1, x\n2,y\n").skip_initial_space


def test_line_that_names_the_separator_is_believed_and_is_no_row() -> None:
    dialect = found("sep=;\na;b\n1,5;2\n")
    assert (dialect.delimiter, dialect.labels, dialect.header_rows) == (";", ("a", "b"), (2,))
    assert (dialect.preamble_rows, dialect.data_line) == (1, 2)
    assert found('"sep=|"\r\na|b\r\n1|2\r\n').delimiter == "|"


@pytest.mark.parametrize(
    ("text", "terminator"),
    [("a,b\r\n1,2\r\n", "\r\n"), ("a,b\r1,2\r", "\r"), ("a,b", "\n"), ("a,b\n1,2\r\n", "\n")],
)
def test_line_terminator_is_that_of_the_first_line(text: str, terminator: str) -> None:
    assert found(text).line_terminator == terminator


@pytest.mark.parametrize("text", ["\n", "\r\n\r\n", "  \n\t\n"])
def test_blank_lines_alone_are_no_table(text: str) -> None:
    with pytest.raises(RejectedError) as refusal:
        found(text)
    assert refusal.value.code == "empty-file"


def test_header_may_have_as_many_columns_as_a_spreadsheet_and_no_more() -> None:
    assert len(found("x," * (MOST_COLUMNS - 1) + "x\n").labels) == MOST_COLUMNS
    with pytest.raises(RejectedError) as refusal:
        found("x," * MOST_COLUMNS + "x\n")
    assert refusal.value.code == "too-many-columns"


def test_row_that_the_end_of_the_sample_cuts_off_does_not_count_as_damaged() -> None:
    text = 'a,b\n1,"x\ny"\n2,"z\n'
    assert found(text, whole=False).quote == '"'
    assert found('a\n"b\n', whole=False).labels == ("a",)


@given(
    st.lists(
        # An apostrophe stands within words here; around a whole cell it may be a quote just as well.
        st.lists(st.text('ab1 ,;"\n', max_size=5) | st.just("it's"), min_size=3, max_size=3).filter(any),
        min_size=1,
        max_size=8,
    ),
    st.sampled_from(DELIMITERS),
)
def test_what_a_writer_has_written_is_found_again(rows: list[list[str]], delimiter: str) -> None:
    text = csv_of(["alpha", "beta", "gamma"], rows)
    if delimiter == ",":
        dialect = summary_of(text)["resource"]["dialect"]
        assert dialect["delimiter"] == delimiter
        assert dialect["quoteChar"] == '"'
