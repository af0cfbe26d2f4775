"""A terminal, for what gistline does only in one."""

import codecs
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Self

CONTROL = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
DEADLINE = 60  # seconds; far more than anything here takes


class Terminal:
    """A process of ours in a terminal of its own; stdin is a pipe."""

    def __init__(self, *arguments: object, width: int = 80, environ: dict[str, str] | None = None) -> None:
        self._leader, follower = pty.openpty()
        fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        own = {"PATH": os.defpath, "TERM": "xterm", "LC_ALL": "C.UTF-8"}
        for name in ("PYTHONPATH", "HOME"):
            own |= {name: os.environ[name]} if name in os.environ else {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gistline", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=follower,
            stderr=follower,
            env=own | (environ or {}),
            start_new_session=True,
        )
        os.close(follower)
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self.printed = ""
        self._until = time.monotonic() + DEADLINE

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        if self.process.stdin:
            self.process.stdin.close()
        os.close(self._leader)

    def look(self, seconds: float) -> bool:
        """Take what has been printed since; False when there will be no more."""
        if select.select([self._leader], [], [], seconds)[0]:
            try:
                self.printed += self._decoder.decode(os.read(self._leader, 65536))
            except OSError:  # Linux's way to say that nobody holds the other end any more
                return False
        assert time.monotonic() < self._until, self.printed
        return True

    def feed_until(self, done: Callable[[str], bool]) -> None:
        """Write rows, little by little, until the terminal shows what is wanted."""
        assert self.process.stdin
        pipe = self.process.stdin.fileno()
        os.set_blocking(pipe, False)
        while not done(self.printed):
            with suppress(BlockingIOError):  # the pipe is full: it has enough to read
                os.write(pipe, b"1,2\n" * 1000)
            assert self.look(0.05), self.printed

    def finish(self) -> tuple[int, str]:
        """Wait for the end; give the exit code, and all that was printed."""
        if self.process.stdin:
            self.process.stdin.close()
        while self.look(1):
            pass
        return self.process.wait(), self.printed
