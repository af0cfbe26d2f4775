"""Figures of CloudWatch, added up."""

from datetime import UTC, datetime, timedelta
from typing import Any

from gistline.checks.metrics import last_run, longest_seconds, total
from gistline.site.site import Site
from support.fake_aws import calls_of, figures, site_where

FUNCTION = "gist-sweeper"
THREE = datetime(2026, 11, 23, 3, tzinfo=UTC)
YESTERDAY = THREE - timedelta(days=1)


def by_hour(**metrics: dict[datetime, float]) -> Site:
    """What was counted when, in no order, as CloudWatch gives it."""

    def get(**arguments: Any) -> dict[str, Any]:
        counts = metrics.get(arguments["MetricName"], {})
        return {"Datapoints": [{"Timestamp": at, "Sum": count} for at, count in counts.items()]}

    return site_where(**{"cloudwatch.get_metric_statistics": get})


def test_what_is_counted_of_one_function_is_not_anothers() -> None:
    site = site_where(**figures("gist-recorder", Errors=2))
    assert total(site, "gist-recorder", "Errors") == 2
    assert total(site, "gist-recorder", "Throttles") == 0
    assert total(site, "gist-summarizer", "Errors") == 0


def test_the_figures_of_a_metric_are_added_up() -> None:
    assert total(by_hour(Errors={THREE: 1.0, YESTERDAY: 2.0}), FUNCTION, "Errors") == 3


def test_the_longest_invocation_is_given_in_seconds() -> None:
    assert longest_seconds(site_where(**figures(Duration=1500))) == 1.5
    assert longest_seconds(site_where()) == 0


def test_only_what_the_last_run_did_counts() -> None:
    site = by_hour(Invocations={THREE: 1, YESTERDAY: 3}, Errors={YESTERDAY: 3, THREE: 0})
    assert last_run(site, FUNCTION, ["Errors"]) == (THREE, {"Errors": 0})
    site = by_hour(Invocations={YESTERDAY: 1, THREE: 3}, Errors={YESTERDAY: 0, THREE: 3})
    assert last_run(site, FUNCTION, ["Errors"]) == (THREE, {"Errors": 3})


def test_a_run_that_could_not_begin_is_the_last_one_too() -> None:
    site = by_hour(Invocations={YESTERDAY: 1}, Throttles={THREE: 4}, Errors={YESTERDAY: 1})
    assert last_run(site, FUNCTION, ["Errors", "Throttles"]) == (THREE, {"Errors": 0, "Throttles": 4})


def test_a_figure_of_nothing_is_no_run() -> None:
    site = by_hour(Invocations={YESTERDAY: 1}, Throttles={THREE: 0}, Errors={YESTERDAY: 1, THREE: 0})
    assert last_run(site, FUNCTION, ["Errors", "Throttles"]) == (YESTERDAY, {"Errors": 1, "Throttles": 0})


def test_what_never_ran_has_no_last_run() -> None:
    assert last_run(by_hour(), FUNCTION, ["Errors"]) == (None, {"Errors": 0})


def test_a_month_is_asked_for_in_whole_hours_and_in_no_more_figures_than_are_given() -> None:
    site = site_where()
    last_run(site, FUNCTION, ["Errors"])
    for _, asked in calls_of(site):
        assert (asked["Period"], asked["StartTime"].minute, asked["StartTime"].second) == (3600, 0, 0)
        hours = (asked["EndTime"] - asked["StartTime"]) / timedelta(hours=1)
        assert 31 * 24 <= hours <= 1440
