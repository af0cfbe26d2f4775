"""What the logs say of events that we have sent: whose last word was spoken.

Comes in: a site, and the ids that our events carry. Goes out: those that are over, whatever came of them. Called by
`redo`, which then looks into S3 what did.

The summarizer repeats an event's id (S3's request id, in S3's own events) in the line with which it begins; the line
with an outcome is the record's last. An event that Lambda has given up goes to the recorder, whose lines know the key
alone; so only lines count that were not there when we began.
"""

from collections.abc import Mapping

from gistline.errors import StackError
from gistline.pipeline.log import RECEIVED
from gistline.stack.logs import LATE, LogEvent
from gistline.stack.site import Site
from gistline.stack.target import explained

OURS = '"requestId"'  # in each line of ours, and in none of Lambda's


class LastWords:
    """The logs of summarizer and recorder since we began; without the right to read them they say nothing."""

    def __init__(self, site: Site, began: float) -> None:
        """Take note of what the recorder has said already; `began` is in seconds since 1970."""
        self._site, self._logs = site, site.target.client("logs")
        self._known = set(self._read(site.outputs.recorder_log_group_name, began))

    def over(self, keys: Mapping[str, str], since: float) -> set[str]:
        """Give those of the ids (with their keys) that are over; `since` is when the first of them was sent."""
        recorded = self._read(self._site.outputs.recorder_log_group_name, since)
        given_up = {line.fields.get("key") for line in recorded if line not in self._known and _is_last(line)}
        self._known = set(recorded)
        said = self._read(self._site.outputs.summarizer_log_group_name, since)
        invocations = {
            line.fields.get("requestId"): line.fields.get("s3RequestId")
            for line in said
            if line.fields.get("message") == RECEIVED
        }
        answered = {invocations.get(line.fields.get("requestId")) for line in said if _is_last(line)}
        return {each for each, key in keys.items() if each in answered or key in given_up}

    def _read(self, group: str, since: float) -> list[LogEvent]:
        pages = self._logs.get_paginator("filter_log_events").paginate(
            logGroupName=group, filterPattern=OURS, startTime=int(since * 1000) - LATE
        )
        try:
            with explained(f"reading the log group {group}"):
                return [
                    LogEvent(event["timestamp"], event["message"])
                    for page in pages
                    for event in page["events"]
                ]
        except StackError:
            return []


def _is_last(line: LogEvent) -> bool:
    return "outcome" in line.fields
