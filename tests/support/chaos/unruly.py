"""What is put into the function's package beside its code: the same handler, in a process that dies.

Comes in: Lambda's event; how often, and where, from the environment. Goes out: the summarizer's answer, or nothing.
CHAOS_CRASHED is the share of invocations that are killed at a random time. CHAOS_DIE says where an invocation dies:
"before 2" is before the second call of S3, "after 3" after the third. With CHAOS_NOTES, a folder in which it is noted
who has died, that is so once for each key; without it, each time.
"""

import os
import random
import signal
import sys
import threading
from hashlib import sha256
from pathlib import Path
from typing import Any

from gistline.functions import summarizer
from gistline.pipeline.log import Log

LONGEST = 0.03  # seconds; about as long as a warm invocation takes, so that some die when all is done
CHANCE = random.Random()  # noqa: S311 - chance, no secret
CRASHED = float(os.environ.get("CHAOS_CRASHED", "0"))
DIE, NOTES = os.environ.get("CHAOS_DIE", ""), os.environ.get("CHAOS_NOTES", "")


def die() -> None:
    """Be killed, as by Lambda or by the kernel: nothing is tidied up, nobody is told."""
    os.kill(os.getpid(), signal.SIGKILL)


class Mortal:
    """The bucket; with the n-th call the process dies, before or after it."""

    def __init__(self, objects: Any, note: Path | None) -> None:
        self._objects, self._note, self._calls = objects, note, 0

    def __getattr__(self, name: str) -> Any:
        call = getattr(self._objects, name)

        def called(*arguments: Any) -> Any:
            self._calls += 1
            self._perhaps("before")
            result = call(*arguments)
            self._perhaps("after")
            return result

        return called

    def _perhaps(self, when: str) -> None:
        if f"{when} {self._calls}" != DIE or (self._note and self._note.exists()):
            return
        if self._note:
            self._note.touch()
        die()


def handler(event: Any, context: Any) -> Any:
    """Do the summarizer's work, or die over it."""
    if DIE:
        return _marked(event, context)
    if CHANCE.random() >= CRASHED:
        return summarizer.handler(event, context)
    threading.Timer(CHANCE.random() * LONGEST, die).start()
    summarizer.handler(event, context)
    return die()


def _marked(event: Any, context: Any) -> Any:
    key = event["Records"][0]["s3"]["object"]["key"]
    note = Path(NOTES, sha256(f"{DIE} {key}".encode()).hexdigest()) if NOTES else None
    hands = summarizer.Summarizer.from_environ(os.environ)
    marked = hands._replace(objects=lambda bucket: Mortal(hands.objects(bucket), note))
    log = Log(sys.stdout, context.aws_request_id)
    return marked.handle(event, log, lambda: context.get_remaining_time_in_millis() / 1000)
