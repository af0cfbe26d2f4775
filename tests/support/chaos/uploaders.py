"""Who uploads, overwrites and deletes, and keeps a record of what lies under each key in truth.

Comes in: a plan and an S3 client. Goes out: a `Record`. A key is changed by one thread at a time, so that the record
says what S3 says; the threads otherwise take no notice of each other, nor of the functions.
"""

import hashlib
import threading
import time
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from support.chaos.files import NO_CSV, make
from support.chaos.plan import Plan

PREFIX = "synthetic-data/chaos/"
LOOK = 4  # uploads between two looks at the queue


@dataclass
class Key:
    """One key: what lies there, since when, and what lay there before."""

    name: str
    body: bytes | None = None  # None: deleted, or never uploaded
    since: float = 0.0
    earlier: list[bytes] = field(default_factory=list)
    states: list[str] = field(default_factory=lambda: [""])  # ETags of all that lay there; "" for nothing
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def source(self) -> str:
        """Where it is uploaded."""
        return f"{PREFIX}{self.name}.csv"

    @property
    def summary(self) -> str:
        """Where its summary must lie."""
        folder, _, name = self.name.partition("/")
        return f"summaries/chaos/{folder}/summary_{name}.json"

    @property
    def etag(self) -> str:
        """What S3 must call these bytes."""
        return hashlib.md5(self.body or b"", usedforsecurity=False).hexdigest()


class Record:
    """The truth: every key, and how many operations there were."""

    def __init__(self, keys: int) -> None:
        self.keys = [Key(f"{number % 7}/file {number}") for number in range(keys)]
        self.uploads = self.deletes = 0
        self.lock = threading.Lock()

    def add(self, *, uploads: int = 0, deletes: int = 0) -> None:
        """Count."""
        with self.lock:
            self.uploads += uploads
            self.deletes += deletes


class Place(Protocol):
    """Where it is uploaded; `stage.Stage` is the real one."""

    @property
    def s3(self) -> Any:
        """S3's client."""

    @property
    def bucket(self) -> str:
        """Its name."""

    def wait_for_room(self, seconds: float) -> None:
        """Return when few enough events wait: who overwrites shall meet a function at work, not a long queue."""


class Uploader:
    """One thread's work; what it does follows from the seed, how it interleaves with others does not."""

    def __init__(self, plan: Plan, record: Record, place: Place, number: int) -> None:
        self._plan, self._record, self._place = plan, record, place
        self._random = Random(f"{plan.seed}-{number}")  # noqa: S311 - chance, no secret
        self._uploads = len(range(number, plan.uploads, plan.uploaders))
        self._recent: deque[Key] = deque(maxlen=3)

    def run(self) -> None:
        """Upload, and now and then delete."""
        for number in range(self._uploads):
            if number % LOOK == 0:
                self._place.wait_for_room(self._plan.patience)
            key = self._choose()
            self._upload(key)
            if self._random.random() < self._plan.deletes:
                self._delete(key if self._random.random() < 0.5 else self._choose())

    def _choose(self) -> Key:
        """Choose any key, or, as races want it, one that was changed just now."""
        near = self._recent and self._random.random() < 0.5
        key = self._random.choice(self._recent if near else self._record.keys)
        self._recent.append(key)
        return key

    def _upload(self, key: Key) -> None:
        with key.lock:
            body, since = self._body(key), time.time()
            self._place.s3.put_object(Bucket=self._place.bucket, Key=key.source, Body=body)
            key.body, key.since = body, since
            key.earlier = [*key.earlier[-2:], body]
            key.states.append(key.etag)
        self._record.add(uploads=1)

    def _body(self, key: Key) -> bytes:
        draw = self._random.random()
        if draw < self._plan.again and key.earlier:
            return self._random.choice(key.earlier)
        return NO_CSV if draw < self._plan.again + self._plan.broken else make(self._random)

    def _delete(self, key: Key) -> None:
        with key.lock:
            if key.body is None:
                return  # S3 would tell of it too, and nothing would have changed
            self._place.s3.delete_object(Bucket=self._place.bucket, Key=key.source)
            key.body, key.since = None, time.time()
            key.states.append("")
        self._record.add(deletes=1)


def upload_all(plan: Plan, place: Place) -> Record:
    """Run every uploader to its end."""
    record = Record(plan.keys)
    uploaders = [Uploader(plan, record, place, number) for number in range(plan.uploaders)]
    with ThreadPoolExecutor(plan.uploaders) as pool:
        for done in [pool.submit(uploader.run) for uploader in uploaders]:
            done.result()
    return record
