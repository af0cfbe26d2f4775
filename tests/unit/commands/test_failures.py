"""Failures in words, and as jobs."""

import json
from dataclasses import replace

import pytest

from fakes import s3_record
from gistline.commands.failures import named
from gistline.commands.failurewords import as_lines, as_object, as_table
from gistline.commands.redoing import WIDE
from gistline.errors import ObjectNotFoundError
from gistline.pipeline.mark import Mark
from gistline.pipeline.record import Defeat
from gistline.site.deadletters import DeadLetter
from gistline.site.failures import Failure, Place
from gistline.site.timeline import Attempt, Invocation
from unit.site.simulated import NOON, mark_of, simulated

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


def message(name: str, *keys: str) -> DeadLetter:
    records = [s3_record(key, bucket=SITE.outputs.bucket_name) for key in keys]
    record = {"requestContext": {}, "requestPayload": {"Records": records}}
    return DeadLetter(name, name, NOON, json.dumps(record), Defeat.parse(record))


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
