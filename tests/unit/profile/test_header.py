import pytest

from gistline.errors import RejectedError
from gistline.profile.detect import detect
from gistline.profile.dialect import Dialect
from unit.profile.oracle import summary_of


def found(text: str) -> Dialect:
    return detect(text.splitlines(keepends=True))


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "a,b\nx,y\nz,w\n",
        "id\n1\n2\n",
        "a,b,c\n",
        "name,count\nx,\ny,2\n",
        "when,what\n2026-01-01,x\n2026-01-02,y\n",
        "country,2019,2020\nDE,83.1,83.2\nFR,66.0,67.1\n",
        "a,1\n2,3\n4,5\n",
        "country,2020\nDE,83\nFR,67\n",
        "country,1990,2000,2010,2015\nDE,79.4,82.2,81.8,81.7\nFR,58,60,64,66\n",
        "country,1,2,3,4\nDE,10,20,30,40\nFR,11,21,31,41\n",
        "0,1,2\n0.5,a,b\n0.6,c,d\n",
        "#id,qty\n1,5\n2,6\n",
    ],
)
def test_first_row_is_the_header(text: str) -> None:
    assert found(text).header_rows == (1,)
    assert found(text).labels == tuple(text.partition("\n")[0].split(","))


@pytest.mark.parametrize(
    "text",
    [
        "1,2\n3,4\n",
        "1\n2\n",
        "x,1\ny,2\nz,3\n",
        "2026-01-01,a\n2026-01-02,b\n",
        "1,2\n",
        "1999,2000\n2001,2002\n",
        "1,2,3\n4,5,6\n7,8,9\n",
        "12:30\n13:40\n14:50\n",
        "2023-01-01 10:00:00\n2023-01-02 11:00:00\n",
        "Anna;a@example.com\nBob;b@example.com\n",
    ],
)
def test_first_row_that_fits_the_types_below_it_is_data(text: str) -> None:
    dialect = found(text)
    assert dialect.header_rows == ()
    assert dialect.data_line == 0
    assert dialect.labels == tuple(f"field{number}" for number in range(1, len(dialect.labels) + 1))
    document = summary_of(text)
    assert document["table"]["rowCount"] == text.count("\n")
    assert document["resource"]["dialect"]["header"] is False
    assert document["warnings"][0]["code"] == "no-header"


def test_cross_table_has_a_header_even_if_its_labels_are_numbers() -> None:
    assert found('"","0","1","2"\n"0",27,29,10\n"1",59,53,14\n').labels == ("", "0", "1", "2")


@pytest.mark.parametrize("text", ['"\n' * 400, '"\n"\n', '"\n \n"\n'])
def test_table_of_blank_cells_alone_is_rejected(text: str) -> None:
    with pytest.raises(RejectedError) as refusal:
        found(text)
    assert refusal.value.code == "empty-file"


def test_no_row_of_a_file_without_a_header_is_lost() -> None:
    column = summary_of("5\n6\n7\n")["columns"][0]
    assert (column["name"], column["sum"], column["count"]) == ("field1", 18, 3)


def test_units_below_the_labels_belong_to_the_header() -> None:
    dialect = found("name,height,weight\n,cm,kg\nA,1.80,70\nB,1.70,60\n")
    assert dialect.labels == ("name", "height cm", "weight kg")
    assert (dialect.header_rows, dialect.data_line) == ((1, 2), 2)


@pytest.mark.parametrize("damaged", ["x,y,1", 'A,"1.80,70', "A,oops,70", "A,1.80", "A,NA,NA"])
def test_damaged_first_row_is_no_header(damaged: str) -> None:
    dialect = found(f"name,height,weight\n{damaged}\nA,1.80,70\nB,1.70,60\nC,1.75,65\n")
    assert dialect.header_rows == (1,) or damaged == "x,y,1"
    assert dialect.labels[0] == "name"


@pytest.mark.parametrize(
    ("above", "lines"),
    [
        ("Report 2024\n\n", 2),
        ("\n  \n", 2),
        ("# made by hand\n# on a Monday\n", 2),
        ("Sales\nof, 2024\n", 2),
        ("a title, with a comma\n", 1),
    ],
)
def test_lines_above_the_table_are_preamble(above: str, lines: int) -> None:
    dialect = found(above + "id,name,price\n1,a,2.5\n2,b,3.5\n3,c,4.5\n")
    assert dialect.labels == ("id", "name", "price")
    assert (dialect.preamble_rows, dialect.header_rows, dialect.data_line) == (lines, (lines + 1,), lines + 1)


