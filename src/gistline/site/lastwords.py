"""What the logs say of events that we have sent: whose last word was spoken.

Comes in: a site, and the ids that our events carry. Goes out: those that are over, whatever came of them. Called by
`redo`, which then looks into S3 what did.

Summarizer and recorder repeat an event's id (S3's request id, in S3's own events) in each line about it; the line with
an outcome is the last. The recorder speaks where Lambda has given the event up.
"""

from collections.abc import Collection

from gistline.site.logs import LATE, Tail, if_readable
from gistline.site.site import Site

LAST = '"outcome"'  # in the last line about a record, and in none of Lambda's


class LastWords:
    """The logs of summarizer and recorder since we began; without the right to read them they say nothing."""

    def __init__(self, site: Site, began: float) -> None:
        """Begin to listen; `began` is in seconds since 1970."""
        logs, since = site.target.client("logs"), int(began * 1000) - LATE
        groups = site.outputs.summarizer_log_group_name, site.outputs.recorder_log_group_name
        self._tails = [Tail(logs, group, since, LAST) for group in groups]

    def over(self, ids: Collection[str]) -> set[str]:
        """Give those of the ids of which the last word was said since we asked last."""
        lines = (line.fields for tail in self._tails for line in if_readable(tail.news()))
        return {line["s3RequestId"] for line in lines if "outcome" in line and line.get("s3RequestId") in ids}
