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
