"""CloudWatch Logs are read as they grow: every line once, oldest first."""

from collections.abc import Iterator
from typing import Any

from gistline.stack.logs import LogEvent, follow
from gistline.stack.target import Target


def line(timestamp: int, message: str, stream: str = "s") -> dict[str, Any]:
    return {"timestamp": timestamp, "message": message, "logStreamName": stream}


class Logs(Target):
    """A target whose log group shows other pages at each look."""

    _looks: Iterator[list[list[dict[str, Any]]]]

    def __init__(self, *looks: list[list[dict[str, Any]]]) -> None:
        super().__init__("us-east-1")
        object.__setattr__(self, "_looks", iter(looks))

    def client(self, service: str) -> Any:
        assert service == "logs"
        return self

    def get_paginator(self, operation: str) -> "Logs":
        assert operation == "filter_log_events"
        return self

    def paginate(self, **asked: Any) -> Iterator[dict[str, Any]]:
        assert asked == {"logGroupName": "group", "startTime": 5}
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
