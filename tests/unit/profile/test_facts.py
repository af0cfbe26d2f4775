from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.profile.oracle import column_of, summary_of

SHOWN = ("min", "max", "sum", "mean", "stddev", "quantiles", "histogram", "topValues")
SECRETS = ["ada@example.com", "+49 151 1234567", "Ada Lovelace", "born in London", "DE89370400440532013000"]


def withheld(column: dict[str, Any]) -> bool:
    assert column["redacted"] == all(column[name] is None for name in SHOWN)
    return bool(column["redacted"])


def test_categories_are_shown() -> None:
    column = column_of(["red", "red", "blue", "red", "red", "blue", "red", "red"], label="colour")
    assert not column["redacted"]
    assert (column["min"], column["max"]) == ("blue", "red")
    assert column["topValues"] == [{"value": "red", "count": 6}, {"value": "blue", "count": 2}]


def test_free_text_is_withheld() -> None:
    assert withheld(column_of(f"note number {index}" for index in range(100)))


def test_text_that_occurs_once_is_withheld_in_a_small_file() -> None:
    assert withheld(column_of(["Ada", "Grace", "Alan"]))


@pytest.mark.parametrize("secret", SECRETS[:2] + SECRETS[4:])
def test_categories_that_look_personal_are_withheld(secret: str) -> None:
    assert withheld(column_of(["red", secret] * 50, label="colour"))


def test_names_of_people_are_withheld_under_any_label() -> None:
    assert withheld(column_of(["Ada Lovelace", "Grace Hopper"] * 50, label="x"))


@pytest.mark.parametrize("label", ["name", "customer_email", "Phone"])
def test_categories_under_a_personal_label_are_withheld(label: str) -> None:
    assert withheld(column_of(["Ada", "Grace"] * 50, label=label))


def test_phone_numbers_without_signs_are_withheld() -> None:
    cells = ["15112345678", "15187654321"]
    assert withheld(column_of(cells, label="mobile"))
    assert not column_of(cells, label="population")["redacted"]
    assert not column_of(["1", "2"], label="mobile")["redacted"]


def test_dates_of_birth_are_withheld() -> None:
    assert withheld(column_of(["1815-12-10"], label="birth_date"))
    assert not column_of(["2026-12-10"], label="ship_date")["redacted"]


def test_flags_and_amounts_under_a_personal_label_are_shown() -> None:
    assert not column_of(["true", "false"], label="email_confirmed")["redacted"]
    assert not column_of(["1.5", "2.5"], label="cost per email")["redacted"]


def test_column_without_values_has_nothing_to_withhold() -> None:
    column = column_of(["", ""], label="email")
    assert not column["redacted"]
    assert column["topValues"] == []


def test_withheld_column_is_still_counted() -> None:
    column = column_of(SECRETS)
    assert (column["count"], column["distinct"]["value"]) == (5, 5)
    assert column["length"]["max"] == 22


@given(st.lists(st.sampled_from(SECRETS), min_size=1, max_size=30))
def test_no_secret_appears_anywhere_in_a_summary(cells: list[str]) -> None:
    text = str(summary_of("contact,n\n" + "".join(f"{cell},1\n" for cell in cells)))
    assert not any(secret in text for secret in SECRETS)


def test_option_shows_all_values() -> None:
    column = column_of(SECRETS, published="all")
    assert not column["redacted"]
    assert len(column["topValues"]) == 5
    assert column["min"] == "+49 151 1234567"


def test_option_shows_no_value() -> None:
    document = summary_of("a,b,c\n1,x,2026-01-01\n1,x,2026-01-01\n", published="none")
    assert all(withheld(column) for column in document["columns"])
    assert document["columns"][0]["zeroCount"] == 0


@pytest.mark.parametrize("cells", [["4111111111111111"], ["4111111111111111", "5500000000000004"]])
@pytest.mark.parametrize("end", ["", ".0"])
@pytest.mark.parametrize("label", ["number", "card"])
def test_no_statistic_of_card_numbers_is_shown(cells: list[str], end: str, label: str) -> None:
    column = column_of([cell + end for cell in cells], label=label)
    assert withheld(column)
    assert column["redacted"]
    assert (column["zeroCount"], column["negativeCount"]) == (0, 0)
    assert not any(digits in str(column) for cell in cells for digits in (cell, cell[:6]))


@pytest.mark.parametrize(
    "names",
    [
        ["MARIA GARCIA", "JOHN SMITH"],
        ["maria garcia", "john smith"],
        ["Ludwig van Beethoven", "Vasco da Gama"],
        ["J. Smith", "A. B. Jones"],
        ["John Brown Jr.", "Ada King"],
        ["Иван Петров", "Ольга Смирнова"],
        ["王伟", "李娜"],
        ["Ada Lovelace", "Grace Hopper", "Unknown"],
        ["12 Main Street", "7b Oak Ave"],
        ["https://example.com/?user=1", "https://example.com/"],
    ],
)
def test_names_and_addresses_that_come_back_are_no_categories(names: list[str]) -> None:
    assert withheld(column_of(names * 20, label="x"))
    assert column_of(names * 20, label="x")["redacted"]


