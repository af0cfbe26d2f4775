"""Numbers as people write them. The oracle is `decimal`: it writes what must be read."""

from collections import Counter
from decimal import Decimal
from itertools import pairwise
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.numerals import Style, count_numbers, read_numeral
from gistline.profile.reference.column import add, finish, forget, merge, new_column
from gistline.profile.reference.moments import total
from gistline.profile.state import Numbers
from gistline.profile.types import decide, read
from unit.profile.oracle import column_of, csv_of, summary_of

THIN, NARROW, HARD = "\u2009", "\u202f", "\u00a0"
UNITS = ["", "$", "€", "£", "¥", "EUR", "US$", "₹", "%"]
DECIMALS = st.decimals(-(10**12), 10**12, places=2)


class Written(NamedTuple):
    decimal_char: str
    group_char: str
    unit: str
    before: bool
    gap: str

    def write(self, number: Decimal) -> str:
        digits = f"{abs(number):,f}".replace(",", "\0").replace(".", "\1")
        digits = digits.replace("\0", self.group_char).replace("\1", self.decimal_char)
        minus = "-" if number < 0 else ""
        if not self.unit:
            return minus + digits
        if self.before and self.unit != "%":
            return f"{minus}{self.unit}{self.gap}{digits}"
        return f"{minus}{digits}{self.gap}{self.unit}"


STYLES = st.builds(
    Written,
    st.sampled_from(".,"),
    st.sampled_from(["", ".", ",", " ", HARD, NARROW, THIN, "'", "’"]),  # noqa: RUF001 - the Swiss apostrophe
    st.sampled_from(UNITS),
    st.booleans(),
    st.sampled_from(["", " ", HARD, NARROW]),
).filter(lambda style: style.decimal_char != style.group_char)


@given(DECIMALS, STYLES)
def test_number_with_cents_is_read_exactly_however_it_is_written(number: Decimal, style: Written) -> None:
    _, value = read(style.write(number))
    mantissa, scale, nearest = value  # type: ignore[misc] # it has one reading
    assert Decimal(f"{mantissa}E{-scale}") == number  # type: ignore[operator]
    assert nearest == float(number)


@given(st.lists(DECIMALS, min_size=1, max_size=8), STYLES, st.randoms(use_true_random=False))
def test_column_in_one_style_is_read_in_it_whatever_the_order_of_rows(
    numbers: list[Decimal], style: Written, order: Random
) -> None:
    cells = [style.write(number) for number in numbers]
    order.shuffle(cells)
    column = column_of(cells, published="all")
    assert column["type"] == "number"
    assert column["sum"] == pytest.approx(float(sum(numbers)), abs=0)
    assert (column["min"], column["max"]) == (float(min(numbers)), float(max(numbers)))


@pytest.mark.parametrize(
    ("cells", "written", "total"),
    [
        (["1.234,56", "7,5"], 'decimalChar="," groupChar="."', 1242.06),
        (["1,234.56", "7.5"], 'groupChar=","', 1242.06),
        (["1 234,56", "7"], 'decimalChar="," groupChar=" "', 1241.56),
        ([f"1{HARD}234,56", "7"], 'decimalChar="," groupChar="\\u00a0"', 1241.56),
        ([f"1{NARROW}234,56", "7"], 'decimalChar="," groupChar="\\u202f"', 1241.56),
        (["1'234.56", "7"], 'groupChar="\'"', 1241.56),
        (["1.234", "1.234.567"], 'decimalChar="," groupChar="."', 1235801),
        (["1.234", "12,5"], 'decimalChar="," groupChar="."', 1246.5),
        (["1,234", "12,5"], 'decimalChar=","', 13.734),
        (["1,234", "12.5"], 'groupChar=","', 1246.5),
        (["1.234", "12.5"], None, 13.734),
        (["1.234", "0.5", "7"], None, 8.734),
        (["$1,234.50", "-$2"], 'groupChar="," unit="$"', 1232.5),
        (["5 €", "1.000,50 €"], 'decimalChar="," groupChar="." unit="€"', 1005.5),
        (["EUR 5", "7 EUR"], 'unit="EUR"', 12),
        (["12 %", "0.5%", "NaN"], 'unit="%"', 12.5),
        (["1,5e3", "2"], 'decimalChar=","', 1502),
    ],
)
def test_style_of_a_column_is_told(cells: list[str], written: str | None, total: float) -> None:
    column = column_of(cells)
    assert (column["type"], column["format"], column["sum"]) == ("number", written, total)


@pytest.mark.parametrize(
    "cells",
    [
        ["5 €", "5 $"],
        ["5 %", "5"],
        ["1.234,5", "1,234.5"],
        ["1 234", f"1{HARD}234"],
        ["12,5", "12.5"],
        ["1,234,567", "12,5"],
    ],
)
def test_numbers_in_two_styles_are_text_and_warned_of(cells: list[str]) -> None:
    summary = summary_of(csv_of(["x", "y"], ([cell, "-"] for cell in cells)))
    assert summary["columns"][0]["type"] == "string"
    assert [one["code"] for one in summary["warnings"]] == ["mixed-formats"]


