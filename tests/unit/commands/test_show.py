"""Which summary is meant by what was typed."""

import pytest

from gistline.commands.show import summary_key_of
from gistline.errors import RejectedError
from gistline.pipeline.keys import KeyLayout

LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")


@pytest.mark.parametrize(
    "typed", ["a/orders.csv", "synthetic-data/a/orders.csv", "summaries/a/summary_orders.json"]
)
def test_all_three_forms_mean_the_same_summary(typed: str) -> None:
    assert summary_key_of(LAYOUT, typed) == "summaries/a/summary_orders.json"


@pytest.mark.parametrize("typed", ["orders", "orders.CSV", "summaries/orders.json", "synthetic-data/", ""])
def test_what_no_csv_can_be_called_means_none(typed: str) -> None:
    assert summary_key_of(LAYOUT, typed) is None


def test_a_csv_may_lie_in_a_folder_called_like_the_output_prefix() -> None:
    assert summary_key_of(LAYOUT, "summaries/orders.csv") == "summaries/summaries/summary_orders.json"


def test_a_key_that_is_too_long_is_refused_in_words() -> None:
    with pytest.raises(RejectedError, match="longer than"):
        summary_key_of(LAYOUT, "x" * 1010 + ".csv")
