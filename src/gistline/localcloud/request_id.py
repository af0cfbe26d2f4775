"""S3's own request id: the same in the answer to an upload and in the event that the upload causes.

Comes in: an ASGI application. Goes out: the same application, each of whose requests has one id: `current`
gives it to whatever the request sets off, and its answer carries it. Called by `server`; `ministack` writes
it into the event, where MiniStack itself puts an id that nobody has ever seen.

On AWS "the responseElements key value is useful if you want to trace a request by following up with AWS
Support. Both x-amz-request-id and x-amz-id-2 help Amazon S3 trace an individual request. These values are the
same as those that Amazon S3 returns in the response to the request that initiates the events" (S3 User Guide,
"Event message structure"). Whoever uploaded can so prove that it was this upload that invoked a function.
"""

import secrets
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextvars import ContextVar
from typing import Any

Message = MutableMapping[str, Any]
Application = Callable[[Any, Any, Any], Awaitable[None]]

HEADER = b"x-amz-request-id"
REFUSED = 300  # from this status on the body is an error that names MiniStack's id, and causes no event

current: ContextVar[str] = ContextVar("s3_request_id", default="")


def with_request_id(application: Application) -> Application:
    """Give each request its id, in the form of S3's: 16 capital letters and digits.

    A thread that is started with a copy of the request's context finds it in `current`.
    """

    async def answer(scope: Message, receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        """Serve one request."""
        request_id = secrets.token_hex(8).upper()
        current.set(request_id)

        async def send_with_id(message: Message) -> None:
            """Put the id over the one that stands in the answer, if one does."""
            if message["type"] == "http.response.start" and message["status"] < REFUSED:
                message["headers"] = list(_replace(message["headers"], request_id))
            await send(message)

        await application(scope, receive, send_with_id)

    return answer


def _replace(headers: Iterable[tuple[bytes, bytes]], request_id: str) -> Iterable[tuple[bytes, bytes]]:
    for name, value in headers:
        yield (name, request_id.encode() if name.lower() == HEADER else value)