@pytest.mark.parametrize(
    ("cells", "total", "ambiguous"),
    [
        (["1,234", "5"], 1239, 1),  # the comma separates thousands
        (["1.234", "5"], 6.234, 1),  # the point is decimal
        (["1,234", "5.678"], 1239.678, 2),
        (["€1.234", "€2.345"], 3.579, 2),
    ],
)
def test_numbers_that_can_be_read_in_two_ways_are_warned_of(
    cells: list[str], total: float, ambiguous: int
) -> None:
    summary = summary_of(csv_of(["x", "y"], ([cell, "-"] for cell in cells)))
    assert summary["columns"][0]["sum"] == pytest.approx(total)
    assert [(one["code"], one["count"]) for one in summary["warnings"]] == [("ambiguous-number", ambiguous)]


@pytest.mark.parametrize(
    "cells", [["1,234", "0.5"], ["1.234", "12.5"], ["1,234", "1,234,567"], ["0,123"], ["1.5"]]
)
def test_number_that_another_one_explains_is_not_ambiguous(cells: list[str]) -> None:
    assert summary_of(csv_of(["x", "y"], ([cell, "-"] for cell in cells)))["warnings"] == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        "-",
        "$",
        "%",
        "5,",
        "1,234,",
        "1,23,456",
        "1,234,56",
        "12 34",
        "1 2345",
        "0,123,456",
        "01,5",
        "--5 €",
        "-$-5",
        "$5€",
        "$5%",
        "5 XYZ",
        "XYZ 5",
        "1,234e5,6",
        "+5 %",
        "(5.00)",
        "4111 1111 1111 1111",
        "192.168.0.1",
        "1'23",
        "$ 5 $",
    ],
)
def test_what_is_no_number_in_any_style_is_none(text: str) -> None:
    assert read_numeral(text) is None


@given(st.text("0123456789.,' -$€%eE\u00a0", max_size=30))
def test_whatever_is_read_is_what_decimal_makes_of_it_without_its_signs(text: str) -> None:
    found = read_numeral(text)
    if found is None or found[1] is None:
        return
    readings = found[1] if found[0].startswith("number ?") else (found[1],)
    plain = text
    for sign in "$€% \u00a0'":
        plain = plain.replace(sign, "")
    spellings = {plain.replace(".", "").replace(",", "."), plain.replace(",", "")}
    expected = {Decimal(spelling) for spelling in spellings if spelling.count(".") < 2}
    for mantissa, scale, _ in readings:  # type: ignore[misc] # numbers all
        assert mantissa == 0 or Decimal(f"{mantissa}E{-scale}") in expected


@given(st.lists(st.sampled_from(["1,234", "1.234", "5", "0.5", "0,5", "1,234.5", "$5", "NaN", "2 %"])))
def test_tallies_of_parts_add_up_to_the_decision_of_the_whole(cells: list[str]) -> None:
    whole = count_numbers(Counter(read(cell)[0] for cell in cells))
    cut = len(cells) // 3
    first, second = (Counter(read(cell)[0] for cell in part) for part in (cells[:cut], cells[cut:]))
    assert count_numbers(second + first) == whole


CELLS = [
    "1,234",
    "1.234",
    "-5.678",
    "5",
    "0.5",
    "0,5",
    "1,234.5",
    "$5",
    "NaN",
    "4111111111111111",
    "::1",
    "NA",
    "",
]


@given(
    st.lists(st.sampled_from(CELLS), max_size=30),
    st.lists(st.integers(0, 30), max_size=3),
    st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_merged_parts_say_what_one_pass_says(
    cells: list[str], cuts: list[int], forgetful: list[bool]
) -> None:
    whole, merged = new_column("x", 100), new_column("x", 100)
    add(whole, cells)
    for (begin, end), forgets in zip(pairwise([0, *sorted(cuts), len(cells)]), forgetful, strict=False):
        part = new_column("x", 100)
        add(part, cells[begin:end])
        if forgets:
            forget(part)
        merge(merged, part)
    first, second = finish(whole, mostly_sound=True), finish(merged, mostly_sound=True)
    assert (first.shapes, first.masks, first.semantics) == (second.shapes, second.masks, second.semantics)
    if decide(first.shapes).type in {"integer", "number"}:
        assert _exact_facts(first.numbers) == _exact_facts(second.numbers)


def _exact_facts(numbers: Numbers) -> tuple[object, ...]:
    return total(numbers), numbers.count, numbers.zeros, numbers.negatives, numbers.extremes


def test_plain_numbers_have_no_format() -> None:
    assert Style().format is None
    assert count_numbers({"integer": 2, "decimal": 1, "nan": 1}) == (4, Style())


def test_number_beyond_floats_is_infinite_in_any_style() -> None:
    assert read_numeral("1,5e400") == ("infinite", None)
    assert read_numeral("0,0e-999") == ("number _, ", (0, 0, 0.0))


def test_hostile_numbers_take_bounded_time() -> None:
    for text in (
        "1,234" * 200_000,
        "1," * 500_000,
        "$" * 10**6,
        "1 234" + " 234" * 250_000 + "x",
        "9" * 10**6,
    ):
        assert read(text) == ("text", None)
        assert read_numeral(f"{text}!") is None
