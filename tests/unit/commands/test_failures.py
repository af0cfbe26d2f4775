"""Failures in words, and as jobs."""

import json

from gistline.commands.failures import jobs_of
from gistline.commands.failurewords import as_lines, as_object, as_table
from gistline.pipeline.mark import Mark
from gistline.stack.deadletters import DeadLetter
from gistline.stack.failures import Failure, Place
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
    lines = [
        line.split("  ") for line in as_table([IN_SUMMARY, IN_LETTER], len("synthetic-data/")).splitlines()
    ]
    cells = [[cell.strip() for cell in line if cell.strip()] for line in lines]
    assert cells == [
        ["csv", "when", "status", "code", "reason"],
        ["a.csv", "2026-11-23T12:00:00Z", "failed", "killed", "it was\ufffd[2J killed"],
        ["a.csv", "2026-11-23T12:00:00Z", "failed, not recorded", "killed", "it was\ufffd[2J killed"],
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


def test_a_key_that_failed_in_both_places_is_one_job_that_replaces_the_summary() -> None:
    for chosen in ([IN_SUMMARY, IN_LETTER], [IN_LETTER, IN_SUMMARY]):
        (job,) = jobs_of(SITE, chosen)
        assert (job.key, job.before) == (KEY, MARK)
