"""What the demo works out by itself."""

import json

from gistline.commands.demo import milliseconds
from gistline.site.logs import LogEvent


def test_the_time_runs_from_the_upload_as_s3_states_it_to_the_last_line() -> None:
    received = json.dumps({"message": "S3 event received", "eventTime": "2026-11-23T12:00:00.250Z"})
    noon = 1795435200000
    assert milliseconds([LogEvent(noon + 260, received), LogEvent(noon + 300, "{}")]) == 50
