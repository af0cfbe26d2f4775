"""Workers of the search: the real `Reconciler`, run by replay.

Comes in: which code (a `Variant`), and the answers that S3 has given a worker so far. Goes out: the call that it makes
next. Called by `support.model`, where the idea is told.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import NamedTuple, NoReturn

from gistline.aws.objects import Download
from gistline.aws.s3 import Stored, Token
from gistline.errors import InvocationFailedError, ObjectChangedError
from gistline.pipeline.mark import Mark, Profiler
from gistline.pipeline.notification import ObjectEvent
from gistline.pipeline.reconcile import Case, OnSourceDelete, Reconciler, Store
from gistline.pipeline.record import concerns, reason_for
from gistline.pipeline.record import stands as keep
from gistline.profile import Source, Summary

KEY, SUMMARY_KEY = "in/k.csv", "out/k.json"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
HINT = ObjectEvent("b", KEY, "ObjectCreated:Reconcile")
KILLED = InvocationFailedError("killed", code="killed")
OLD, NEW = Profiler("1.0.0"), Profiler("1.1.0")


class Variant(NamedTuple):
    """Which code is searched: the true one, or one that is broken in one way."""

    on_delete: OnSourceDelete = "tombstone"
    conditional: bool = True  # else the store takes every put: "plain put"
    post_check: bool = True  # else the store says "as before"
    summary_first: bool = True  # else the source is read ahead
    generation: bool = True  # else the ETag is the same for the same numbers
    table: bool = (
        False  # events are recorded in a table first and dropped if it knows a later one; puts are plain
    )
    recorder: bool = False  # who crashes is not started again: the recorder gets its event
    hasty: bool = False  # no earlier verdict stands
    rash: bool = False  # the recorder does not ask whether its event is about what lies there
    silent: bool = False  # it does, and then says nothing of another state
    deploy: bool = False  # events are handled by an old and a new version


class Call(NamedTuple):
    """A call of S3 that a worker makes next."""

    method: str
    key: str = ""
    body: bytes = b""
    mark: str = ""
    etag: str | None = None


class Answer(NamedTuple):
    """What S3 answers: an object or none, or that it has changed. `position` is the search's own, no worker sees it."""

    token: Token | None = None
    mark: str = ""
    position: int = 0
    changed: bool = False


class _Stop(BaseException):
    """The worker has come to a call that has no answer yet."""

    def __init__(self, call: Call) -> None:
        super().__init__()
        self.call = call


class _Again(BaseException):
    """The worker waits for its next round."""


class _Silence(BaseException):
    """The worker ends without a word."""


class Replay:
    """A store that gives the answers of the past, and stops who asks for more."""

    def __init__(self, answers: tuple[Answer, ...]) -> None:
        self._answers = iter(answers)

    def head(self, key: str) -> Stored | None:
        return _stored(self.ask(Call("HEAD", key)))

    def open(self, key: str) -> Download | None:
        token = self.ask(Call("GET", key)).token
        return Download(key, token, iter(())) if token else None

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        self.ask(Call("PUT", key, body, metadata["gistline"], etag))

    def remove(self, key: str, etag: str) -> None:
        self.ask(Call("DELETE", key, etag=etag))

    def ask(self, call: Call) -> Answer:
        answer = next(self._answers, None)
        if answer is None:
            raise _Stop(call)
        if answer.changed:
            raise ObjectChangedError(call.key)
        return answer


def _stored(answer: Answer) -> Stored | None:
    return Stored(answer.token, {"gistline": answer.mark}) if answer.token else None


class TrustingReplay(Replay):
    """As if nobody looked at the source a second time."""

    _seen: Download | None = None

    def open(self, key: str) -> Download | None:
        self._seen = super().open(key)
        return self._seen

    def head(self, key: str) -> Stored | None:
        if key == KEY:
            return Stored(self._seen.token, {}) if self._seen else None
        return super().head(key)


