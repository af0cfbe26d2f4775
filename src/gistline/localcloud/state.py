"""What a running server tells the command line: one JSON file, readable by its owner only.

Comes in: a `State`, written by `server` once it listens. Goes out: the same, read by `lifecycle`. The file
lies in the home's `cloud` folder and goes with it.
"""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class State:
    """How to reach a server, and the keys of its throwaway root user, made anew at each start."""

    pid: int
    port: int
    region: str
    instance: str  # tells this server from another one that took over its port
    access_key: str
    secret_key: str

    @property
    def endpoint(self) -> str:
        """The URL under which AWS's interfaces answer."""
        return f"http://127.0.0.1:{self.port}"


def write(path: Path, state: State) -> None:
    """Write the file whole or not at all."""
    staging = path.with_suffix(".new")
    handle = os.open(staging, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(asdict(state), file)
    staging.replace(path)


def read(path: Path) -> State | None:
    """Read the file; None when there is none, or one that no server has written."""
    try:
        return State(**json.loads(path.read_text(encoding="utf-8")))
    except (FileNotFoundError, NotADirectoryError, ValueError, TypeError):
        return None
