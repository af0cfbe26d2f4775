"""Which lines `logs` shows, and how."""

import json
from datetime import UTC, datetime
from typing import Any

import click
import pytest
from click.testing import CliRunner

from gistline.commands.logs import as_object, as_text, choose_lines, logs, since
from gistline.commands.reconcile import reconcile
from gistline.site.logs import LogEvent

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
NOON = int(NOW.timestamp() * 1000)
ID = "00000000-0000-4000-8000-000000000001"
START = LogEvent(NOON, f"START RequestId: {ID} Version: $LATEST")
TIMEOUT = LogEvent(NOON + 9, f"2026-11-23T12:00:00Z {ID} Task timed out after 3.00 seconds")


def ours(message: str, key: str = "a.csv", **more: Any) -> LogEvent:
    fields = {"level": "INFO", "message": message, "requestId": ID, "key": key, "milliseconds": 7, **more}
    return LogEvent(NOON + 250, json.dumps(fields))


def shown(event: LogEvent) -> str:
    return as_text(event).plain


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30s", 30),
        ("10m", 600),
        ("2h", 7200),
        ("1d", 86400),
        ("0m", 0),
        ("2026-11-23T11:59:00", 60),
        ("2026-11-23T11:59:00Z", 60),
        ("2026-11-23T13:59:00+02:00", 60),
        ("2026-11-23", 43200),
    ],
)
def test_since_is_a_while_ago_or_a_time(text: str, seconds: int) -> None:
    assert since(text, NOW) == NOON - seconds * 1000


@pytest.mark.parametrize("verb", [logs, reconcile])
@pytest.mark.parametrize("text", ["", "yesterday", "10", "m", "-5m", "99999999999d", "1.5h"])
def test_whatever_else_is_refused_with_examples(text: str, verb: click.Command) -> None:
    with pytest.raises((ValueError, OverflowError)):
        since(text, NOW)
    outcome = CliRunner().invoke(verb, ["--since", text])
    assert outcome.exit_code == 2
    assert "take one like 10m, 2h" in outcome.output


def test_lambdas_routine_lines_are_shown_only_on_request_but_trouble_always() -> None:
    lines = [START, ours("S3 event received"), TIMEOUT]
    assert list(choose_lines(lines, None, everything=False)) == lines[1:]
    assert list(choose_lines(lines, None, everything=True)) == lines


def test_a_key_filters() -> None:
    lines = [START, ours("S3 event received", "b.csv"), ours("S3 event received"), TIMEOUT]
    assert list(choose_lines(lines, "a.csv", everything=False)) == lines[2:]
    assert list(choose_lines(lines, "a.csv", everything=True)) == [START, *lines[2:]]
    assert list(choose_lines(lines, "c.csv", everything=True)) == []


def test_a_line_of_ours_has_time_words_key_and_milliseconds() -> None:
    assert (
        shown(ours("CSV downloaded", "a [b].csv"))
        == "2026-11-23T12:00:00.250Z  CSV downloaded      a [b].csv  7 ms"
    )


HOSTILE = "\x1b[2J\u202ea\nFORGED.csv"
HARMLESS = "\ufffd[2J\ufffda\ufffdFORGED.csv"


def test_a_key_has_no_power_over_the_terminal_and_forges_no_line() -> None:
    assert shown(ours("CSV downloaded", HOSTILE)).endswith(f"CSV downloaded      {HARMLESS}  7 ms")
    error = {"code": "object-forbidden", "message": HOSTILE, "remedy": HOSTILE}
    said = shown(ours("record failed", level="ERROR", error=error))
    assert said.endswith(f"[object-forbidden] {HARMLESS} - {HARMLESS}")


def test_what_lambda_says_in_several_lines_stays_in_lines() -> None:
    lines = "2026-11-23T12:00:00Z Task timed out\n\tat \x1b[2Jx\r\n"
    assert shown(LogEvent(NOON, lines)).split("\n")[1:] == ["    at \ufffd[2Jx"]


def test_an_error_says_what_to_do() -> None:
    error = {"code": "object-forbidden", "message": "S3 refused", "remedy": "mend the role"}
    line = shown(ours("record failed", level="ERROR", error=error))
    assert line.endswith("a.csv  7 ms  [object-forbidden] S3 refused - mend the role")


def test_an_error_that_is_not_ours_says_where() -> None:
    error = {"code": "unexpected", "type": "KeyError", "where": ["a.py:1", "b.py:2"]}
    assert shown(ours("record failed", error=error)).endswith("[unexpected] KeyError at b.py:2")


def test_what_was_ignored_says_why() -> None:
    assert shown(ours("S3 event ignored", reason="other-key", detail="")).endswith("a.csv  7 ms  (other-key)")


def test_lambdas_lines_are_shown_as_they_are() -> None:
    assert shown(START) == f"2026-11-23T12:00:00.000Z  {START.text}"


def test_as_json_our_lines_are_what_was_logged_and_others_have_their_time() -> None:
    line = ours("CSV downloaded")
    assert as_object(line) == json.loads(line.text)
    assert as_object(START) == {"timestamp": "2026-11-23T12:00:00.000Z", "message": START.text}
