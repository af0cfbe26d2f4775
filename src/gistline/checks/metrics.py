"""CloudWatch's figures about the summarizer in the last hour.

Comes in: a `Site`. Goes out: numbers. Called by the checks `function` and `errors`. Figures appear a minute or so
after what they count.
"""

from datetime import UTC, datetime, timedelta

from gistline.stack.site import Site

WINDOW = timedelta(hours=1)


def total(site: Site, metric: str) -> int:
    """Add a metric of AWS/Lambda up."""
    return round(sum(_figures(site, metric, "Sum")))


def longest_seconds(site: Site) -> float:
    """Give the longest duration of an invocation; 0 when there was none."""
    return max(_figures(site, "Duration", "Maximum"), default=0.0) / 1000


def _figures(site: Site, metric: str, statistic: str) -> list[float]:
    now = datetime.now(UTC)
    answer = site.target.client("cloudwatch").get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName=metric,
        Dimensions=[{"Name": "FunctionName", "Value": site.outputs.summarizer_name}],
        StartTime=now - WINDOW,
        EndTime=now + timedelta(minutes=1),
        Period=60,
        Statistics=[statistic],
    )
    return [point[statistic] for point in answer["Datapoints"]]
