from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unit.profile.oracle import column_of, summary_of

SHOWN = ("min", "max", "quantiles", "topValues")
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
    assert document["columns"][0]["mean"] == 1


@pytest.mark.parametrize("label", ["phone", "ssn"])
def test_personal_numbers_that_were_written_as_floats_are_withheld(label: str) -> None:
    assert withheld(column_of(["5551234567.0", "", "5559876543.0"], label=label))
