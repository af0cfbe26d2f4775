"""A log's lines are sorted into invocations and attempts."""

import json

from gistline.site.logs import LogEvent
from gistline.site.timeline import Kind, Report, about, invocation, kind_of, request_id_of

ONE, OTHER = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"
KEY = "synthetic-data/a.csv"
REPORT = (
    "REPORT RequestId: {}\tDuration: 12.50 ms\tBilled Duration: 220 ms\tMemory Size: 1769 MB"
    "\tMax Memory Used: 42 MB{}"
)


def start(request_id: str = ONE) -> str:
    return f"START RequestId: {request_id} Version: $LATEST"


def end(request_id: str = ONE) -> str:
    return f"END RequestId: {request_id}"


def said(message: str, key: str = KEY, request_id: str = ONE) -> str:
    return json.dumps({"message": message, "requestId": request_id, "key": key})


def events(*texts: str) -> list[LogEvent]:
    return [LogEvent(number, text) for number, text in enumerate(texts, 1)]


def chosen(*texts: str) -> list[str]:
    return [event.text for event in about(events(*texts), KEY)]


def test_who_wrote_a_line_is_told() -> None:
    routine = (start(), end(), REPORT.format(ONE, ""), "INIT_START Runtime Version: python:3.13")
    assert {kind_of(event) for event in events(*routine)} == {Kind.ROUTINE}
    assert kind_of(LogEvent(1, said("CSV downloaded"))) is Kind.OURS
    others = (
        "[ERROR] KeyError: 'Records'",
        f"{ONE} Task timed out after 3.00 seconds",
        "STARTED",
        '{"a": 1}',
    )
    assert {kind_of(event) for event in events(*others)} == {Kind.OTHER}


def test_a_line_says_to_which_invocation_it_belongs() -> None:
    texts = (start(), said("x"), f"2026-11-23T12:00:00Z {ONE} Task timed out after 3.00 seconds")
    assert [request_id_of(event) for event in events(*texts)] == [ONE] * 3
    assert request_id_of(LogEvent(1, "[ERROR] no id")) == ""


def test_a_key_brings_all_lines_of_its_invocation() -> None:
    timeout = f"2026-11-23T12:00:00Z {ONE} Task timed out"
    texts = (start(), said("received"), timeout, end(), REPORT.format(ONE, ""))
    assert chosen(start(OTHER), said("received", "b", OTHER), *texts, end(OTHER)) == list(texts)


def test_lines_about_another_key_of_the_same_event_are_left_out() -> None:
    assert chosen(start(), said("received", "b"), said("received"), end()) == [
        start(),
        said("received"),
        end(),
    ]


def test_an_invocation_that_never_names_the_key_is_left_out() -> None:
    assert chosen(start(), end(), "[ERROR] whatever", REPORT.format(ONE, "")) == []


def test_attempts_share_the_request_id_and_begin_with_start() -> None:
    once = (start(), said("received"), said("record failed"), end(), REPORT.format(ONE, ""))
    found = invocation(ONE, events(*once, *once), KEY)
    assert [attempt.started for attempt in found.attempts] == [1, 6]
    assert [len(attempt.lines) for attempt in found.attempts] == [2, 2]


def test_an_attempt_that_has_only_begun_has_no_report() -> None:
    (attempt,) = invocation(ONE, events(start()), KEY).attempts
    assert (attempt.lines, attempt.trouble, attempt.report) == ((), (), None)


def test_lines_without_their_start_are_an_attempt_that_began_nobody_knows_when() -> None:
    (attempt,) = invocation(ONE, events(said("received")), KEY).attempts
    assert attempt.started is None
    assert len(attempt.lines) == 1


def test_lambdas_report_is_read() -> None:
    warm, cold = REPORT.format(ONE, ""), REPORT.format(ONE, "\tInit Duration: 205.98 ms\t")
    (attempt,) = invocation(ONE, events(start(), warm), KEY).attempts
    assert attempt.report == Report(12.5, 1769, 42, None)
    (attempt,) = invocation(ONE, events(start(), cold), KEY).attempts
    assert attempt.report == Report(12.5, 1769, 42, 205.98)


def test_what_went_wrong_is_kept_apart() -> None:
    trouble = "[ERROR] RecordsFailedError"
    (attempt,) = invocation(ONE, events(start(), said("received"), trouble, end()), KEY).attempts
    assert [event.text for event in attempt.trouble] == [trouble]
