"""The probes that are about dialects, headers and damage: each is got wrong, silently, by some known tool."""

import pytest

from unit.profile.probes import PEOPLE, all_of, assert_people, codes, errors, labels, shape, types, values


def test_quoted_line_break() -> None:
    summary = all_of('id,text\n1,"two\nlines"\n2,one\n')
    assert shape(summary) == (2, 2, 0)
    assert values(summary, 1) == {"two\nlines": 1, "one": 1}


def test_doubled_quote_is_one_quote() -> None:
    summary = all_of('id,text\n1,"say ""hi"""\n2,""""\n3,x\n')
    assert shape(summary) == (3, 2, 0)
    assert values(summary, 1) == {'say "hi"': 1, '"': 1, "x": 1}


def test_ragged_short_row_is_kept_and_reported() -> None:
    summary = all_of("a,b,c\n1,2,3\n4,5\n7,8,9\n")
    assert shape(summary) == (3, 3, 1)
    assert errors(summary) == [("missing-cell", 2, 3, 12)]
    assert summary["resource"]["dialect"]["delimiter"] == ","
    assert [column["sum"] for column in summary["columns"]] == [12, 15, 12]
    assert [column["nullCount"] for column in summary["columns"]] == [0, 0, 1]


def test_ragged_long_row_is_kept_and_reported() -> None:
    summary = all_of("a,b,c\n1,2,3\n4,5,6,7\n7,8,9\n")
    assert shape(summary) == (3, 3, 1)
    assert errors(summary) == [("extra-cell", 2, 3, 12)]
    example = summary["table"]["errors"]["examples"][0]
    assert (example["expected"], example["actual"]) == (3, 4)
    assert [column["sum"] for column in summary["columns"]] == [12, 15, 18]


@pytest.mark.parametrize(
    "delimiter",
    [pytest.param(";", id="semicolon"), pytest.param("\t", id="tab"), pytest.param("|", id="pipe")],
)
def test_delimiters(delimiter: str) -> None:
    summary = all_of(PEOPLE.replace(",", delimiter))
    assert_people(summary)
    assert summary["resource"]["dialect"]["delimiter"] == delimiter
    assert (shape(summary)[2], codes(summary)) == (0, [])


def test_unterminated_quote_swallows_nothing() -> None:
    summary = all_of('id,text,n\n1,a,10\n2,"b,20\n3,c,30\n4,d,40\n')
    assert shape(summary) == (4, 3, 1)
    assert summary["table"]["errors"]["examples"][0]["row"] == 2
    assert summary["table"]["errors"]["examples"][0]["line"] == 3
    assert summary["table"]["errors"]["examples"][0]["byteOffset"] == 17
    assert types(summary) == ["integer", "string", "integer"]
    assert summary["columns"][0]["sum"] == 10
    assert values(summary, 1).keys() >= {"a", "c", "d"}
    assert summary["columns"][2]["sum"] == 100


def test_stray_quote_inside_a_bare_cell_is_kept() -> None:
    summary = all_of('id,size,n\n1,15" x,10\n2,17" y,20\n3,z,30\n')
    assert shape(summary)[:2] == (3, 3)
    assert values(summary, 1) == {'15" x': 1, '17" y': 1, "z": 1}
    assert summary["columns"][2]["sum"] == 60


def test_text_after_a_closing_quote_loses_no_row() -> None:
    summary = all_of('id,name,n\n1,"a"b,10\n2,c,20\n3,d,30\n')
    assert shape(summary)[:2] == (3, 3)
    assert [column["count"] for column in summary["columns"]] == [3, 3, 3]
    assert values(summary, 1).keys() >= {"c", "d"}
    assert [(error["row"], error["line"]) for error in summary["table"]["errors"]["examples"]] == [(1, 2)]
    assert summary["columns"][2]["sum"] == 60


def test_preamble_lines_are_no_rows() -> None:
    summary = all_of(f"Report of 2026\nmade by hand\n\n{PEOPLE}")
    assert_people(summary)
    assert summary["detection"]["preambleRows"] == 3
    assert summary["resource"]["dialect"]["headerRows"] == [4]
    assert shape(summary)[2] == 0


def test_sep_line_names_the_delimiter_and_is_no_row() -> None:
    summary = all_of("sep=;\n" + PEOPLE.replace(",", ";"))
    assert_people(summary)
    assert summary["resource"]["dialect"]["delimiter"] == ";"
    assert summary["resource"]["dialect"]["headerRows"] == [2]
    assert shape(summary)[2] == 0


