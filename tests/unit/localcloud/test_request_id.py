"""One request, one id: in its answer, and in the context of what it sets off."""

import asyncio
import contextvars
import re
from typing import Any

from gistline.localcloud.request_id import current, with_request_id

Headers = list[tuple[bytes, bytes]]


def served(status: int, headers: Headers) -> tuple[Headers, str]:
    """Serve one request that is answered so; give the headers sent, and the id in a copy of its context."""
    sent: list[Any] = []
    seen: list[str] = []

    async def application(scope: Any, receive: Any, send: Any) -> None:
        seen.append(contextvars.copy_context()[current])
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"x"})

    async def send(message: Any) -> None:
        sent.append(message)

    async def serve() -> None:
        await with_request_id(application)({"type": "http"}, None, send)

    asyncio.run(serve())
    assert sent[1] == {"type": "http.response.body", "body": b"x"}
    return sent[0]["headers"], seen[0]


def test_the_answer_carries_the_id_that_the_request_sets_off_with() -> None:
    headers, request_id = served(200, [(b"etag", b"e"), (b"X-Amz-Request-Id", b"other")])
    assert headers == [(b"etag", b"e"), (b"X-Amz-Request-Id", request_id.encode())]
    assert re.fullmatch("[0-9A-F]{16}", request_id)


def test_each_request_has_another_id() -> None:
    assert served(200, [])[1] != served(200, [])[1]


def test_an_answer_without_an_id_gets_none() -> None:
    assert served(200, [(b"etag", b"e")])[0] == [(b"etag", b"e")]


def test_a_refusal_keeps_the_id_that_stands_in_its_body() -> None:
    assert served(403, [(b"x-amz-request-id", b"as in the body")])[0] == [
        (b"x-amz-request-id", b"as in the body")
    ]


def test_outside_a_request_there_is_no_id() -> None:
    assert current.get() == ""
