import re
from pathlib import Path

import pytest

from gistline.profile import warnings
from gistline.profile.types import LEADING_ZEROS, PLUS_SIGN, TWO_DIGIT_YEAR
from unit.profile.oracle import column_of, csv_of, summary_of


def warnings_of(content: str | bytes) -> list[tuple[str, int | None, int]]:
    return [(one["code"], one["column"], one["count"]) for one in summary_of(content)["warnings"]]


def test_sound_file_has_no_warnings() -> None:
    assert warnings_of("a,b\n1,x\n2,y\n") == []


def test_leading_zeros_and_plus_signs_among_numbers_are_warned_of() -> None:
    content = "zip,phone\n" + "01067,+49\n10115,+33\n04109,44\n"
    assert warnings_of(content) == [("leading-zeros", 0, 2), ("plus-sign", 1, 2)]


def test_leading_zero_in_a_text_is_nothing_special() -> None:
    assert warnings_of("a,b\n007,1\nBond,2\n") == []


def test_ambiguous_dates_are_warned_of() -> None:
    assert warnings_of("a,b\n01/02/2026,1\n03/04/2026,2\n") == [("ambiguous-date", 0, 2)]


def test_dates_with_two_digits_for_the_year_are_warned_of_and_stay_text() -> None:
    content = "a,b\n01/02/26,1\n13/04/26,2\n"
    assert warnings_of(content) == [("two-digit-year", 0, 2)]
    assert summary_of(content)["columns"][0]["type"] == "string"
    assert warnings_of("a,b\n01/02/26,1\n13/04/2026,2\n") == [("two-digit-year", 0, 1)]
    assert warnings_of("a,b\n01/02/26,1\nlater,2\n") == []


def test_dates_and_numbers_in_forms_that_do_not_go_together_are_warned_of() -> None:
    assert warnings_of("a,b\n13/01/2026,1\n01/13/2026,2\n") == [("mixed-formats", 0, 2)]
    assert warnings_of("a,b\n5 €,1\n5 $,2\n") == [("mixed-formats", 0, 2)]
    assert warnings_of("a,b\n5,1\n2026-01-01,2\n") == []


def test_number_with_two_readings_is_warned_of() -> None:
    assert warnings_of('a,b\n"1,234",1\n"5,678",2\n') == [("ambiguous-number", 0, 2)]


def test_blank_and_duplicate_labels_are_kept_and_warned_of() -> None:
    document = summary_of("a,,a, ,a\n1,2,3,4,5\n")
    assert [column["name"] for column in document["columns"]] == ["a", "", "a", " ", "a"]
    assert [(one["code"], one["column"]) for one in document["warnings"]] == [
        ("blank-label", 1),
        ("duplicate-label", 2),
        ("blank-label", 3),
        ("duplicate-label", 4),
    ]
    assert document["warnings"][1]["message"].endswith("column 0")


@pytest.mark.parametrize(
    ("content", "replaced"), [(b"a,b\nM\xfcller,1\n", 0), (b"a,b\nM\xfcl\x81ler,1\n", 1)]
)
def test_assumed_encoding_is_warned_of(content: bytes, replaced: int) -> None:
    assert warnings_of(content) == [("assumed-encoding", None, replaced)]


def test_no_warning_holds_what_a_cell_holds() -> None:
    content = (
        csv_of(["zip", "when", "x"], [["00817", "03/04/2026", "secret"]] * 3) + "00817,03/04/2026,a,b\n00817"
    )
    messages = " ".join(one["message"] for one in summary_of(content)["warnings"])
    assert messages
    assert not any(cell in messages for cell in ("00817", "03/04", "2026", "secret"))


def test_leading_zeros_stay_in_the_values() -> None:
    column = column_of(["007", "008"] * 9, label="code")
    assert [one["value"] for one in column["topValues"]] == ["007", "008"]


def test_datetimes_with_and_without_a_time_zone_are_warned_of() -> None:
    content = "t,n\n2026-01-01T10:00:00,1\n2026-01-01T10:00:00Z,2\n2026-01-01T11:00:00+02:00,3\n"
    assert warnings_of(content) == [("mixed-zones", 0, 1)]
    column = summary_of(content)["columns"][0]
    assert (column["type"], column["format"], column["min"], column["max"]) == ("datetime", "any", None, None)
    assert warnings_of(content.replace("00,1", "00Z,1")) == []


def test_fractions_of_which_digits_are_cut_off_are_warned_of() -> None:
    content = "t,n\n2026-01-01T10:00:00.1234567,1\n2026-01-01T10:00:00.123456000,2\n"
    assert warnings_of(content) == [("truncated-fraction", 0, 1)]
    column = summary_of(content)["columns"][0]
    assert (column["type"], column["max"]) == ("datetime", "2026-01-01T10:00:00.123456")
    assert warnings_of("t,n\n10:00:00.1234567,1\n") == [("truncated-fraction", 0, 1)]
    assert warnings_of("t,n\n10:00:00.1234567,1\nx,2\n") == []


@pytest.mark.parametrize("mark", ["\ufeff", "\u200b"])
def test_invisible_characters_around_cells_are_warned_of_and_change_no_type(mark: str) -> None:
    content = f"a,b\n1,x\n{mark}2,{mark}x\n3 {mark} ,x\n{mark},x\n"
    assert warnings_of(content) == [("invisible-characters", 0, 3), ("invisible-characters", 1, 1)]
    number, text = summary_of(content, published="all")["columns"]
    assert (number["type"], number["max"], number["count"]) == ("integer", 3, 3)
    assert {one["value"] for one in text["topValues"]} == {"x", f"{mark}x"}


def test_invisible_characters_within_a_cell_are_its_own() -> None:
    assert warnings_of("a,b\nx\u200by,1\n") == []


def test_every_warning_is_explained() -> None:
    source = Path(warnings.__file__).read_text("utf-8")
    codes = set(re.findall(r'TableWarning\(\s*"([a-z-]+)"', source)) | {
        LEADING_ZEROS,
        PLUS_SIGN,
        TWO_DIGIT_YEAR,
    }
    root = Path(__file__).parents[3]
    pages = "".join(page.read_text("utf-8") for page in (root / "docs").glob("*.md"))
    assert len(codes) > 10
    assert {code for code in codes if f"`{code}`" not in pages} == set()
