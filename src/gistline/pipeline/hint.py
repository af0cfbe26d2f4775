"""An event notification of our own: S3's shape, for keys of which S3 has nothing to tell, or told it in vain.

Comes in: a key, and under which id its invocation shall be known. Goes out: the event, as JSON-able data;
`notification` reads it like any other. Called by `site.redo` and by the function `sweeper`.

It says of itself that it is ours (`ObjectCreated:Reconcile`). It is a hint like any other: to send it twice, or late,
does no harm. It claims neither ETag nor size, so that the object is read as it is then. It may name one verdict that shall
be looked at anew, by its generation; once there is another, that has no effect.
"""

from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import quote_plus

from gistline.pipeline.notification import ANEW, OURS


class Hint(NamedTuple):
    """That a key may have changed; `id` stands where S3's request id does, and so in the log."""

    bucket: str
    region: str
    key: str
    id: str
    gone: bool = False  # the CSV was removed
    anew: int | None = None  # generation of the verdict that is to be looked at anew

    def event(self, now: datetime) -> dict[str, Any]:
        """Make the notification of one record; `now` is in UTC."""
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "eventName": f"Object{'Removed' if self.gone else 'Created'}{OURS}",
            "eventTime": now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "awsRegion": self.region,
            "responseElements": {"x-amz-request-id": self.id},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "gistline-reconcile",
                "bucket": {"name": self.bucket},
                "object": {"key": quote_plus(self.key)},
            },
        }
        return {"Records": [record if self.anew is None else {**record, ANEW: self.anew}]}
