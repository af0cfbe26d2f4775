"""In what disorder events are handed out."""

import pytest

from gistline.localcloud.disorder import IN_ORDER, Disorder, at_once

MANY = 2000


def drawn(disorder: Disorder) -> list[tuple[float, ...]]:
    times = disorder.times
    return [times() for _ in range(MANY)]


def test_unless_disorder_is_wanted_each_event_comes_once_and_at_once() -> None:
    assert IN_ORDER.times is at_once
    assert at_once() == (0.0,)


@pytest.mark.parametrize(("disorder", "copies"), [(Disorder(duplicated=0.2), 2), (Disorder(dropped=0.2), 0)])
def test_the_share_that_was_asked_for_comes_twice_or_never(disorder: Disorder, copies: int) -> None:
    found = [len(times) for times in drawn(disorder)]
    assert set(found) == {1, copies}
    assert found.count(copies) == pytest.approx(MANY * 0.2, rel=0.2)


def test_each_copy_is_late_by_a_time_of_its_own() -> None:
    found = drawn(Disorder(duplicated=1.0, late=3.0))
    assert all(0 <= after < 3.0 for times in found for after in times)
    assert sum(first > second for first, second in found) == pytest.approx(MANY / 2, rel=0.1)


def test_the_same_seed_gives_the_same_disorder() -> None:
    one = Disorder(duplicated=0.3, dropped=0.1, late=1.0, seed=7)
    assert drawn(one) == drawn(one)
    assert drawn(one) != drawn(Disorder(duplicated=0.3, dropped=0.1, late=1.0, seed=8))
