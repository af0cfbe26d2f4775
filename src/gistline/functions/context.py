"""What Lambda hands to a handler beside the event.

Comes in: nothing. Goes out: a protocol. Called by the doors `summarizer`, `recorder` and `sweeper`.
"""

from typing import Protocol


class Context(Protocol):
    """What is used of Lambda's context object (Lambda Developer Guide, "Using the Lambda context object")."""

    aws_request_id: str

    def get_remaining_time_in_millis(self) -> int:
        """Return the milliseconds left until the invocation times out."""
