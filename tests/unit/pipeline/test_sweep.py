"""The whole bucket, looked at: every key ends as right, or in the plan."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.pipeline.lack import Lack, Rules
from gistline.pipeline.sweep import CHUNK, Place, Stretch, Sweep, mapped
from support.catalogued import IN, LAYOUT, NOON, OUT, RULES, Bucket, filled

# what lies under the summary's key -> what lacks beside a CSV, and without one (on_delete: tombstone)
STATES: dict[str, tuple[Lack | None, Lack | None]] = {
    "none": (Lack.NO_SUMMARY, None),
    "fresh": (None, Lack.ORPHANED),
    "failed": (None, Lack.ORPHANED),
    "rejected": (None, Lack.ORPHANED),
    "stale": (Lack.OUT_OF_DATE, Lack.ORPHANED),
    "older": (Lack.OLDER, Lack.ORPHANED),
    "deleted": (Lack.OUT_OF_DATE, None),
    "foreign": (Lack.UNREADABLE, None),
}
NAMES = st.lists(
    st.sampled_from(["a", "b", ".", "/", "-", " ", "+", "%", "é", "😀", "\n", "csv"]), max_size=5
).map("".join)
BUCKETS = st.dictionaries(NAMES, st.tuples(st.booleans(), st.sampled_from(sorted(STATES))), max_size=12)


def found(sweep: Sweep) -> dict[str, Lack | None]:
    every = list(sweep.found())
    assert len({each.key for each in every}) == len(every)
    return {each.key: each.lack for each in every}


@given(BUCKETS, st.integers(1, 3))
def test_every_key_ends_as_right_or_in_the_plan_and_no_other_does(
    names: dict[str, tuple[bool, str]], page: int
) -> None:
    bucket = filled(names)
    for other in (f"{IN}notes.txt", f"{OUT}readme.md", f"{OUT}summary_x.txt", "elsewhere/a.csv"):
        bucket.put(other)
    seen = {each.key: each.lack for each in Sweep(bucket, LAYOUT, RULES, page=page).found()}
    expected = {f"{IN}{name}.csv": STATES[state][not there] for name, (there, state) in names.items()}
    assert {key: lack for key, lack in seen.items() if lack} == {k: v for k, v in expected.items() if v}
    assert {key for key in expected if key in bucket.things} <= set(seen) <= set(expected)


@given(BUCKETS, NAMES)
def test_a_prefix_narrows_it_down_and_changes_no_verdict(
    names: dict[str, tuple[bool, str]], prefix: str
) -> None:
    bucket = filled(names)
    everything = found(Sweep(bucket, LAYOUT, RULES))
    narrow = found(Sweep(bucket, LAYOUT, RULES, prefix))
    assert narrow == {k: v for k, v in everything.items() if k.startswith(IN + prefix)}


@given(BUCKETS, st.integers(1, 3))
def test_whoever_goes_on_behind_any_stretch_finds_what_was_left(
    names: dict[str, tuple[bool, str]], page: int
) -> None:
    sweep = Sweep(filled(names), LAYOUT, RULES, page=page)
    stretches = list(sweep.stretches())
    for number, stretch in enumerate(stretches):
        rest = stretches[number + 1 :]
        assert list(sweep.stretches(stretch.end)) == rest


def test_the_places_of_one_walk_follow_each_other_so_that_going_on_comes_to_an_end() -> None:
    bucket = filled({f"{number:03}": (number % 2 == 0, "fresh") for number in range(300)})
    ends = [stretch.end for stretch in Sweep(bucket, LAYOUT, RULES, page=50).stretches()]
    assert [end.walk for end in ends] == ["csvs"] * 3 + ["summaries"] * 6
    assert all(one.after < other.after for one, other in pairwise(ends) if one.walk == other.walk)


def test_a_stretch_without_anything_to_tell_is_told_too_so_that_the_time_can_be_watched() -> None:
    bucket = filled({"a": (True, "fresh")})
    *_, last = Sweep(bucket, LAYOUT, RULES).stretches()
    assert last == Stretch(Place("summaries", f"{OUT}summary_a.json"), ())


def test_since_leaves_out_older_csvs_but_no_orphan() -> None:
    later = NOON + timedelta(hours=1)
    bucket = filled({"old": (True, "none"), "gone": (False, "fresh")})
    bucket.put(f"{IN}new.csv", at=later)
    assert found(Sweep(bucket, LAYOUT, RULES, since=later)) == {
        f"{IN}new.csv": Lack.NO_SUMMARY,
        f"{IN}gone.csv": Lack.ORPHANED,
    }


def test_where_summaries_are_kept_nobody_looks_for_orphans() -> None:
    bucket = filled({"gone": (False, "fresh")})
    assert found(Sweep(bucket, LAYOUT, Rules.of("keep"))) == {}
    assert bucket.heads == []


def test_a_key_that_cannot_be_looked_at_holds_up_no_other() -> None:
    bucket = filled(
        {"a": (True, "stale"), "b": (True, "stale"), "c": (False, "fresh"), "d": (False, "fresh")}
    )
    bucket.refused = {f"{OUT}summary_a.json", f"{OUT}summary_c.json"}
    seen = {each.key: (each.lack, each.error is None) for each in Sweep(bucket, LAYOUT, RULES).found()}
    assert seen == {
        f"{IN}a.csv": (None, False),
        f"{IN}b.csv": (Lack.OUT_OF_DATE, True),
        f"{IN}c.csv": (None, False),
        f"{IN}d.csv": (Lack.ORPHANED, True),
    }


def test_an_archived_csv_is_not_sent_for_a_better_verdict_as_it_cannot_be_read() -> None:
    bucket = filled({"old": (True, "older"), "none": (True, "none")})
    bucket.archived = {f"{IN}old.csv", f"{IN}none.csv"}
    assert found(Sweep(bucket, LAYOUT, RULES)) == {f"{IN}old.csv": None, f"{IN}none.csv": Lack.NO_SUMMARY}


def test_a_key_too_long_for_a_summary_is_said_each_time() -> None:
    bucket = Bucket()
    bucket.put(f"{IN}{'x' * 1005}.csv")
    (only,) = Sweep(bucket, LAYOUT, RULES).found()
    assert (only.lack, only.error and only.error.code) == (None, "key-too-long")


def test_a_right_bucket_costs_one_head_a_csv_and_few_entries_of_lists() -> None:
    bucket = filled({f"{number % 7}/{number}": (True, "fresh") for number in range(100)})
    assert set(found(Sweep(bucket, LAYOUT, RULES, page=10)).values()) == {None}
    assert len(bucket.heads) == 100
    assert bucket.taken <= 100 + 100 + 300  # CSVs, summaries, and CSVs again, a stretch for each page


def test_a_csv_that_came_while_its_summary_was_looked_at_is_no_orphan() -> None:
    bucket = Bucket()
    for number in range(30):
        bucket.fill(f"{IN}a/{number:02}.csv", there=True, state="fresh")
    # "a!" comes between "a" and "a/": the list that is held against the page ends before "b"
    bucket.fill(f"{IN}b.csv", there=True, state="fresh")
    bucket.fill(f"{IN}a.csv", there=True, state="fresh")
    lacks = {each.lack for each in Sweep(bucket, LAYOUT, RULES, page=2).found()}
    assert lacks == {None}


@pytest.mark.parametrize("number", [0, 1, 64, 200])
def test_results_come_in_order_and_no_more_than_a_chunk_is_taken_ahead(number: int) -> None:
    taken: list[int] = []

    def items() -> Iterator[int]:
        for item in range(number):
            taken.append(item)
            yield item

    for position, each in enumerate(mapped(lambda item: item * 2, items())):
        assert each == position * 2
        assert len(taken) <= position + CHUNK
    assert len(taken) == number
