"""Failures as jobs, and the messages that go when these are done."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from fakes import s3_record
from gistline.pipeline.mark import Mark
from gistline.pipeline.record import Defeat
from gistline.site.deadletters import DeadLetter
from gistline.site.failures import Failure, Place
from gistline.site.redo import Done, Job
from gistline.site.redriving import Chosen, jobs_of, settled
from gistline.site.site import Site
from unit.site.simulated import NOON, mark_of, simulated

IN = "synthetic-data/"
KEY, OTHER = f"{IN}a.csv", f"{IN}b.csv"
ERROR = {"code": "killed", "message": "it was killed", "remedy": "raise its memory"}


class Queue:
    """A queue from which messages are removed."""

    def __init__(self) -> None:
        self.removed: list[str] = []

    def delete_message(self, **request: Any) -> None:
        self.removed.append(request["ReceiptHandle"])


def about(site: Site, name: str, *keys: str, more: tuple[object, ...] = ()) -> Failure:
    """A message about CSVs of the site's bucket, and perhaps about more."""
    records = [s3_record(key, bucket=site.outputs.bucket_name) for key in keys]
    record = {"requestContext": {}, "requestPayload": {"Records": [*records, *more]}}
    letter = DeadLetter(name, name, NOON, json.dumps(record), Defeat.parse(record))
    return Failure(Place.DEAD_LETTER, letter.keys, "failed", NOON, ERROR, letter=letter)


def failed(site: Site, key: str, generation: int = 1) -> Failure:
    """A summary that says so, in the bucket."""
    s3: Any = site.target.client("s3")
    mark = mark_of(site, s3.put(key), "failed", generation)
    document = {
        "schemaVersion": "1.0",
        "status": "failed",
        "generator": {"name": "gistline"},
        "source": {"key": key},
    }
    s3.put(site.layout.summary_key(key), "s", mark, json.dumps(document).encode())
    return Failure(Place.SUMMARY, (key,), "failed", NOON, ERROR, mark)


def befores(site: Site, chosen: Chosen) -> list[tuple[str, Mark | None]]:
    return [(job.key, job.before) for job in jobs_of(site, chosen)]


@pytest.fixture
def site() -> Site:
    return simulated(services={"sqs": Queue()})[0]


def removed(site: Site) -> list[str]:
    queue: Any = site.target.client("sqs")
    return list(queue.removed)


def done(key: str, became: str = "complete") -> Done:
    return Done(Job(key, "failed"), became, None)


def test_a_key_that_failed_in_both_places_is_one_job_that_replaces_the_summary(site: Site) -> None:
    summary = failed(site, KEY, generation=7)
    assert befores(site, Chosen([summary], [about(site, "m", KEY)])) == [(KEY, summary.mark)]


def test_keys_of_messages_come_first_as_these_are_held_for_a_while_only(site: Site) -> None:
    summary = failed(site, KEY)
    letters = [about(site, "m-1", OTHER), about(site, "m-2", OTHER)]
    assert befores(site, Chosen([summary], letters)) == [(OTHER, None), (KEY, summary.mark)]


def streamed(*names: str) -> Iterator[str]:
    """Give these, and fail when more is wanted: whoever makes a list of a stream wants it all."""
    yield from names
    pytest.fail("the stream was read to its end")


def test_jobs_come_while_summaries_are_still_looked_for(site: Site) -> None:
    summary = failed(site, KEY)
    summaries = (replace(summary, keys=(f"{IN}{name}.csv",)) for name in streamed("x", "y"))
    jobs = islice(jobs_of(site, Chosen(summaries, [about(site, "m", OTHER)])), 3)
    assert [job.key for job in jobs] == [OTHER, f"{IN}x.csv", f"{IN}y.csv"]


def test_a_message_is_removed_with_the_last_of_its_keys_before_that_result_is_told(site: Site) -> None:
    results = settled(site, [about(site, "m", KEY, OTHER)], map(done, (f"{IN}x.csv", KEY, OTHER)))
    assert [(each.job.key, removed(site)) for each in results] == [
        (f"{IN}x.csv", []),
        (KEY, []),
        (OTHER, ["m"]),
    ]


def test_a_message_stays_as_long_as_one_of_its_keys_is_not_right(site: Site) -> None:
    results = [done(KEY), done(OTHER, "failed")]
    assert list(settled(site, [about(site, "m", KEY, OTHER), failed(site, KEY)], results)) == results
    assert removed(site) == []


@pytest.mark.parametrize("more", [s3_record(KEY, bucket="another"), {"eventSource": "aws:s3"}])
def test_a_message_that_is_about_more_than_csvs_of_the_bucket_stays(site: Site, more: object) -> None:
    letter = about(site, "m", KEY, more=(more,))
    list(settled(site, [letter], [done(KEY)]))
    assert removed(site) == []
    assert not letter.is_done_with_jobs(site)


def test_a_message_waits_for_no_key_that_is_none_of_a_csv(site: Site) -> None:
    letter = about(site, "m", KEY, f"{IN}notes.txt")
    list(settled(site, [letter], [done(KEY)]))
    assert removed(site) == ["m"]
    assert not about(site, "m", f"{IN}notes.txt").is_done_with_jobs(site)


def test_results_are_passed_on_as_they_come(site: Site) -> None:
    results = settled(site, [about(site, "m", KEY)], map(done, streamed("x", "y")))
    assert [each.job.key for each in islice(results, 2)] == ["x", "y"]
