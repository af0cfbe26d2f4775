"""The local cloud's process: MiniStack's application on one loopback socket, with our rooms hung in.

Comes in: `python -m gistline.localcloud.server HOME SETTINGS`, the settings as JSON; started by `lifecycle`
with an environment made from nothing. Goes out: the state file, once it listens, and
the status page (see `gateway`). Runs until it is told to stop.
"""

import asyncio
import fcntl
import json
import os
import secrets
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from gistline.localcloud import state
from gistline.localcloud.attempts import Pace
from gistline.localcloud.disorder import IN_ORDER, Disorder
from gistline.localcloud.gateway import with_gateway
from gistline.localcloud.ledger import Ledger
from gistline.localcloud.state import State

SERVICES = "s3,lambda,iam,sts,sqs,kms,logs,cloudformation,cloudwatch,events"


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """What `lifecycle` tells a server: the port to try first, and how it delivers events."""

    port: int
    region: str
    workers: int
    minute: float  # seconds; how long one of AWS's minutes takes between retries
    disorder: Disorder = IN_ORDER

    @classmethod
    def parse(cls, text: str) -> "ServerSettings":
        """Read what `lifecycle` has written: the same, as JSON."""
        said = json.loads(text)
        return cls(**{**said, "disorder": Disorder(**said["disorder"])})


def main(home: Path, settings: ServerSettings) -> None:
    """Go into the background, then serve until SIGTERM.

    Returns to the caller at once, holding a lock on `home/lock`; the process in the background inherits the
    lock and keeps it for as long as it lives, and the file names it.
    """
    lock = (home / "lock").open("a")
    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    background = os.fork()
    if background:
        lock.write(str(background))
        lock.close()
        os._exit(0)
    listening = bind(settings.port)
    me = State(
        pid=os.getpid(),
        port=listening.getsockname()[1],
        region=settings.region,
        instance=secrets.token_hex(8),
        access_key=secrets.token_hex(10).upper(),
        secret_key=secrets.token_urlsafe(30),
    )
    os.environ.update(_ministack_settings(me, settings, home))
    asyncio.run(_serve(me, settings, home, listening))


def bind(preferred: int) -> socket.socket:
    """Listen on the loopback: on the preferred port, or on a free one when that is taken."""
    for port in (preferred, 0):
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            listening.bind(("127.0.0.1", port))
            listening.listen(128)
        except OSError:
            listening.close()
            continue
        return listening
    raise OSError("no free port on the loopback")


def _ministack_settings(me: State, settings: ServerSettings, home: Path) -> dict[str, str]:
    """Say to MiniStack what it reads when it is imported. It binds nothing itself and writes into `home` only."""
    return {
        "AUTH": "true",  # IAM is enforced
        "AWS_ACCESS_KEY_ID": me.access_key,
        "AWS_SECRET_ACCESS_KEY": me.secret_key,
        "GATEWAY_PORT": str(me.port),
        "MINISTACK_HOST": "127.0.0.1",
        "MINISTACK_REGION": settings.region,
        "SERVICES": SERVICES,
        "IOT_MTLS_ENABLED": "0",  # else it opens a port for MQTT
        "SFTP_ENABLED": "0",
        "LAMBDA_EXECUTOR": "local",
        "LOG_LEVEL": "WARNING",
        "S3_DATA_DIR": str(home / "s3"),
        "STATE_DIR": str(home / "state"),
        "TMPDIR": str(home),
    }


async def _serve(me: State, settings: ServerSettings, home: Path, listening: socket.socket) -> None:
    # MiniStack reads its settings when it is imported: only now are they there.
    from hypercorn.asyncio import serve  # noqa: PLC0415
    from hypercorn.config import Config  # noqa: PLC0415
    from ministack.app import app  # noqa: PLC0415

    from gistline.localcloud import ministack  # noqa: PLC0415
    from gistline.localcloud.lambdaservice import LambdaService, write_log  # noqa: PLC0415
    from gistline.localcloud.lineage import with_lineage  # noqa: PLC0415
    from gistline.localcloud.pool import Pool  # noqa: PLC0415
    from gistline.localcloud.request_id import with_request_id  # noqa: PLC0415

    ledger, pool = Ledger(), Pool(home, write_log)
    queue = ministack.install(
        LambdaService(pool, me.endpoint),
        ledger,
        workers=settings.workers,
        pace=Pace(settings.minute),
        times=settings.disorder.times,
    )
    config = Config()
    config.bind = [f"fd://{listening.fileno()}"]
    config.keep_alive_timeout = 75
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    state.write(home / "state.json", me)
    served = with_gateway(with_lineage(with_request_id(app)), me, ledger, lambda: queue.unfinished)
    await serve(served, config, shutdown_trigger=stop.wait)
    pool.close()
    queue.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), ServerSettings.parse(sys.argv[2]))
