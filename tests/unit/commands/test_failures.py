"""Failures in words, and as jobs."""

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

import pytest

from fakes import s3_record
from gistline.commands.failures import Chosen, jobs_of, named, settled
from gistline.commands.failurewords import as_lines, as_object, as_table
from gistline.commands.redoing import WIDE
from gistline.errors import ObjectNotFoundError
from gistline.pipeline.mark import Mark
from gistline.pipeline.record import Defeat
from gistline.stack.deadletters import DeadLetter
from gistline.stack.failures import Failure, Place
from gistline.stack.redo import Done, Job
from gistline.stack.timeline import Attempt, Invocation
from unit.stack.simulated import NOON, mark_of, simulated

SITE, _ = simulated()
KEY = "synthetic-data/a.csv"
ERROR = {"code": "killed", "message": "it was\x1b[2J killed", "remedy": "raise its memory"}
MARK: Mark = mark_of(SITE, None, "failed")
BODY = {
    "requestContext": {"requestId": "r-9", "approximateInvokeCount": 3},
    "requestPayload": {"Records": [{"eventSource": "aws:s3"}]},
    "responsePayload": {"errorMessage": "MarkerOfACell"},
}
LETTER = DeadLetter("m-1", "handle", NOON, json.dumps(BODY), None)
IN_SUMMARY = Failure(Place.SUMMARY, (KEY,), "failed", NOON, ERROR, MARK)
IN_LETTER = Failure(Place.DEAD_LETTER, (KEY,), "failed", NOON, ERROR, letter=LETTER)
ATTEMPT = Attempt(None, (), (), None)


def test_the_table_has_key_time_status_code_and_reason_and_no_control_sequence() -> None:
    drawn = as_table([IN_SUMMARY, IN_LETTER], len("synthetic-data/"), width=WIDE)
    lines = [line.split("  ") for line in drawn.splitlines()]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert cells == [
        ["csv", "when", "status", "code", "reason"],
        ["a.csv", "2026-11-23T12:00:00Z", "failed", "killed", "it was\ufffd[2J killed"],
        ["a.csv", "2026-11-23T12:00:00Z", "failed, not recorded", "killed", "it was\ufffd[2J killed"],
    ]


def test_on_a_narrow_terminal_a_failure_is_a_paragraph_that_fits() -> None:
    long = replace(IN_SUMMARY, error={**ERROR, "message": "why " * 50})
    lines = as_table([long, IN_LETTER], len("synthetic-data/"), width=60).splitlines()
    assert max(map(len, lines)) <= 60
    assert lines[0] == "a.csv"
    assert lines[1].strip() == "2026-11-23T12:00:00Z  failed  killed"
    assert [line.strip() for line in lines[-3:]] == [
        "a.csv",
        "2026-11-23T12:00:00Z  failed, not recorded  killed",
        "it was\ufffd[2J killed",
    ]


def test_all_of_a_failure_names_invocations_and_event_but_not_what_the_function_said() -> None:
    known = [Invocation("r-1", (ATTEMPT, ATTEMPT))]
    whole = as_object(IN_LETTER, known, whole=True)
    assert whole["invocations"] == [
        {"requestId": "r-1", "attempts": 2},
        {"requestId": "r-9", "attempts": 3},
    ]
    assert whole["event"] == BODY["requestPayload"]
    assert "MarkerOfACell" not in json.dumps(whole)
    lines = "\n".join(as_lines(IN_LETTER, known))
    assert "MarkerOfACell" not in lines
    assert "\x1b" not in lines
    assert "  remedy      raise its memory" in lines


def test_the_short_form_has_no_event() -> None:
    assert as_object(IN_SUMMARY) == {
        "keys": [KEY],
        "where": "summary",
        "status": "failed",
        "when": "2026-11-23T12:00:00Z",
        "code": "killed",
        "reason": ERROR["message"],
        "remedy": "raise its memory",
        "message": None,
    }


