"""Many uploads while everything goes wrong: every one ends right; and the checker would notice if it did not.

`make chaos` does the same at length. What a run does to events, functions and S3 stands in support/chaos/plan.py.
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import pytest

from support.chaos.checker import Bucket, Source, Verdict, check, went_back
from support.chaos.files import NO_CSV
from support.chaos.plan import Plan, parse
from support.chaos.proxy import Stored
from support.chaos.report import report
from support.chaos.run import Result, run
from support.chaos.stage import stage
from support.chaos.uploaders import Key

PLAN = Plan(uploads=150, keys=20, late=1.0, crashed=0.1, lost=0.1, conflict=0.05, patience=600.0)


# So few events come that some key has none, whatever the uploaders' threads do.
LOSSES = Plan(uploads=30, keys=15, late=0.2, dropped=0.9, crashed=0, slow_writes=0, patience=600.0)


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Result]:
    with stage(PLAN, tmp_path_factory.mktemp("chaos")) as made:
        yield run(PLAN, made)


def test_every_upload_ends_right(result: Result) -> None:
    assert result.is_right, report(result)


def test_enough_went_wrong_for_that_to_mean_something(result: Result) -> None:
    text = report(result)
    assert result.fates["duplicated"] > 10, text
    assert result.fates["retried"] > 3, text
    assert result.told.overtaken > 10, text
    assert sum(result.hurt.values()) > 20, text
    assert result.record.deletes > 3, text


def test_what_no_event_told_of_is_found_by_the_sweep(tmp_path: Path) -> None:
    with stage(LOSSES, tmp_path) as made:
        result = run(LOSSES, made)
    assert result.fates["dropped"] > 3, report(result)
    assert any(result.before.counts.values()), report(result)
    assert result.is_right, report(result)


@pytest.mark.parametrize(
    "wrong", ["--keys=0", "--uploads=-5", "--busy=nan", "--crashed=1.5", "--late=inf", "--many=1"]
)
def test_a_run_that_makes_no_sense_is_refused(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        parse([wrong])
    assert refused.value.code == 2
    assert wrong.partition("=")[0] in capsys.readouterr().err


def test_what_is_not_said_is_as_in_the_plan() -> None:
    assert parse(["--slow-writes", "0.5"]) == Plan(slow_writes=0.5)


Plant = Callable[[Key, Bucket], None]


def lose(key: Key, bucket: Bucket) -> None:
    del bucket.summaries[key.summary]


def age(key: Key, bucket: Bucket) -> None:
    """The summary of an earlier upload of as many bytes is left."""
    bucket.summaries[key.summary]["source"]["etag"] = "0" * 32


def leave_old(key: Key, bucket: Bucket) -> None:
    """The same bytes were uploaded again, and the summary is that of the first time."""
    bucket.summaries[key.summary]["source"]["lastModified"] = "2026-01-01T00:00:00Z"


def bury(key: Key, bucket: Bucket) -> None:
    bucket.summaries[key.summary]["status"] = "deleted"
    bucket.summaries[key.summary]["source"] = {"key": key.source}


def shorten(key: Key, bucket: Bucket) -> None:
    bucket.summaries[key.summary]["source"]["bytes"] -= 1


def mistake(key: Key, bucket: Bucket) -> None:
    """All is that of this CSV, but the summary says that it is another's."""
    bucket.summaries[key.summary]["source"]["key"] = "synthetic-data/chaos/other.csv"


def miscount(key: Key, bucket: Bucket) -> None:
    bucket.summaries[key.summary]["table"]["rowCount"] += 1


def shift(figure: str, by: float) -> Plant:
    def plant(key: Key, bucket: Bucket) -> None:
        bucket.summaries[key.summary]["columns"][1][figure] += by

    plant.__name__ = f"shift_{figure}"
    return plant


def overlook(key: Key, bucket: Bucket) -> None:
    del bucket.summaries[key.summary]["columns"][1]


def misjudge(key: Key, bucket: Bucket) -> None:
    bucket.summaries[key.summary]["status"] = "rejected"


def fail(key: Key, bucket: Bucket) -> None:
    bucket.summaries[key.summary]["status"] = "failed"


def double(key: Key, bucket: Bucket) -> None:
    bucket.summaries["summaries/summary_other.json"] = bucket.summaries[key.summary]


@pytest.mark.parametrize(
    ("plant", "kind"),
    [
        (lose, "lost"),
        (age, "stale"),
        (leave_old, "stale"),
        (shorten, "stale"),
        (bury, "stale"),
        (mistake, "wrong"),
        (miscount, "wrong"),
        (shift("sum", 0.01), "wrong"),
        (shift("min", -0.01), "wrong"),
        (shift("max", 0.01), "wrong"),
        (shift("count", 1), "wrong"),
        (shift("nullCount", 1), "wrong"),
        (overlook, "wrong"),
        (misjudge, "wrong"),
        (fail, "failed"),
        (double, "doubled"),
    ],
)
def test_the_checker_notices_one_that_is(result: Result, plant: Plant, kind: str) -> None:
    bucket = deepcopy(result.bucket)
    key = next(key for key in result.record.keys if key.body not in {None, NO_CSV})
    plant(key, bucket)
    assert check(result.record.keys, bucket).counts == {**Verdict().counts, kind: 1}


@pytest.mark.parametrize("status", ["complete", "rejected", "failed"])
def test_the_checker_notices_a_summary_of_what_is_deleted(result: Result, status: str) -> None:
    bucket, keys = deepcopy(result.bucket), list(result.record.keys)
    gone = keys.pop(next(place for place, key in enumerate(keys) if key.body))
    del bucket.sources[gone.source]
    bucket.summaries[gone.summary]["status"] = status
    assert check([*keys, Key(gone.name)], bucket).counts == {**Verdict().counts, "zombies": 1}


def test_the_checker_notices_figures_of_what_is_no_csv(result: Result) -> None:
    bucket, keys = deepcopy(result.bucket), list(result.record.keys)
    csv = keys.pop(next(place for place, key in enumerate(keys) if key.body not in {None, NO_CSV}))
    other, modified = Key(csv.name, NO_CSV), bucket.sources[csv.source].modified
    bucket.sources[csv.source] = Source(other.etag, len(NO_CSV), modified)
    bucket.summaries[csv.summary]["source"] |= {"etag": other.etag, "bytes": len(NO_CSV)}
    assert check([*keys, other], bucket).counts == {**Verdict().counts, "wrong": 1}


def test_the_checker_says_nothing_where_it_does_not_know_the_truth(result: Result) -> None:
    bucket = deepcopy(result.bucket)
    del bucket.sources[next(iter(bucket.sources))]
    with pytest.raises(AssertionError, match="not the truth"):
        check(result.record.keys, bucket)


def test_the_checker_notices_a_summary_that_becomes_older_for_a_moment() -> None:
    key = Key("0/a", states=["", "one", "two", "", "one"])
    right = [("one", 1), ("two", 2), ("one", 3)]  # removed in between, of which nobody had to take notice
    assert went_back([key], stored(key, right)) == []
    assert went_back([key], stored(key, [("two", 1), ("one", 2), ("two", 3)])) == [key.source]
    assert went_back([key], stored(key, [("one", 1), ("two", 1)])) == [key.source]


def stored(key: Key, states: list[tuple[str, int]]) -> list[Stored]:
    return [Stored(0.0, key.summary, generation, etag) for etag, generation in states]
