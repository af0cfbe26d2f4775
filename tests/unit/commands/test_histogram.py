"""Blocks and bars that tell the truth about counts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.commands.histogram import BLOCKS, bars, blocks


def of(*counts: int) -> dict[str, list[int]]:
    return {"edges": list(range(len(counts) + 1)), "counts": list(counts)}


@pytest.mark.parametrize(
    ("counts", "drawn"),
    [
        ((1, 2, 3, 4, 5, 6, 7, 8), "▁▂▃▄▅▆▇█"),
        ((7, 7), "██"),
        ((1_000_000, 0, 1), "█ ▁"),
        ((5,), "█"),
        ((), ""),
        ((0, 0), "  "),
    ],
)
def test_the_fullest_bin_is_full_and_only_a_bin_without_values_is_blank(
    counts: tuple[int, ...], drawn: str
) -> None:
    assert blocks(of(*counts), 8) == drawn


def test_no_histogram_is_nothing() -> None:
    assert blocks(None, 8) == ""


def test_bins_share_a_block_where_there_are_more_than_fit() -> None:
    assert blocks(of(1, 1, 4, 4), 2) == "▂█"
    assert blocks(of(1, 1, 4, 4, 4), 3) == "▂█▄"


@given(st.lists(st.integers(0, 10**12), max_size=60), st.integers(1, 30))
def test_blocks_fit_and_are_as_high_as_their_counts(counts: list[int], width: int) -> None:
    drawn = blocks(of(*counts), width)
    assert len(drawn) <= width
    assert set(drawn) <= {*BLOCKS, " "}
    assert ("█" in drawn) == any(counts)
    if len(counts) <= width:
        heights = [(" " + BLOCKS).index(letter) for letter in drawn]
        by_count = [height for _, height in sorted(zip(counts, heights, strict=True))]
        assert by_count == sorted(heights)


def test_each_bin_has_its_edges_its_count_and_a_bar_that_is_seen() -> None:
    found = list(bars({"edges": [0, 5, 10, 15], "counts": [1000, 0, 1]}, 20))
    assert [(each.low, each.high, each.values) for each in found] == [(0, 5, 1000), (5, 10, 0), (10, 15, 1)]
    assert [len(each.bar) for each in found] == [20, 0, 1]
