"""Synthetic orders have what real CSVs have."""

import tracemalloc
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.functions.synthetic import HEADER, orders

ROWS = [dict(zip(HEADER, row, strict=True)) for row in orders(2000, seed=1)]


@given(st.integers(0, 200), st.integers(0, 2**32 - 1))
def test_as_many_rows_as_asked_for_each_as_wide_as_the_header(rows: int, seed: int) -> None:
    drawn = list(orders(rows, seed))
    assert len(drawn) == rows
    assert all(len(row) == len(HEADER) for row in drawn)


@given(st.integers(0, 2**32 - 1), st.integers(1, 50))
def test_fewer_rows_are_the_beginning_of_more(seed: int, rows: int) -> None:
    assert list(orders(rows, seed)) == list(islice(orders(rows + 10, seed), rows))


def test_another_seed_gives_other_rows() -> None:
    assert list(orders(10, 1)) != list(orders(10, 2))


@pytest.mark.parametrize(
    ("column", "parse"),
    [
        ("order_id", int),
        ("quantity", int),
        ("amount", Decimal),
        ("ordered_at", datetime.fromisoformat),
        ("is_gift", {"true": True, "false": False}.__getitem__),
    ],
)
def test_every_cell_of_a_typed_column_is_of_its_type(column: str, parse: Callable[[str], object]) -> None:
    assert len({parse(row[column]) for row in ROWS}) > 1


def test_orders_are_numbered_from_one() -> None:
    assert [row["order_id"] for row in ROWS] == [str(number) for number in range(1, 2001)]


def test_some_orders_are_not_shipped_yet_and_the_others_later_than_ordered() -> None:
    unshipped = [row for row in ROWS if not row["ship_date"]]
    assert 100 < len(unshipped) < 300
    for row in ROWS:
        if row["ship_date"]:
            assert date.fromisoformat(row["ship_date"]) > datetime.fromisoformat(row["ordered_at"]).date()


def test_postal_codes_keep_their_leading_zeros() -> None:
    assert any(row["postal_code"].startswith("0") for row in ROWS)
    assert {len(row["postal_code"]) for row in ROWS} == {5}


def test_each_country_has_one_currency() -> None:
    assert len({(row["country"], row["currency"]) for row in ROWS}) == len({row["country"] for row in ROWS})


@pytest.mark.parametrize("awkward", [",", '"', "\n", "ü", "🎁"])
def test_notes_hold_what_breaks_naive_readers(awkward: str) -> None:
    assert any(awkward in row["note"] for row in ROWS)


def test_nobody_lives_behind_an_address() -> None:
    assert all(row["customer_email"].endswith("@example.com") for row in ROWS)


def test_rows_are_made_one_at_a_time() -> None:
    tracemalloc.start()
    try:
        for _ in orders(20_000, seed=1):
            pass
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 200_000