def test_headerless_file_keeps_its_first_row() -> None:
    summary = all_of(PEOPLE.partition("\n")[2])
    assert not summary["resource"]["dialect"]["header"]
    assert summary["resource"]["dialect"]["headerRows"] == []
    assert shape(summary) == (3, 4, 0)
    assert types(summary) == ["integer", "string", "number", "date"]
    assert summary["columns"][0]["sum"] == 6
    assert summary["columns"][2]["sum"] == 13


def test_all_text_table_keeps_its_header() -> None:
    summary = all_of("name,city\nAnn,Paris\nBob,Rome\nCid,Oslo\n")
    assert summary["resource"]["dialect"]["header"]
    assert labels(summary) == ["name", "city"]
    assert shape(summary) == (3, 2, 0)
    assert values(summary, 0) == {"Ann": 1, "Bob": 1, "Cid": 1}


def test_duplicate_labels_are_kept_as_written() -> None:
    summary = all_of("a,b,a\n1,2,3\n4,5,6\n")
    assert labels(summary) == ["a", "b", "a"]
    assert [column["sum"] for column in summary["columns"]] == [5, 7, 9]
    assert codes(summary) == [("duplicate-label", 2, 1)]
    assert shape(summary) == (2, 3, 0)


def test_blank_labels_are_kept_as_written() -> None:
    summary = all_of("a,,c\n1,2,3\n4,5,6\n")
    assert labels(summary) == ["a", "", "c"]
    assert [column["sum"] for column in summary["columns"]] == [5, 7, 9]
    assert codes(summary) == [("blank-label", 1, 1)]


def test_single_column() -> None:
    summary = all_of("hello\nworld\nheld\nlull\n")
    assert shape(summary) == (3, 1, 0)
    assert labels(summary) == ["hello"]
    assert values(summary, 0) == {"world": 1, "held": 1, "lull": 1}


def test_single_column_of_numbers() -> None:
    summary = all_of("n\n1\n2\n3\n")
    assert (labels(summary), shape(summary)) == (["n"], (3, 1, 0))
    assert summary["columns"][0]["sum"] == 6


def test_delimiter_of_another_kind_in_one_row_does_not_win() -> None:
    summary = all_of("a,b,c\n1|2|3\n4,5,6\n7,8,9\n")
    assert summary["resource"]["dialect"]["delimiter"] == ","
    assert (shape(summary), labels(summary)) == ((3, 3, 1), ["a", "b", "c"])
    assert types(summary) == ["integer"] * 3
    assert [column["sum"] for column in summary["columns"]] == [11, 13, 15]


def test_semicolons_with_decimal_commas() -> None:
    summary = all_of("id;price\n1;2,50\n2;10,25\n3;0,25\n")
    assert summary["resource"]["dialect"]["delimiter"] == ";"
    assert types(summary) == ["integer", "number"]
    assert summary["columns"][1]["sum"] == 13
    assert summary["columns"][1]["format"] is not None


def test_quotes_that_are_apostrophes() -> None:
    summary = all_of("id,text\n1,'a, b'\n2,'c, d'\n3,'e'\n4,'it''s'\n")
    assert summary["resource"]["dialect"]["quoteChar"] == "'"
    assert shape(summary) == (4, 2, 0)
    assert values(summary, 1) == {"a, b": 1, "c, d": 1, "e": 1, "it's": 1}


def test_escaped_quotes() -> None:
    summary = all_of('id,text\n1,"say \\"hi\\", twice"\n2,"no, thanks"\n3,"so \\"long\\""\n')
    assert summary["resource"]["dialect"]["escapeChar"] == "\\"
    assert shape(summary) == (3, 2, 0)
    assert values(summary, 1) == {'say "hi", twice': 1, "no, thanks": 1, 'so "long"': 1}


def test_space_after_the_delimiter() -> None:
    summary = all_of('id, name, price\n1, "Ann, B", 2.5\n2, "Bob", 10.5\n')
    assert summary["resource"]["dialect"]["skipInitialSpace"]
    assert labels(summary) == ["id", "name", "price"]
    assert values(summary, 1) == {"Ann, B": 1, "Bob": 1}
    assert summary["columns"][2]["sum"] == 13
