"""CloudWatch Logs are read as they grow: every line once, oldest first."""

from collections.abc import Iterator
from typing import Any

from fakes import FakeClock
from gistline.errors import StackError
from gistline.site.logs import (
    LATE,
    LogEvent,
    about_invocation,
    about_key,
    follow,
    if_readable,
    looks,
    read,
)
from gistline.stack.target import Target


def line(timestamp: int, message: str, stream: str = "s") -> dict[str, Any]:
    return {"timestamp": timestamp, "message": message, "logStreamName": stream}


class Logs(Target):
    """A target whose log group shows other pages at each look."""

    _looks: Iterator[list[list[dict[str, Any]]]]
    asked: list[dict[str, Any]]

    def __init__(self, *looks: list[list[dict[str, Any]]]) -> None:
        super().__init__("us-east-1")
        object.__setattr__(self, "_looks", iter(looks))
        object.__setattr__(self, "asked", [])

    def client(self, service: str) -> Any:
        assert service == "logs"
        return self

    def get_paginator(self, operation: str) -> "Logs":
        assert operation == "filter_log_events"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        self.asked.append(asked)
        return iter([{"events": page} for page in next(self._looks)])


def followed(*looks: list[list[dict[str, Any]]]) -> list[str]:
    return [event.text for event in follow(Logs(*looks), "group", 5, looks)]


def test_each_line_is_told_once_however_often_it_is_seen() -> None:
    assert followed([[line(5, "a")]], [[line(5, "a"), line(6, "b")]]) == ["a", "b"]


def test_the_lines_of_all_pages_and_streams_come_in_the_order_of_their_times() -> None:
    assert followed([[line(7, "c"), line(6, "b", "t")], [line(5, "a")]]) == ["a", "b", "c"]


def test_a_line_that_arrives_late_is_still_told() -> None:
    assert followed([[line(9, "late")]], [[line(9, "late"), line(6, "earlier")]]) == ["late", "earlier"]


def test_the_same_words_at_another_time_or_in_another_stream_are_another_line() -> None:
    assert followed([[line(5, "a"), line(6, "a"), line(6, "a", "t")]]) == ["a", "a", "a"]


def test_nothing_is_read_without_a_moment_to_look() -> None:
    assert followed() == []


def test_a_line_of_ours_has_fields_and_one_of_lambdas_has_none() -> None:
    assert LogEvent(1, '{"message": "CSV downloaded"}').fields == {"message": "CSV downloaded"}
    assert LogEvent(1, "START RequestId: r Version: $LATEST").fields == {}
    assert LogEvent(1, "[1]").fields == {}


def test_the_group_is_read_from_the_given_time_on_and_in_whole() -> None:
    logs = Logs([[line(5, "a")]])
    assert read(logs, "group", 5) == [LogEvent(5, "a")]
    assert logs.asked == [{"logGroupName": "group", "startTime": 5}]


def test_a_pattern_is_handed_on() -> None:
    logs = Logs([[]])
    assert read(logs, "group", 5, about_invocation("r-1")) == []
    assert logs.asked == [{"logGroupName": "group", "startTime": 5, "filterPattern": '"r-1"'}]


def test_a_long_look_reads_the_latest_minute_again_and_no_more() -> None:
    late, new = line(LATE + 5, "late"), line(2 * LATE, "new")
    logs = Logs([[line(5, "old"), new]], [[late, new]], [[late, new]])
    assert [event.text for event in follow(logs, "group", 5, range(3))] == ["old", "new", "late"]
    assert [asked["startTime"] for asked in logs.asked] == [5, LATE, LATE]


def test_a_log_that_may_not_be_read_gives_what_was_read_before() -> None:
    def refused() -> Iterator[LogEvent]:
        yield LogEvent(1, "a")
        raise StackError("no")

    assert list(if_readable(refused())) == [LogEvent(1, "a")]


def test_it_looks_until_the_time_is_over_and_once_more() -> None:
    clock = FakeClock(0.0)
    moments = [clock.now for _ in looks(Target("us-east-1"), 2.5, clock=clock, sleep=clock.tick)]
    assert moments == [0.0, 1.0, 2.0, 2.5]


def test_without_time_it_looks_once() -> None:
    clock = FakeClock()
    assert len(list(looks(Target("us-east-1"), 0, clock=clock, sleep=clock.tick))) == 1


def test_the_local_cloud_is_looked_at_more_often() -> None:
    clock = FakeClock(0.0)
    local = Target("us-east-1", "http://127.0.0.1")
    assert len(list(looks(local, 1, clock=clock, sleep=clock.tick))) > 10


def test_a_key_becomes_a_pattern_where_the_syntax_can_say_it() -> None:
    assert about_key("a b/c+d.csv") == '{ $.key = "a b/c+d.csv" }'
    assert about_key('quo"te') == ""
    assert about_key("back\\slash") == ""
    assert about_key("x" * 1020) == ""