class Queue:
    """A queue from which messages are removed."""

    def __init__(self) -> None:
        self.removed: list[str] = []

    def delete_message(self, **request: Any) -> None:
        self.removed.append(request["ReceiptHandle"])


def message(name: str, *keys: str) -> DeadLetter:
    records = [s3_record(key, bucket=SITE.outputs.bucket_name) for key in keys]
    record = {"requestContext": {}, "requestPayload": {"Records": records}}
    return DeadLetter(name, name, NOON, json.dumps(record), Defeat.parse(record))


def about(name: str, *keys: str) -> Failure:
    return Failure(Place.DEAD_LETTER, keys, "failed", NOON, ERROR, letter=message(name, *keys))


def done(key: str, became: str = "complete") -> Done:
    return Done(Job(key, "failed"), became, None)


def test_a_key_that_failed_in_both_places_is_one_job_that_replaces_the_summary() -> None:
    (job,) = jobs_of(SITE, Chosen([IN_SUMMARY], [IN_LETTER]))
    assert (job.key, job.before) == (KEY, MARK)


def test_a_key_that_only_messages_tell_of_is_one_job_after_those_of_summaries() -> None:
    other = "synthetic-data/b.csv"
    jobs = list(jobs_of(SITE, Chosen([IN_SUMMARY], [about("m-1", other), about("m-2", other, KEY)])))
    assert [(job.key, job.before) for job in jobs] == [(KEY, MARK), (other, None)]


def streamed(*names: str) -> Iterator[str]:
    """Give these, and fail when more is wanted: whoever makes a list of a stream wants it all."""
    yield from names
    pytest.fail("the stream was read to its end")


def test_jobs_come_while_summaries_are_still_looked_for() -> None:
    summaries = (replace(IN_SUMMARY, keys=(f"synthetic-data/{name}.csv",)) for name in streamed("x", "y"))
    jobs = islice(jobs_of(SITE, Chosen(summaries, [IN_LETTER])), 2)
    assert [job.key for job in jobs] == ["synthetic-data/x.csv", "synthetic-data/y.csv"]


def test_a_message_is_removed_with_the_last_of_its_keys_before_that_result_is_told() -> None:
    queue = Queue()
    site, _ = simulated(services={"sqs": queue})
    results = settled(site, [about("m", "a", "b")], map(done, "xab"))
    assert [(each.job.key, list(queue.removed)) for each in results] == [("x", []), ("a", []), ("b", ["m"])]


def test_a_message_stays_as_long_as_one_of_its_keys_is_not_right() -> None:
    queue = Queue()
    site, _ = simulated(services={"sqs": queue})
    results = [done("a"), done("b", "failed")]
    assert list(settled(site, [about("m", "a", "b"), IN_SUMMARY], results)) == results
    assert queue.removed == []


def test_results_are_passed_on_as_they_come() -> None:
    results = settled(SITE, [IN_LETTER], map(done, streamed("x", "y")))
    assert [each.job.key for each in islice(results, 2)] == ["x", "y"]


def test_what_is_named_twice_is_chosen_once() -> None:
    site, s3 = simulated()
    document = {
        "schemaVersion": "1.0",
        "status": "failed",
        "generator": {"name": "gistline"},
        "source": {"key": KEY},
    }
    mark = mark_of(site, s3.put(KEY), "failed")
    s3.put(site.layout.summary_key(KEY), "s", mark, json.dumps(document).encode())
    letters = [message("m-1", KEY), message("m-2", "synthetic-data/b.csv")]
    chosen = named(site, ["a.csv", KEY, "m-1"], letters)
    assert [each.keys for each in chosen.summaries] == [(KEY,)]
    assert [each.letter for each in chosen.letters] == letters[:1]


def test_a_name_that_is_no_failures_is_said() -> None:
    site, _ = simulated()
    with pytest.raises(ObjectNotFoundError, match=r"'b\.csv' has not failed"):
        named(site, ["m-1", "b.csv"], [message("m-1", KEY)])
