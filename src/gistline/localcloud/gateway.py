"""What stands in front of MiniStack's application: our status page, and what nobody shall reach.

Comes in: an ASGI application. Goes out: the same with a gateway before it. Called by `server`.

MiniStack serves pages of its own, under paths that begin with an underscore, to whoever asks: one of them wipes
everything, another hands out functions' code. AWS has nothing like them, so they are closed. A request that
came under another name than the loopback's was sent by a web page that somebody has open; it is refused too.
"""

import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from gistline.localcloud.ledger import Ledger
from gistline.localcloud.state import State

STATUS_PATH = "/_gistline/status"

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[
    [Any, Any, Any], Awaitable[None]
]  # ASGI; Any, as hypercorn names its parts differently


def with_gateway(
    application: Application, me: State, ledger: Ledger, unfinished: Callable[[], int]
) -> Application:
    """Put the gateway before an application, and let the loopback count as a secure transport.

    The status page tells what was counted, and how many asynchronous invocations are `unfinished`.

    The template refuses whatever does not come over TLS (`aws:SecureTransport`). Nothing that stays on the
    loopback can be overheard, so requests are marked as a proxy marks them that has ended the TLS itself.
    """
    names = {f"{host}:{me.port}".encode() for host in ("127.0.0.1", "localhost")}

    async def answer(scope: Scope, receive: Any, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await application(scope, receive, send)
        elif dict(scope["headers"]).get(b"host") not in names:
            await _send_json(send, 403, {"message": f"this is {me.endpoint}, and only under that name"})
        elif scope["path"] == STATUS_PATH:
            counted = {"events": ledger.to_list(), "unfinished": unfinished()}
            await _send_json(send, 200, {"instance": me.instance, "pid": me.pid, **counted})
        elif scope["path"].startswith("/_") or scope["path"] == "/health":
            await _send_json(send, 404, {"message": "AWS has no such page"})
        else:
            marked = [*scope["headers"], (b"x-forwarded-proto", b"https")]
            await application({**scope, "headers": marked}, receive, send)

    return answer


async def _send_json(send: Send, status: int, body: Any) -> None:
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(body).encode()})
