"""The log groups of the local cloud: MiniStack's, which can be appended to while a function runs.

Comes in: a group, a stream, one line. Goes out: nothing; whoever reads the group finds it. Called by `lambdaservice`. The
last of four files that touch MiniStack's private names (of version 1.5.33).
"""

import threading
from collections.abc import Callable
from typing import Any

from ministack.services import cloudwatch_logs

_streams = threading.Lock()


def append(group: str, stream: str, milliseconds: int, line: str, exists: Callable[[], bool]) -> None:
    """Append a line to a stream; a group or stream that is missing is made, as Lambda does.

    No group is made for a function of which `exists` says that it is gone: what it still says is lost. Called in the
    request scope of the group's account and region.
    """
    with _streams:
        groups = cloudwatch_logs._log_groups
        if group not in groups:
            if not exists():
                return
            groups[group] = _new_group(group, milliseconds)
        streams = groups[group]["streams"]
        if stream not in streams:
            streams[stream] = _new_stream(milliseconds)
        event = {"timestamp": milliseconds, "message": line, "ingestionTime": milliseconds}
        cloudwatch_logs._append_log_events(streams[stream], [event])


def _new_group(name: str, milliseconds: int) -> dict[str, Any]:
    return {
        "arn": cloudwatch_logs._make_group_arn(name),
        "creationTime": milliseconds,
        "retentionInDays": None,
        "tags": {},
        "subscriptionFilters": {},
        "streams": {},
    }


def _new_stream(milliseconds: int) -> dict[str, Any]:
    return {
        "events": [],
        "uploadSequenceToken": "1",
        "creationTime": milliseconds,
        "firstEventTimestamp": None,
        "lastEventTimestamp": None,
        "lastIngestionTime": None,
    }
