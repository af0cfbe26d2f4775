"""The probes that are about types and statistics: each is got wrong, silently, by some known tool."""

import json

import pytest

from unit.profile.oracle import summary_of
from unit.profile.probes import all_of, codes, shape, types, values


def test_leading_zeros_are_text() -> None:
    summary = all_of("id,zip\n1,01067\n2,10115\n3,00501\n")
    assert types(summary) == ["integer", "string"]
    assert values(summary, 1) == {"01067": 1, "10115": 1, "00501": 1}
    assert (summary["columns"][1]["sum"], summary["columns"][1]["mean"]) == (None, None)
    assert codes(summary) == [("leading-zeros", 1, 2)]


def test_formulas_are_text_and_nothing_is_worked_out() -> None:
    formulas = ["=1+1", "+cmd|' /C calc'!A0", "@SUM(A1)", "-2+3"]
    summary = all_of("id,formula\n" + "".join(f"{n},{formula}\n" for n, formula in enumerate(formulas)))
    assert types(summary) == ["integer", "string"]
    assert values(summary, 1) == dict.fromkeys(formulas, 1)


def test_escape_sequences_and_letters_that_turn_the_text_round_are_characters_like_others() -> None:
    summary = all_of("id,name\n1,\x1b[31mred\n2,\u202eevil\n3,\x1b[31mred\n")
    assert (shape(summary), codes(summary)) == ((3, 2, 0), [])
    assert values(summary, 1) == {"\x1b[31mred": 2, "\u202eevil": 1}
    assert not {"\x1b", "\u202e"} & set(json.dumps(summary))


def test_phone_numbers_with_a_plus_sign_are_text() -> None:
    summary = all_of("id,phone\n1,+14155550100\n2,+14155550101\n3,+442071838750\n")
    assert types(summary) == ["integer", "string"]
    assert values(summary, 1) == {"+14155550100": 1, "+14155550101": 1, "+442071838750": 1}
    assert "plus-sign" in [code for code, *_ in codes(summary)]


def test_integers_beyond_64_bits_are_exact() -> None:
    big = [2**53, 2**63, 2**64 + 1, 10**30]
    summary = all_of("n,m\n" + "".join(f"{number},1\n" for number in big))
    column = summary["columns"][0]
    assert column["type"] == "integer"
    assert (column["min"], column["max"], column["sum"]) == (str(2**53), str(10**30), str(sum(big)))
    assert column["distinct"]["value"] == 4
    assert column["mean"] == pytest.approx(sum(big) / 4)


def test_ambiguous_dates_are_flagged_and_have_no_range() -> None:
    summary = all_of("id,day\n1,01/02/2026\n2,03/04/2026\n3,11/12/2026\n")
    column = summary["columns"][1]
    assert (column["type"], column["format"]) == ("date", "ambiguous")
    assert (column["min"], column["max"]) == (None, None)
    assert codes(summary) == [("ambiguous-date", 1, 3)]


def test_dates_of_which_one_tells_day_and_month_apart_are_not_ambiguous() -> None:
    summary = all_of("id,day\n1,01/02/2026\n2,13/04/2026\n3,11/12/2026\n")
    column = summary["columns"][1]
    assert column["type"] == "date"
    assert column["format"] not in {None, "ambiguous"}
    assert (column["min"], column["max"]) == ("2026-02-01", "2026-12-11")
    assert codes(summary) == []


def test_mixed_dates_are_never_read_in_two_ways() -> None:
    summary = all_of("id,day\n1,13/02/2026\n2,02/13/2026\n3,01/01/2026\n")
    column = summary["columns"][1]
    assert column["type"] == "string"
    assert values(summary, 1) == {"13/02/2026": 1, "02/13/2026": 1, "01/01/2026": 1}
    assert column["typeCounts"]["date"] == 2


@pytest.mark.parametrize("odd", ["NaN", "nan"])
def test_nan_is_counted_and_in_no_average(odd: str) -> None:
    column = all_of(f"x,y\n1.5,a\n{odd},b\n2.5,c\n")["columns"][0]
    assert (column["type"], column["nanCount"], column["infCount"]) == ("number", 1, 0)
    assert (column["min"], column["max"], column["sum"], column["mean"]) == (1.5, 2.5, 4.0, 2.0)
    assert (column["count"], column["nullCount"]) == (3, 0)


def test_infinity_is_counted_and_in_no_average() -> None:
    column = all_of("x,y\n1.5,a\ninf,b\n-Infinity,b\n2.5,c\n")["columns"][0]
    assert (column["type"], column["nanCount"], column["infCount"]) == ("number", 0, 2)
    assert (column["min"], column["max"], column["sum"], column["mean"]) == (1.5, 2.5, 4.0, 2.0)


def test_1e400_is_no_infinity_in_the_summary() -> None:
    summary = all_of("x,y\n1.5,a\n1e400,b\n2.5,c\n")
    column = summary["columns"][0]
    assert (column["type"], column["infCount"]) == ("number", 1)
    assert (column["max"], column["sum"], column["mean"]) == (2.5, 4.0, 2.0)
    json.dumps(summary, allow_nan=False)


def test_type_change_at_row_60_001() -> None:
    rows = [f"{number},a\n" for number in range(60_000)]
    summary = all_of("n,m\n" + "".join(rows) + "oops,b\n")
    column = summary["columns"][0]
    assert shape(summary) == (60_001, 2, 0)
    assert column["type"] == "string"
    assert column["typeCounts"] == {"integer": 60_000, "string": 60_001}
    assert (column["count"], column["sum"]) == (60_001, None)


def test_empty_and_quoted_empty_are_null_and_lose_no_row() -> None:
    summary = all_of('a,b,c\n1,,x\n2,"",x\n3,v,x\n')
    column = summary["columns"][1]
    assert shape(summary) == (3, 3, 0)
    assert (column["count"], column["nullCount"]) == (1, 2)
    assert sum(column["missingTokens"].values()) == 2


def test_missing_tokens_are_null_in_a_typed_column_and_counted_apart() -> None:
    column = all_of("n,m\n1,a\nNA,b\n3,c\n,d\n")["columns"][0]
    assert (column["type"], column["count"], column["nullCount"]) == ("integer", 2, 2)
    assert (column["missingTokens"][""], column["missingTokens"]["NA"]) == (1, 1)
    assert column["sum"] == 4


def test_namibia_is_no_missing_value_among_countries() -> None:
    column = summary_of("iso,m\nNA,a\nDE,b\nFR,c\nUS,d\n", published="all")["columns"][0]
    assert (column["type"], column["count"], column["nullCount"]) == ("string", 4, 0)
    assert column["distinct"]["value"] == 4


@pytest.mark.parametrize(("cells", "expected"), [("01", "integer"), ("TF", "string"), ("YN", "string")])
def test_nothing_but_true_and_false_is_boolean(cells: str, expected: str) -> None:
    column = all_of("flag,m\n" + "".join(f"{cell},x\n" for cell in cells * 3))["columns"][0]
    assert column["type"] == expected


def test_true_and_false_in_any_case_are_boolean() -> None:
    column = all_of("flag,m\ntrue,x\nFALSE,x\nTrue,x\n")["columns"][0]
    assert (column["type"], column["count"]) == ("boolean", 3)


def test_thousands_separators_are_numbers() -> None:
    column = all_of('n,m\n"1,234,567",a\n"2,000,000.50",b\n12.25,c\n')["columns"][0]
    assert column["type"] == "number"
    assert column["sum"] == 3_234_579.75 + 0.0
    assert column["format"] is not None