class SourceFirstReplay(Replay):
    """As if the source were read before the summary."""

    _ahead: Download | None = None

    def head(self, key: str) -> Stored | None:
        if key == SUMMARY_KEY:
            self._ahead = super().open(KEY)
        return super().head(key)

    def open(self, key: str) -> Download | None:
        return self._ahead


class TableReplay(TrustingReplay):
    """As if each event were entered into a table first, and the summary never looked at."""

    def head(self, key: str) -> Stored | None:
        if key == SUMMARY_KEY:
            self.ask(Call("CLAIM"))
            return None
        return super().head(key)


def _store(variant: Variant, answers: tuple[Answer, ...]) -> Store:
    if variant.table:
        return TableReplay(answers)
    if not variant.summary_first:
        return SourceFirstReplay(answers)
    return Replay(answers) if variant.post_check else TrustingReplay(answers)


def _again(_: float) -> NoReturn:
    raise _Again


SUMMARIZER, RECORDER, OLD_SUMMARIZER = range(3)


def _run(kind: int, about: ObjectEvent, variant: Variant, answers: tuple[Answer, ...]) -> Call | None:
    """Run a worker, started for an event, on the answers it has had; return its next call, or None at its end."""
    by = OLD if kind == OLD_SUMMARIZER else NEW
    reconciler = Reconciler(by, lambda: NOON, _again, lambda: 0.0, variant.on_delete)

    def judge(found: Download) -> Summary:
        source = Source("b", KEY, found.token.version_id, found.token.etag, found.token.size)
        if kind != RECORDER:
            return Summary("complete", NOON, source)
        if variant.silent and not concerns(about, found.token):
            raise _Silence
        return Summary(
            "failed", NOON, source, error=KILLED if variant.rash else reason_for(found.token, about, KILLED)
        )

    def stands(mark: Mark) -> bool:
        return not variant.hasty and (keep(mark, about) if kind == RECORDER else mark.stands(by))

    try:
        reconciler.reconcile(Case("b", KEY, SUMMARY_KEY, judge, stands), _store(variant, answers))
    except _Silence:
        return None
    except _Stop as stop:
        return stop.call
    return None


class Worker(NamedTuple):
    """A worker between two calls: a number of its `Minds`, and the event that it was started for."""

    event: int
    kind: int
    mind: int


@dataclass
class Minds:
    """What workers know, each state of it once: event and answers, numbered, and the call that follows.

    To the summarizer an event is a mere hint; only the recorder asks what it is about.
    """

    variant: Variant
    numbers: dict[tuple[int, ObjectEvent, tuple[Answer, ...]], int] = field(default_factory=dict)
    abouts: list[ObjectEvent] = field(default_factory=list)
    answers: list[tuple[Answer, ...]] = field(default_factory=list)
    calls: list[Call | None] = field(default_factory=list)
    learned: dict[tuple[int, Answer], int] = field(default_factory=dict)

    def fresh(self, kind: int, about: ObjectEvent) -> int:
        return self._number(kind, about if kind == RECORDER else HINT, ())

    def learn(self, worker: Worker, answer: Answer) -> int:
        known = self.learned.get((worker.mind, answer))
        if known is None:
            known = self._number(worker.kind, self.abouts[worker.mind], (*self.answers[worker.mind], answer))
            self.learned[worker.mind, answer] = known
        return known

    def position(self, worker: Worker) -> int:
        """Which state of the source the worker has read."""
        return max((answer.position for answer in self.answers[worker.mind]), default=0)

    def _number(self, kind: int, about: ObjectEvent, answers: tuple[Answer, ...]) -> int:
        if (kind, about, answers) not in self.numbers:
            try:
                call = _run(kind, about, self.variant, answers)
            except _Again:
                return self._number(kind, about, ())
            self.numbers[kind, about, answers] = len(self.calls)
            self.calls.append(call)
            self.abouts.append(about)
            self.answers.append(answers)
        return self.numbers[kind, about, answers]
