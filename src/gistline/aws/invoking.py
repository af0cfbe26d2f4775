"""Invoking a function as S3 does: asynchronously, with an event that Lambda keeps and tries again if it fails.

Comes in: a function's name and an event. Goes out: nothing, when Lambda has accepted it. Called by the function
`sweeper`, which may do so by its execution role.

Source: Lambda API Reference, Invoke.
"""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote

from gistline.aws.wire import Call, Refused, Wire
from gistline.errors import InvokeError

_FORBIDDEN = 403


class Invoker(NamedTuple):
    """Lambda in one region."""

    wire: Wire

    def invoke(self, function: str, event: Mapping[str, Any]) -> None:
        """Hand the event to the function of this name.

        Raises:
            InvokeError: Lambda refused.
        """
        path = f"/2015-03-31/functions/{quote(function, safe='')}/invocations"
        call = Call("POST", path, "", {"x-amz-invocation-type": "Event"}, json.dumps(event).encode())
        try:
            self.wire.ask(call).close()
        except Refused as refused:
            raise _error(function, refused) from None


def _error(function: str, refused: Refused) -> InvokeError:
    answer = f"HTTP {refused.status} {refused.code}".rstrip() if refused.status else refused.code
    remedy = "Lambda tries again by itself; if this lasts, see whether it throttles the account"
    if refused.status == _FORBIDDEN:
        remedy = "see whether the execution role allows lambda:InvokeFunction on this function"
    return InvokeError(f"invoking {function}: {answer}", remedy)
