"""A function's process and its pipes: commands go in, answers and log lines come out.

Comes in: where the function's code lies, the variables of its environment, where its log lines go. Goes out:
an answer for each command, or an exception that says why there is none. Called by `environment`, which says
it in Lambda's words. The other end is `bootstrap`.

The process leads a session of its own, so that it can be killed with whatever it started. It dies by itself
when this end of its commands is closed, also by a kill of the server.
"""

import contextlib
import json
import logging
import os
import secrets
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO

from gistline.localcloud import bootstrap

LARGEST_ANSWER = 6_291_556  # bytes; 6 MB and a bit, as Lambda's own message has it
LOG_LIMIT = 30.0  # seconds to wait for the end of a log, which comes unless whoever keeps the lines hangs
TICK = 0.2  # seconds between looks whether the process still runs
CHUNK = 65536
STOP = "stop"

logger = logging.getLogger(__name__)


class AnswerTooLargeError(Exception):
    """The answer is larger than Lambda takes."""


class FunctionProcess:
    """One process with a pipe each for commands, answers and log; used by one thread, but for `kill`."""

    def __init__(
        self, task_root: Path, variables: Mapping[str, str], write_line: Callable[[str], None]
    ) -> None:
        self._write_line = write_line
        self._end_of_log = f"end of log {secrets.token_hex(16)} "
        self._ended: SimpleQueue[str] = SimpleQueue()
        self._number = -1
        self._rest = b""
        with contextlib.ExitStack() as undo, contextlib.ExitStack() as theirs:
            reads, self._commands = _pipe(theirs, undo)
            self._answers, writes = _pipe(undo, theirs)
            self._log = self._start_log(undo)
            self._process = self._start(task_root, variables, reads, writes)
            undo.callback(self._reap)
            self._undo = undo.pop_all()

    @property
    def running(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    def ask(self, command: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Send a command; return its answer, when its part of the log has been read too.

        Raises:
            TimeoutError: there was no answer in time.
            EOFError: the process ended, or closed its pipe.
            AnswerTooLargeError: the answer is larger than `LARGEST_ANSWER`.
            ValueError: what came is no answer.
        """
        self._number += 1
        deadline = time.monotonic() + seconds
        self._send({**command, "number": self._number}, deadline)
        answer = self._receive(deadline)
        self._await_log(str(self._number))
        return answer

    def kill(self) -> None:
        """Kill the process with whatever it started. Safe for threads; also when it has ended by itself."""
        with contextlib.suppress(ProcessLookupError, PermissionError):  # macOS: nothing but zombies is left
            os.killpg(self._process.pid, signal.SIGKILL)

    def end(self, grace: float = 0.0) -> int:
        """Kill the process, unless it ends by itself within `grace` seconds; return its exit code.

        Returns when the rest of its log has been read.
        """
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(grace)
        self._reap()
        self._await_log(f"{self._number} killed")
        return self._process.returncode

    def stop(self) -> None:
        """Kill the process with whatever it started, end its log, close the pipes."""
        self._undo.close()

    def _start(
        self, task_root: Path, variables: Mapping[str, str], reads: int, writes: int
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            # -I: no variable and no folder of the host counts; -S: no site-packages; -u: log lines at once
            [sys.executable, "-I", "-S", "-u", bootstrap.__file__, str(reads), str(writes)],
            cwd=task_root,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            pass_fds=(reads, writes),
            start_new_session=True,
        )

    def _start_log(self, undo: contextlib.ExitStack) -> int:
        """Start the thread that reads the log; return the pipe's other end.

        It stays open here: so the log can be ended from here, whoever else still holds it.
        """
        ours, theirs = os.pipe()
        undo.callback(os.close, theirs)
        reader = threading.Thread(
            target=self._read_log, args=(os.fdopen(ours, "rb"),), name="function-log", daemon=True
        )
        reader.start()
        undo.callback(reader.join, LOG_LIMIT)
        undo.callback(os.write, theirs, f"{self._end_of_log}{STOP}\n".encode())
        return theirs

    def _reap(self) -> None:
        self.kill()
        self._process.wait()

    def _send(self, message: Mapping[str, Any], deadline: float) -> None:
        data = memoryview(json.dumps(message).encode() + b"\n")
        with contextlib.suppress(BrokenPipeError):  # it died; the missing answer says so
            while data:
                _, writable, _ = select.select([], [self._commands], [], _left(deadline))
                if writable:
                    data = data[os.write(self._commands, data[: select.PIPE_BUF]) :]

    def _receive(self, deadline: float) -> dict[str, Any]:
        """Wait for the answer of the last command; a handler that forks may answer one twice."""
        while True:
            answer = json.loads(self._receive_line(deadline))
            if not isinstance(answer, dict):
                raise ValueError("no answer but other JSON")  # noqa: TRY004 - bad data of the process, as bad JSON
            if answer.get("number") == self._number:
                return answer

    def _receive_line(self, deadline: float) -> bytes:
        chunks, size = [self._rest], len(self._rest)
        while b"\n" not in chunks[-1]:
            readable, _, _ = select.select([self._answers], [], [], min(TICK, _left(deadline)))
            if not readable and self.running:  # a child that holds the pipe hides the end of the process
                continue
            chunk = os.read(self._answers, CHUNK) if readable else b""
            if not chunk:
                raise EOFError
            chunks.append(chunk)
            size += len(chunk)
            if size > LARGEST_ANSWER:
                raise AnswerTooLargeError
        line, _, self._rest = b"".join(chunks).partition(b"\n")
        return line

    def _await_log(self, number: str) -> None:
        """Wait until all has been read that stands in the log by now: a mark is put behind it."""
        os.write(self._log, f"{self._end_of_log}{number}\n".encode())
        try:
            while self._ended.get(timeout=LOG_LIMIT) != number:
                pass
        except Empty:
            logger.warning("the end of a log was not seen within %s seconds", LOG_LIMIT)

    def _read_log(self, lines: BinaryIO) -> None:
        with lines:
            for raw in lines:
                line = raw.decode("utf-8", "replace").removesuffix("\n")
                text, ended, number = line.rpartition(self._end_of_log)
                if text or not ended:  # what was printed without a newline stands before the mark
                    self._keep(text if ended else line)
                if ended:
                    self._ended.put(number)
                if ended and number == STOP:
                    return

    def _keep(self, line: str) -> None:
        try:
            self._write_line(line)
        except Exception:  # the process would block if nobody read its log
            logger.exception("a log line could not be written")


def _pipe(reader: contextlib.ExitStack, writer: contextlib.ExitStack) -> tuple[int, int]:
    """Make a pipe; each end is closed with its owner's stack."""
    reads, writes = os.pipe()
    reader.callback(os.close, reads)
    writer.callback(os.close, writes)
    return reads, writes


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
