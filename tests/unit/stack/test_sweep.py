"""The whole bucket, looked at: every key ends as right, or in the plan."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.pipeline.mark import Mark, Profiler
from gistline.pipeline.s3 import Token
from gistline.stack.inputs import CHUNK
from gistline.stack.site import Site
from gistline.stack.sweep import mapped, sweep
from gistline.stack.verdicts import Lack, Rules
from unit.stack.simulated import NOON, SimulatedS3, Thing, mark_of, simulated

IN, OUT = "synthetic-data/", "summaries/"
OTHER = Token("other", 9, "v0", NOON - timedelta(days=1))
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


def mark_for(site: Site, state: str, token: Token) -> Mark | None:
    fresh = mark_of(site, token)
    return {
        "fresh": fresh,
        "failed": fresh._replace(status="failed"),
        "rejected": fresh._replace(status="rejected"),
        "stale": fresh._replace(token=OTHER),
        "older": fresh._replace(profiler=Profiler("0.0.0")),
        "deleted": fresh._replace(status="deleted", token=None),
    }.get(state)


def fill(site: Site, s3: SimulatedS3, key: str, *, there: bool, state: str) -> None:
    token = s3.put(key)
    if not there:
        del s3.things[key]
    if state != "none":
        s3.put(site.layout.summary_key(key), "s", mark_for(site, state, token))


def found(site: Site, prefix: str = "", page: int = 1000) -> dict[str, Lack | None]:
    every = list(sweep(site, Rules.of(site), prefix, page=page))
    assert len({each.key for each in every}) == len(every)
    return {each.key: each.lack for each in every}


@given(BUCKETS, st.integers(1, 3), st.integers(1, 4))
def test_every_key_ends_as_right_or_in_the_plan_and_no_other_does(
    names: dict[str, tuple[bool, str]], page: int, listed: int
) -> None:
    site, s3 = simulated()
    s3.page = listed
    for name, (there, state) in names.items():
        fill(site, s3, f"{IN}{name}.csv", there=there, state=state)
    for other in (f"{IN}notes.txt", f"{OUT}readme.md", f"{OUT}summary_x.txt", "elsewhere/a.csv"):
        s3.put(other)
    seen = found(site, page=page)
    expected = {f"{IN}{name}.csv": STATES[state][not there] for name, (there, state) in names.items()}
    assert {key: lack for key, lack in seen.items() if lack} == {k: v for k, v in expected.items() if v}
    assert {key for key in expected if key in s3.things} <= set(seen) <= set(expected)


@given(BUCKETS, NAMES)
def test_a_prefix_narrows_it_down_and_changes_no_verdict(
    names: dict[str, tuple[bool, str]], prefix: str
) -> None:
    site, s3 = simulated()
    for name, (there, state) in names.items():
        fill(site, s3, f"{IN}{name}.csv", there=there, state=state)
    everything = found(site)
    assert found(site, prefix) == {k: v for k, v in everything.items() if k.startswith(IN + prefix)}


def test_since_leaves_out_older_csvs_but_no_orphan() -> None:
    site, s3 = simulated()
    fill(site, s3, f"{IN}old.csv", there=True, state="none")
    fill(site, s3, f"{IN}gone.csv", there=False, state="fresh")
    fill(site, s3, f"{IN}new.csv", there=True, state="none")
    later = NOON + timedelta(hours=1)
    s3.things[f"{IN}new.csv"] = Thing(Token("e1", 3, "v1", later))
    every = sweep(site, Rules.of(site), since=later)
    assert {each.key: each.lack for each in every} == {
        f"{IN}new.csv": Lack.NO_SUMMARY,
        f"{IN}gone.csv": Lack.ORPHANED,
    }


def test_where_summaries_are_kept_nobody_looks_for_orphans() -> None:
    site, s3 = simulated("keep")
    fill(site, s3, f"{IN}gone.csv", there=False, state="fresh")
    assert found(site) == {}
    assert s3.heads == []


def test_a_key_too_long_for_a_summary_has_its_verdict_in_the_log() -> None:
    site, s3 = simulated()
    s3.put(f"{IN}{'x' * 1005}.csv")
    assert found(site) == {}


def test_a_right_bucket_costs_one_head_a_csv_and_few_lists() -> None:
    site, s3 = simulated()
    s3.page = 10
    for number in range(100):
        fill(site, s3, f"{IN}{number % 7}/{number}.csv", there=True, state="fresh")
    assert set(found(site, page=10).values()) == {None}
    assert len(s3.heads) == 100
    assert s3.listed <= 10 + 10 + 30  # CSVs, summaries, and CSVs again, a stretch for each page


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
