"""The invariants hold for some hundreds of inputs, and see what they are there to see. `make fuzz` tries many more."""

import io
from random import Random
from typing import Any

import pytest

from fuzz.inputs import draw
from fuzz.invariants import check, summary_of


def drawn(seed: str) -> bytes:
    return draw(Random(seed))  # noqa: S311 - inputs, not secrets


@pytest.mark.parametrize("part", range(8))
def test_any_bytes_are_summarised_without_loss_or_refused(part: int) -> None:
    for number in range(50):
        check(drawn(f"{part} {number}"))


def test_same_seed_draws_the_same_bytes() -> None:
    assert [drawn(str(number)) for number in range(50)] == [drawn(str(number)) for number in range(50)]


def test_refusal_is_an_outcome() -> None:
    assert check(b"") == "empty-file"


def _without_a_row(file: io.BytesIO) -> dict[str, Any]:
    summary = summary_of(file)
    summary["table"]["rowCount"] -= 1
    for column in summary["columns"]:
        column["count"] -= 1
        column["distinct"] |= {"value": 1, "lower": 1, "upper": 1}
    return summary


def test_lost_row_is_seen() -> None:
    with pytest.raises(AssertionError, match="1 rows and 1 other lines, of 3 lines"):
        check(b"a,b\n1,2\n3,4\n", _without_a_row)


def test_lost_characters_are_seen_where_quotes_join_lines() -> None:
    with pytest.raises(AssertionError, match="of 6 characters, 5 were kept"):
        check(b'a,b\n1,"2\n2"\n33,4\n', _without_characters)


def _without_characters(file: io.BytesIO) -> dict[str, Any]:
    summary = summary_of(file)
    summary["columns"][0]["length"]["mean"] = 0.5
    return summary


def test_summary_that_depends_on_how_the_bytes_arrive_is_seen() -> None:
    with pytest.raises(AssertionError, match="in pieces"):
        check(b"a,b\n1,2\n", lambda file: {"way": type(file).__name__})
