"""Whose last word was spoken, by the summarizer or by the recorder."""

from typing import Any

import pytest

from gistline.site.lastwords import LastWords
from unit.site.simulated import SimulatedLogs, simulated
from unit.stack.fake_aws import OUTPUTS, refusal

GROUPS = ["SummarizerLogGroupName", "RecorderLogGroupName"]
IDS = {"one", "two"}


def listening(began: float = 0.0) -> tuple[LastWords, SimulatedLogs]:
    logs = SimulatedLogs()
    site, _ = simulated(services={"logs": logs})
    return LastWords(site, began), logs


@pytest.mark.parametrize("group", GROUPS)
def test_the_line_with_an_outcome_ends_the_event_that_it_names(group: str) -> None:
    words, logs = listening()
    logs.say(OUTPUTS[group], message="nothing to do", s3RequestId="one", outcome="already")
    assert words.over(IDS) == {"one"}


@pytest.mark.parametrize(
    "line",
    [
        {"message": "S3 event received", "s3RequestId": "one"},
        {"message": "record failed", "s3RequestId": "one", "error": {}},  # another attempt comes
        {"message": "JSON uploaded", "s3RequestId": "another", "outcome": "written"},
        {"message": "JSON uploaded", "s3RequestId": None, "outcome": "written"},
        {"message": "JSON uploaded", "outcome": "written"},
        {},
    ],
)
def test_any_other_line_ends_none(line: dict[str, Any]) -> None:
    words, logs = listening()
    logs.say(OUTPUTS["SummarizerLogGroupName"], **line)
    assert words.over(IDS) == set()


def test_what_is_said_later_is_heard_when_we_ask_again() -> None:
    words, logs = listening()
    assert words.over(IDS) == set()
    for id_, group in zip(("one", "two"), GROUPS, strict=True):
        logs.say(OUTPUTS[group], message="JSON uploaded", s3RequestId=id_, outcome="written")
    assert words.over(IDS) == IDS


@pytest.mark.parametrize(("seconds", "heard"), [(30, IDS), (90, set())])
def test_a_clock_that_runs_behind_ours_by_less_than_a_minute_hides_no_last_word(
    seconds: int, heard: set[str]
) -> None:
    words, logs = listening(began=1_000.0)
    for id_, group in zip(("one", "two"), GROUPS, strict=True):
        at = (1_000 - seconds) * 1000
        logs.say(OUTPUTS[group], at, message="JSON uploaded", s3RequestId=id_, outcome="written")
    assert words.over(IDS) == heard


def test_logs_that_may_not_be_read_say_nothing() -> None:
    words, logs = listening()
    logs.refused = refusal("AccessDeniedException")
    assert words.over(IDS) == set()
