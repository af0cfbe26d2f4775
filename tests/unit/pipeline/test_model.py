"""All orders in which S3's calls can happen: none ends wrong, and each safeguard is needed.

The search drives the real code; see `support.model`. From a shell, with the number of states:
`PYTHONPATH=tests python -m support.model`.
"""

import pytest

from support.model import (
    BROKEN,
    COMPLETE,
    HISTORIES,
    RIGHT,
    Scenario,
    search,
    search_all,
)
from support.replay import Variant


@pytest.mark.parametrize("versioned", [False, True], ids=["unversioned", "versioned"])
@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES)
def test_no_order_of_events_ends_wrong(history: tuple[int, ...], versioned: bool) -> None:  # noqa: FBT001 - drawn
    """With one event repeated, one worker killed, one answer lost."""
    assert not search(Scenario(history, versioned=versioned)).broken


@pytest.mark.parametrize("name", [name for name in RIGHT if name != "tombstone"])
def test_no_order_ends_wrong_whatever_is_set(name: str) -> None:
    assert not search_all(RIGHT[name]).broken


@pytest.mark.parametrize("name", BROKEN)
def test_without_one_safeguard_some_order_ends_wrong(name: str) -> None:
    variant, expected = BROKEN[name]
    assert search_all(variant, expected).broken >= expected


def test_a_crash_that_nobody_makes_good_leaves_a_source_without_a_summary() -> None:
    """The table takes the event of a worker that dies for one that is done; the search sees that nothing came."""
    report = search(Scenario((1,), duplicates=0, crashes=1, lost=0), Variant(table=True))
    assert report.broken == {COMPLETE}


def test_the_search_is_as_wide_as_it_says() -> None:
    """A search that no longer branches would find nothing, and look well."""
    assert search(Scenario((1, 2, 1))).states > 20_000
    assert search(Scenario((1, 0), duplicates=0, crashes=0, lost=0)).states > 50
