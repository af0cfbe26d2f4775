"""Having keys done again by the pipeline: never here, as what is deployed there decides, under its own role.

Comes in: `Job`s, as a stream. Goes out: a `Done` for each, as a stream, when its verdict stands or nobody may wait any
longer. Called by the commands `reconcile` and `failures`.

The summarizer is invoked as S3 invokes it: asynchronously, with an event notification of one record, so that retries,
on-failure queue and recorder work as always, and one file that kills the function takes no other with it.

Whether a job is done is read from S3: the summary says what the CSV is now. A second answer comes from the logs, where
nothing changes in S3: an invocation of ours has said its last word, or the recorder has. Without the right to read
logs one waits a little longer.

No more than `WINDOW` jobs are under way, so that neither memory here nor Lambda's queue depends on how many there are;
and no more than the `rate` are begun in a second, so that uploads find room in between.
"""

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from gistline.errors import GistlineError
from gistline.pipeline.hint import Hint
from gistline.pipeline.lack import Lack, Rules, Seen, lack_of
from gistline.pipeline.mark import Mark
from gistline.pipeline.sweep import mapped
from gistline.pipeline.underway import PATIENCE, RATE, WINDOW
from gistline.site.catalogue import look
from gistline.site.lastwords import LastWords
from gistline.site.site import Site
from gistline.stack.target import explained

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

LOOK, LOOK_AWS = 0.1, 2.0  # seconds between two looks into S3
ASK, ASK_AWS = 1.0, 5.0  # seconds between two looks into the logs; most jobs are done before the first


@dataclass(frozen=True, slots=True)
class Job:
    """A key to be done; `before` is the mark of a verdict that is to be replaced, though it is no lack."""

    key: str
    why: str
    gone: bool = False  # the CSV was removed
    before: Mark | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of a job: a status, or one of a few words; `lack` is what is still wrong."""

    job: Job
    became: str
    lack: Lack | None
    error: GistlineError | None = None  # it could not be looked at

    @property
    def is_right(self) -> bool:
        """Whether the verdict is there, and is one about the CSV."""
        return self.lack is None and self.became in {"complete", "rejected", "deleted", "removed"}


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast, how long, and by which clocks; `wall` is in seconds since 1970."""

    rate: float = RATE
    patience: float = PATIENCE
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Sent:
    """A job under way: when it was sent, and the id by which its invocation is known in the log."""

    job: Job
    at: float
    wall: float
    id: str


@dataclass(slots=True)
class Redoing:
    """One run: what is under way, and when to begin and to look next."""

    site: Site
    rules: Rules
    pace: Pace
    words: LastWords
    s3: "S3Client"
    lambda_: "LambdaClient"
    under_way: dict[str, Sent] = field(default_factory=dict)
    next_start: float = 0.0
    next_look: float = 0.0
    next_ask: float = 0.0

    def run(self, jobs: Iterable[Job]) -> Iterator[Done]:
        """Send the jobs as they come, and give each back when it is done."""
        for job in jobs:
            if job.key in self.under_way:
                continue
            while len(self.under_way) >= WINDOW:
                yield from self._look()
            self._send(job)
            if self.pace.clock() >= self.next_look:
                yield from self._look()
        while self.under_way:
            yield from self._look()

    def _send(self, job: Job) -> None:
        self._wait_until(self.next_start)
        self.next_start = self.pace.clock() + 1 / self.pace.rate
        sent = Sent(job, self.pace.clock(), self.pace.wall(), f"gistline-{uuid.uuid4().hex[:16]}")
        bucket, anew = self.site.outputs.bucket_name, job.before and job.before.generation
        hint = Hint(bucket, self.site.target.region, job.key, sent.id, job.gone, anew)
        with explained(f"invoking {self.site.outputs.summarizer_name}"):
            self.lambda_.invoke(
                FunctionName=self.site.outputs.summarizer_arn,
                InvocationType="Event",
                Payload=json.dumps(hint.event(datetime.fromtimestamp(sent.wall, UTC))),
            )
        self.under_way[job.key] = sent

    def _look(self) -> Iterator[Done]:
        self._wait_until(self.next_look)
        now, asked = self.pace.clock(), list(self.under_way.values())
        self.next_look = now + (LOOK if self.site.target.endpoint else LOOK_AWS)
        over = self._over(asked)  # first: what an invocation did is in S3 before it says so
        seen = mapped(lambda sent: self._sight(sent.job), asked)
        for sent, sight in zip(asked, seen, strict=True):
            late = now - sent.at >= self.pace.patience
            if isinstance(sight, GistlineError):
                del self.under_way[sent.job.key]
                yield Done(sent.job, "unknown", None, sight)
            elif self._settled(sent.job, sight) or sent.id in over or late:
                del self.under_way[sent.job.key]
                yield self._done(sent, sight, late=late and sent.id not in over)

    def _sight(self, job: Job) -> Seen | GistlineError:
        """Look at one key; one that cannot be looked at holds up no other."""
        try:
            return look(self.s3, self.site, job.key)
        except GistlineError as error:
            return error

    def _over(self, asked: Sequence[Sent]) -> set[str]:
        """Ask the logs, now and then, while a job takes longer than most."""
        now, pause = self.pace.clock(), ASK if self.site.target.endpoint else ASK_AWS
        if now < self.next_ask or all(now - sent.at < pause for sent in asked):
            return set()
        self.next_ask = now + pause
        return self.words.over({sent.id for sent in asked})

    def _settled(self, job: Job, seen: Seen) -> bool:
        replaced = job.before is None or seen.mark != job.before
        return lack_of(seen, self.rules) is None and replaced

    def _done(self, sent: Sent, seen: Seen, *, late: bool) -> Done:
        settled = self._settled(sent.job, seen)
        return Done(sent.job, "timed out" if late and not settled else seen.status, lack_of(seen, self.rules))

    def _wait_until(self, moment: float) -> None:
        self.pace.sleep(max(0.0, moment - self.pace.clock()))


def redo(site: Site, rules: Rules, jobs: Iterable[Job], pace: Pace) -> Iterator[Done]:
    """Have each key done, at this pace.

    Raises:
        StackError: AWS refused to invoke.
    """
    words, target = LastWords(site, pace.wall()), site.target
    return Redoing(site, rules, pace, words, target.client("s3"), target.client("lambda")).run(jobs)


def preview(jobs: Iterable[Job]) -> Iterator[Done]:
    """Give each job back as it is, with nothing done: the plan."""
    return (Done(job, "planned", None) for job in jobs)
