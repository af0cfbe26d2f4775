"""What a probe shows of its way."""

import json
from typing import Any

import pytest

from gistline.checks.faults.probe import FOLDER, clear, errors, invocations, send, watch, watch_until_verdict
from gistline.site.logs import LogEvent

OURS, SUMMARY, OTHER = "synthetic-data/ours.csv", "summaries/summary_ours.json", "synthetic-data/other.csv"
KEYS = {OURS, SUMMARY}


def line(request: str, message: str = "S3 event received", **fields: Any) -> str:
    return json.dumps({"message": message, "requestId": request, **fields})


def start(request: str) -> str:
    return f"START RequestId: {request} Version: $LATEST"


def document(status: str, code: str = "") -> bytes:
    error = {"code": code, "message": "it was so", "remedy": ""} if code else None
    generator = {"name": "gistline", "version": "1"}
    facts = {"schemaVersion": "1.0", "status": status, "generator": generator, "source": {}}
    return json.dumps({**facts, "error": error} if error else facts).encode()


def log(*lines: str) -> list[LogEvent]:
    return [LogEvent(number, text) for number, text in enumerate(lines)]


def test_every_attempt_counts() -> None:
    assert invocations(log(start("a"), line("a", key=OURS), start("a"), line("a", key=OURS)), KEYS) == 2


def test_the_summarys_own_invocation_counts() -> None:
    events = log(start("a"), line("a", key=OURS), start("b"), line("b", "S3 event ignored", key=SUMMARY))
    assert invocations(events, KEYS) == 2


def test_an_invocation_about_another_key_does_not_count() -> None:
    assert invocations(log(start("a"), line("a", key=OTHER), start("b"), line("b", key=OURS)), KEYS) == 1


def test_an_invocation_that_died_before_it_named_a_key_counts() -> None:
    assert invocations(log(start("a"), "[ERROR] no such handler", "END RequestId: a"), KEYS) == 1


def test_no_line_is_no_invocation() -> None:
    assert invocations([], KEYS) == 0
    assert list(errors([], KEYS)) == []


def test_our_error_lines_are_told_with_their_code_and_of_our_keys_only() -> None:
    forbidden = {"code": "object-forbidden", "message": "GetObject: HTTP 403"}
    unexpected = {"code": "unexpected", "type": "ValueError", "where": []}
    events = log(
        line("a", "record failed", key=OURS, error=forbidden),
        line("b", "record failed", key=OTHER, error=forbidden),
        line("c", "record failed", key=OURS, error=unexpected),
    )
    assert list(errors(events, KEYS)) == [
        "[object-forbidden] GetObject: HTTP 403",
        "[unexpected] ValueError",
    ]


def test_what_repeats_our_own_line_is_not_told_again() -> None:
    assert list(errors(log('[ERROR] {"errorType": "RecordsFailedError"}'), KEYS)) == []


def test_timeouts_of_all_attempts_say_the_same_and_those_of_other_keys_are_left_out() -> None:
    events = log(
        line("a", key=OURS),
        "2026-01-01T00:00:00Z a Task timed out after 1.00 seconds",
        "2026-01-01T00:01:00Z a Task timed out after 1.00 seconds",
        line("b", key=OTHER),
        "2026-01-01T00:01:00Z b Task timed out after 9.00 seconds",
    )
    assert set(errors(events, KEYS)) == {"Task timed out after 1.00 seconds"}


def test_an_upload_that_nobody_noticed_shows_nothing_at_all(account: Any) -> None:
    sent = send(account.site, "silent", b"a\n1\n")
    assert sent.key.startswith(f"synthetic-data/{FOLDER}silent-")
    assert sent.key.endswith(".csv")
    seen = watch(account.site, sent, moments=range(2))
    assert (seen.summarised, seen.invocations, seen.ignored, seen.errors, seen.given_up) == (
        False,
        0,
        0,
        (),
        0,
    )


def test_two_probes_never_share_a_key(account: Any) -> None:
    assert send(account.site, "same").key != send(account.site, "same").key


def test_a_summary_and_the_invocation_that_it_set_off_are_seen(account: Any) -> None:
    sent = send(account.site, "loop")
    summary = account.site.layout.summary_key(sent.key)
    account.objects[summary] = document("complete")
    account.lines += [start("a"), line("a", key=sent.key), start("b")]
    account.lines += [line("b", "S3 event ignored", key=summary)]
    seen = watch(account.site, sent, moments=())
    assert (seen.summarised, seen.invocations, seen.ignored) == (True, 2, 1)


def test_watching_ends_with_what_is_enough(account: Any) -> None:
    sent = send(account.site, "enough")

    def moments() -> Any:
        yield None
        account.lines.append(start("a"))
        yield None
        pytest.fail("it looked once more")

    assert watch(account.site, sent, lambda seen: seen.invocations > 0, moments()).invocations == 1


def test_what_lay_on_the_queue_before_is_not_ours(account: Any) -> None:
    account.messages = ["old", "older"]
    sent = send(account.site, "queue")
    assert watch_until_verdict(account.site, sent, moments=()).given_up == 0
    account.messages.append("new")
    assert watch_until_verdict(account.site, sent, moments=(None,)).given_up == 1


@pytest.mark.parametrize(("status", "given_up"), [("failed", 1), ("rejected", 0)])
def test_a_verdict_ends_the_watch_and_is_no_summary(account: Any, status: str, given_up: int) -> None:
    sent = send(account.site, "verdict")
    account.objects[account.site.layout.summary_key(sent.key)] = document(status, code="too-slow")
    seen = watch_until_verdict(account.site, sent, moments=(None,))
    assert (seen.summarised, seen.given_up, seen.verdict) == (False, given_up, "[too-slow] it was so")


def test_clearing_takes_what_is_ours_and_leaves_the_rest(account: Any) -> None:
    sent = send(account.site, "clear")
    account.objects[account.site.layout.summary_key(sent.key)] = b"{}"
    account.objects[OTHER] = b"kept"
    encoded = sent.key.replace("/", "%2F")
    # A stack may be named after the folder; its function's name is then in every message.
    account.messages = [
        f"about {sent.key}",
        f"about {encoded}",
        "gistline-lab-summarizer failed at other.csv",
    ]
    clear(account.site)
    assert account.objects == {OTHER: b"kept"}
    assert account.messages == ["gistline-lab-summarizer failed at other.csv"]