def test_comment_above_a_row_of_another_width_is_read() -> None:
    assert found("#a,b,c\n1,2\n1,2,3\n4,5,6\n7,8,9\n").labels == ("#a", "b", "c")


def test_comments_with_delimiters_are_preamble() -> None:
    dialect = found("# made by x, y\n# on y\na,b\n1,2\n3,4\n")
    assert (dialect.labels, dialect.preamble_rows) == (("a", "b"), 2)
    assert found("##format\n#CHROM\tPOS\n1\t100\n2\t200\n").labels == ("#CHROM", "POS")


@pytest.mark.parametrize(
    "text",
    ["x\n1,5\n2,5\n", "Name\nSmith, 5\nJones, 6\n", "ts\n2023-01-01 10:00:00,123\n2023-01-01 10:00:01,456\n"],
)
def test_label_of_one_column_is_no_title_above_others(text: str) -> None:
    assert found(text).labels == (text.partition("\n")[0],)


def test_row_names_of_r_get_a_column() -> None:
    dialect = found('"mpg" "cyl"\n"Mazda RX4" 21 6\n"Datsun 710" 22.8 4\n"Hornet" 21.4 6\n')
    assert (dialect.delimiter, dialect.labels) == (" ", ("", "mpg", "cyl"))


def test_named_separator_that_separates_nothing_is_not_believed() -> None:
    assert found("sep=,\na;b\n1;2\n").delimiter == ";"


def test_preamble_and_notes_are_counted_and_are_no_rows() -> None:
    document = summary_of(
        "Report\n\nid,name,n,m,k\n1,a,2,3,4\n2,b,3,4,5\n\nSource: us, ourselves\nand others\n"
    )
    assert document["detection"]["preambleRows"] == 2
    assert document["detection"]["footerRows"] == 3
    assert document["table"]["rowCount"] == 2
    assert document["table"]["errors"]["count"] == 0


def test_row_of_data_that_was_cut_off_is_no_note() -> None:
    document = summary_of("name,a,b\nJane Doe,1,2\nJohn Smi")
    assert document["detection"]["footerRows"] == 0
    assert document["table"]["errors"]["byCode"] == {"missing-cell": 1}


def test_header_that_is_shorter_than_all_rows_gets_a_blank_label_for_row_names() -> None:
    assert found("x,y\nr1,1,2\nr2,3,4\nr3,5,6\nr4,7,8\n").labels == ("", "x", "y")


def test_header_without_the_delimiter_at_the_end_of_all_rows_gets_a_blank_label_at_the_end() -> None:
    assert found("x,y\n1,2,\n3,4,\n5,6,\n7,8,\n").labels == ("x", "y", "")


def test_one_row_with_a_cell_too_many_adds_no_column() -> None:
    assert found("x,y\n1,2,3\n").labels == ("x", "y")
    assert found("x,y\n1,2,3\n4,5\n").labels == ("x", "y")


def test_header_wider_than_all_rows_keeps_its_labels() -> None:
    assert found("a,b,c\n" + "1,2\n" * 9).labels == ("a", "b", "c")


def test_label_may_span_lines() -> None:
    dialect = found('a,"b\nc"\n1,2\n3,4\n')
    assert dialect.labels == ("a", "b\nc")
    assert (dialect.header_rows, dialect.data_line) == ((1,), 2)
    assert summary_of('a,"b\nc"\n1,2\n3,4\n')["table"]["rowCount"] == 2


def test_stray_quote_in_the_header_is_an_error_of_row_0() -> None:
    document = summary_of('a,"b\n1,2\n')
    assert [column["name"] for column in document["columns"]] == ["a", '"b']
    assert document["table"]["rowCount"] == 1
    assert document["table"]["errors"]["examples"] == [
        {"code": "stray-quote", "row": 0, "line": 1, "byteOffset": 0, "expected": 2, "actual": 2}
    ]
