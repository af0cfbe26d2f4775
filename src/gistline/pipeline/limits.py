"""Two limits that a function must notice before Lambda does, which would kill it without a word.

Comes in: an open file and how much time is left; how much memory the function has. Goes out: the same file, which
refuses to go on when it is time to write the verdict; a process in which asking for too much memory is an error.
Called by `process` and, at cold start, by the door.
"""

import resource
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from gistline.errors import OutOfTimeError, RejectedError

FAIR = 0.5  # of the time that an invocation has: who is read with less has not had its chance
SHARE_KEPT = 0.2  # of the time that an invocation has ...
MOST_KEPT = 10.0  # seconds, to store the verdict in
AGAIN = "then: gistline failures redrive KEY; or split the CSV"
USABLE = 0.9  # of the function's memory; Lambda's own runtime, the log and Rust's buffers want some too
_STATUS = Path("/proc/self/status")
_KIB = 1 << 10


class BinaryFile(Protocol):
    """What is needed of a file: to be read forward, once."""

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end."""


class Deadline:
    """A time after which no more bytes shall be read; `left` tells how many seconds the invocation still has."""

    def __init__(self, left: Callable[[], float]) -> None:
        """Keep a share of what is left now, when the invocation begins."""
        self._left, self._whole = left, left()
        self._kept = min(MOST_KEPT, SHARE_KEPT * self._whole)

    def is_fair(self) -> bool:
        """Tell whether a file that is read from now on has its fair share of the time, half of it.

        Other records of the event, an earlier state of the same CSV, or a slow download may have taken it.
        """
        return self._left() >= FAIR * self._whole

    def check(self, read: int, *, fair: bool) -> None:
        """Let pass, or refuse; `read` bytes are read by now.

        Raises:
            RejectedError: it is time to stop, and the file has had its share (code `too-slow`).
            OutOfTimeError: it has not; another attempt may do.
        """
        if self._left() >= self._kept:
            return
        if not fair:
            raise OutOfTimeError(
                f"time ran out after {read:,} bytes were read; less than half of it was left at the first of them",
                "Lambda tries again by itself; if this lasts, raise the function's timeout (at most 900 s)",
            )
        raise RejectedError(
            f"time ran out after {read:,} bytes were read",
            f"raise the function's timeout (at most 900 s) or memory (more memory, more CPU), {AGAIN}",
            code="too-slow",
        )


class TimedFile:
    """A binary file, of which nothing is read after the deadline."""

    def __init__(self, file: BinaryFile, deadline: Deadline) -> None:
        """Begin at the file's beginning."""
        self._file, self._deadline, self._read = file, deadline, 0
        self._fair = deadline.is_fair()

    def read(self, size: int, /) -> bytes:
        """Return up to `size` bytes; none at the end.

        Raises:
            RejectedError, OutOfTimeError: the deadline has passed; see `Deadline.check`.
        """
        self._deadline.check(self._read, fair=self._fair)
        block = self._file.read(size)
        self._read += len(block)
        return block


def out_of_memory() -> RejectedError:
    """Make the error of a file for which the function's memory is too small."""
    return RejectedError(
        "the function's memory is too small for this file",
        f"raise the function's memory, {AGAIN}",
        code="out-of-memory",
    )


def guard_memory(megabytes: int) -> int:
    """Let this process get no more memory than a function of this size has; return the limit in bytes.

    Linux counts against RLIMIT_DATA what a process may write to and shares with nobody (setrlimit(2)): heap and
    stacks, not the libraries. RLIMIT_AS would also count the address space that each thread reserves and never
    touches: 64 MiB an arena. What is reserved by now but not in use is added, as it costs nothing.
    """
    idle = max(0, _kibibytes("VmData") - _kibibytes("RssAnon")) * _KIB
    limit = int(megabytes * _KIB * _KIB * USABLE) + idle
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(
        resource.RLIMIT_DATA, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard)
    )
    return limit


def _kibibytes(name: str) -> int:
    """Read a line of the process's status; 0 where there is none, as on macOS."""
    try:
        lines = _STATUS.read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