@pytest.mark.parametrize(
    ("label", "values"),
    [
        ("city", ["New York", "Los Angeles", "Buenos Aires", "Kuala Lumpur"]),
        ("country", ["United Kingdom", "Sri Lanka", "Burkina Faso"]),
        ("airport", ["Charles De Gaulle", "John Wayne"]),
        ("product", ["Desk Lamp", "Office Chair"]),
        ("where", ["New York", "United Kingdom", "South Africa"]),
        ("answer", ["Strongly Agree", "Agree", "Disagree"]),
        ("x", ["Light Blue", "Dark Red", "in stock", "IN STOCK"]),
        ("Link", ["https://example.com/a", "https://example.com/b"]),
    ],
)
def test_things_with_two_words_are_shown(label: str, values: list[str]) -> None:
    assert not column_of(values * 20, label=label)["redacted"]


@pytest.mark.parametrize("label", ["contact_no", "cell", "Rufnummer", "accountNumber", "taxId", "bsn"])
@pytest.mark.parametrize("cells", [["555123456", "555987654"], ["555 123 456", "555 987 654"]])
def test_long_numbers_under_a_personal_label_are_withheld(label: str, cells: list[str]) -> None:
    assert column_of(cells * 20, label=label)["redacted"]


def test_nine_digits_in_groups_are_withheld_under_any_label() -> None:
    assert column_of(["555 123 456", "555 987 654"] * 20)["redacted"]
    assert not column_of(["1 234 567", "555 987 654"] * 20)["redacted"]


@pytest.mark.parametrize("label", ["phone", "ssn"])
def test_personal_numbers_that_were_written_as_floats_are_withheld(label: str) -> None:
    assert withheld(column_of(["5551234567.0", "", "5559876543.0"], label=label))


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("email", ["ada@example.com", "alan@example.com"]),
        ("phone", ["+14155550100", "+442071838750"]),
        ("phone", ["(555) 123-4567", "(555) 765-4321"]),
        ("iban", ["DE89370400440532013000", "NO93 8601 1117 947"]),
        ("card-number", ["4111 1111 1111 1111", "3782 822463 10005"]),
        ("card-number", ["4111111111111111", "5500000000000004"]),
        ("ipv4", ["10.0.0.1", "10.0.0.2"]),
    ],
)
def test_values_of_people_are_withheld_by_what_they_are(kind: str, values: list[str]) -> None:
    document = summary_of("x,n\n" + "".join(f"{value},1\n" for value in values * 50))
    column = document["columns"][0]
    assert withheld(column)
    assert column["redacted"]
    assert column["semantic"] == {"value": kind, "ratio": 1}
    assert not any(value in str(document) for value in values)


def test_one_address_among_categories_is_enough() -> None:
    assert withheld(column_of(["red", "blue"] * 50 + ["10.0.0.1"], label="colour"))


def test_card_numbers_are_no_chance() -> None:
    numbers = [str(4_000_000_000_000_000 + 1_234_567 * index) for index in range(100)]
    column = column_of(numbers, label="id")
    assert not column["redacted"]
    assert column["semantic"] is None


@pytest.mark.parametrize(
    ("cells", "label", "pattern"),
    [
        ([f"ORD-{index:04}" for index in range(50)], "order", "AAA-9999"),
        ([f"1511234567{index % 10}" for index in range(50)], "phone", "99999999999"),
        (["ada@example.com", "bob@example.com"], "email", "AAA@AAAAAAA.AAA"),
    ],
)
def test_patterns_of_withheld_values_are_shown_if_they_tell_no_more_than_a_form(
    cells: list[str], label: str, pattern: str
) -> None:
    column = column_of(cells, label=label)
    assert column["redacted"]
    shown = column["patterns"] and column["patterns"][0]["pattern"]
    assert shown == (None if label == "phone" else pattern)


@pytest.mark.parametrize(
    ("cells", "label"),
    [
        (["Ada Lovelace", "Grace Hopper"] * 50, "x"),
        ([f"note {'x' * index}" for index in range(40)], "note"),
        (["secret1!", "hunter2?"] * 50, "password"),
    ],
)
def test_patterns_of_names_sentences_and_passwords_are_withheld(cells: list[str], label: str) -> None:
    column = column_of(cells, label=label)
    assert column["redacted"]
    assert column["patterns"] is None


def test_patterns_of_shown_columns_are_shown() -> None:
    assert column_of(["red", "blue"] * 9)["patterns"] == [
        {"pattern": "AAA", "count": 9},
        {"pattern": "AAAA", "count": 9},
    ]
