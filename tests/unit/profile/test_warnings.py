import pytest

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
