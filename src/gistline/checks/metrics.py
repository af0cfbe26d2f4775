"""CloudWatch's figures about a function: of the last hour, or of the hour in which it last ran.

Comes in: a `Site`, and which function. Goes out: numbers. Called by the checks `function` and `errors`. Figures appear
a minute or so after what they count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from gistline.site.site import Site


@dataclass(frozen=True, slots=True)
class Span:
    """How far back, and in figures of how many seconds; CloudWatch gives no more than 1,440 of them."""

    back: timedelta
    period: int

    def start(self, now: datetime) -> datetime:
        """Give where it begins, in whole periods."""
        return datetime.fromtimestamp((now - self.back).timestamp() // self.period * self.period, UTC)


LAST_HOUR = Span(timedelta(hours=1), 60)
LAST_MONTH = Span(timedelta(days=35), 3600)


def total(site: Site, function: str, metric: str) -> int:
    """Add a metric of AWS/Lambda up, over the last hour."""
    return round(sum(_figures(site, function, metric, "Sum").values()))


def longest_seconds(site: Site) -> float:
    """Give the longest duration of an invocation of the summarizer in the last hour; 0 when there was none."""
    figures = _figures(site, site.outputs.summarizer_name, "Duration", "Maximum")
    return max(figures.values(), default=0.0) / 1000


def last_run(site: Site, function: str, metrics: Sequence[str]) -> tuple[datetime | None, Mapping[str, int]]:
    """Give the hour in which a function that runs now and then last ran, or should have, and what was counted in it.

    Whatever went wrong before that does not matter any more: a sweep does what those before it have left undone.
    """
    counts = {
        metric: _figures(site, function, metric, "Sum", LAST_MONTH) for metric in ("Invocations", *metrics)
    }
    hour = max((at for by_hour in counts.values() for at, count in by_hour.items() if count), default=None)
    return hour, {metric: round(counts[metric].get(hour, 0)) if hour else 0 for metric in metrics}


def _figures(
    site: Site, function: str, metric: str, statistic: Any, span: Span = LAST_HOUR
) -> dict[datetime, float]:
    now = datetime.now(UTC)
    answer: Any = site.target.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": function}],
        StartTime=span.start(now),
        EndTime=now + timedelta(minutes=1),
        Period=span.period,
        Statistics=[statistic],
    )
    return {point["Timestamp"]: point[statistic] for point in answer["Datapoints"]}
