"""An exhaustive search for an order of events that ends wrong.

Comes in: a `Scenario` (what happens to one source object, and how often events are repeated, workers die and answers
are lost) and a `Variant`. Goes out: a `Report` with the number of states and the invariants that do not hold. Called
by the tests of `reconcile`, and from a shell for the full search:

    PYTHONPATH=tests python -m support.model [how often events are repeated and workers die: 1]

It drives the real `Reconciler`, whose calls of S3 are the only things that happen in the world. As that code is
synchronous, a worker is run by replay: it is called anew with the answers it has had so far, and stopped at the first
call that has none yet. So a worker is nothing but its answers, and a state of the world can be kept, compared, and
gone on from in every possible way. A worker that waits for its next round has forgotten all others; it begins anew.

The broken variants are the same code over a store that misbehaves in one way. Each must be caught, or else the search
would not see what it looks for.
"""

import sys
import time
from collections import deque
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from hashlib import md5
from typing import Any, NamedTuple

from gistline.aws.s3 import Token
from gistline.pipeline.mark import Mark
from gistline.pipeline.notification import ObjectEvent
from support.replay import (
    HINT,
    NEW,
    OLD,
    OLD_SUMMARIZER,
    RECORDER,
    SUMMARIZER,
    SUMMARY_KEY,
    Answer,
    Call,
    Minds,
    Variant,
    Worker,
)

COMPLETE = "every source has a summary with a terminal status"  # I1
FRESH = "in the end the summary is that of the current source"  # I2
MONOTONE = "what the summary reflects never goes back, even for a moment"  # I3
NO_ZOMBIE = "a removed source has a tombstone or no summary, unless summaries are kept"  # I5
OWN_EVENT = "whose own event was not given up is called untried, if anything"
FINAL_WORD = (
    "a verdict is not replaced by 'failed', nor by an older profiler, while the source stays the same"
)


class Scenario(NamedTuple):
    """What happens: `contents` of the source one after the other, 0 for removed; and how much goes wrong."""

    contents: tuple[int, ...]
    duplicates: int = 1
    crashes: int = 1
    lost: int = 1
    versioned: bool = False


RIGHTFUL = Variant()
NOTHING: frozenset[str] = frozenset()


class Report(NamedTuple):
    """What the search has found."""

    states: int
    broken: frozenset[str]


class World(NamedTuple):
    """One state: the source's position in its history, the summary, and who is at what."""

    position: int = 0
    etag: str | None = None  # of the summary; None if there is none
    mark: str = ""
    reflects: int = 0  # the position that the summary was made from
    pending: tuple[int, ...] = ()  # events on their way, by the position that caused them
    given_up: tuple[int, ...] = ()  # events on their way to the recorder
    workers: tuple[Worker, ...] = ()
    duplicates: int = 0
    crashes: int = 0
    lost: int = 0
    table: int = 0


class Search:
    """All worlds that a scenario can lead to."""

    def __init__(self, scenario: Scenario, variant: Variant) -> None:
        self.scenario, self.variant = scenario, variant
        self.minds = Minds(variant)
        self.broken: set[str] = set()

    def run(self, enough: AbstractSet[str]) -> Report:
        first = World(
            duplicates=self.scenario.duplicates, crashes=self.scenario.crashes, lost=self.scenario.lost
        )
        seen, waiting = {first}, deque([first])
        while waiting and not (enough and enough <= self.broken):
            world = waiting.pop()
            moved = False
            for after in self._successors(world):
                moved = True
                if after not in seen:
                    seen.add(after)
                    waiting.append(after)
            if not moved:
                self._check_end(world)
        return Report(len(seen), frozenset(self.broken))

    def _content(self, position: int) -> int:
        return self.scenario.contents[position - 1] if position else 0

    def _token(self, position: int) -> Token | None:
        """The worst case: everything happens within a second, so that LastModified tells nothing."""
        content = self._content(position)
        version = f"v{position}" if self.scenario.versioned else None
        return Token(f"e{content}", 1, version) if content else None

    def _event(self, position: int) -> ObjectEvent:
        """What S3 tells of this position; a removal names no state."""
        token = self._token(position)
        if token is None:
            return HINT._replace(event_name="ObjectRemoved:Delete")
        return HINT._replace(event_name="ObjectCreated:Put", etag=token.etag, version_id=token.version_id)

    def _successors(self, world: World) -> Iterator[World]:
        if world.position < len(self.scenario.contents):
            position = world.position + 1
            # Only table and recorder ask which event it is; to the others it is a mere hint.
            event = position if self.variant.table or self.variant.recorder else 0
            yield world._replace(position=position, pending=_with(world.pending, event))
        yield from self._deliveries(world)
        for worker in dict.fromkeys(world.workers):
            rest = _without(world.workers, worker)
            if world.crashes:
                yield self._crashed(world._replace(workers=rest, crashes=world.crashes - 1), worker)
            yield from self._steps(world._replace(workers=rest), worker)

    def _deliveries(self, world: World) -> Iterator[World]:
        kinds = (SUMMARIZER, OLD_SUMMARIZER) if self.variant.deploy else (SUMMARIZER,)
        for event in dict.fromkeys(world.pending):
            for kind in kinds:
                begun = self._begun(world, event, kind)
                yield begun._replace(pending=_without(world.pending, event))
                if world.duplicates:
                    yield begun._replace(duplicates=world.duplicates - 1)
        for event in dict.fromkeys(world.given_up):
            yield self._begun(world, event, RECORDER)._replace(given_up=_without(world.given_up, event))

    def _begun(self, world: World, event: int, kind: int) -> World:
        worker = Worker(event, kind, self.minds.fresh(kind, self._event(event)))
        return world._replace(workers=_with(world.workers, worker))

    def _crashed(self, world: World, worker: Worker) -> World:
        if self.variant.recorder:
            return world._replace(given_up=_with(world.given_up, worker.event))
        return world._replace(pending=_with(world.pending, worker.event))

    def _steps(self, world: World, worker: Worker) -> Iterator[World]:
        call = self.minds.calls[worker.mind]
        assert call is not None
        if call.method in {"PUT", "DELETE"}:
            yield from self._writes(world, worker, call)
        elif call.method == "CLAIM":
            if worker.event > world.table:
                yield self._heard(world._replace(table=worker.event), worker, Answer())
            else:
                yield world
        elif call.key == SUMMARY_KEY:
            token = Token(world.etag, 1) if world.etag else None
            yield self._heard(world, worker, Answer(token, world.mark))
        else:
            read = world.position if call.method == "GET" else 0
            yield self._heard(world, worker, Answer(self._token(world.position), position=read))

    def _writes(self, world: World, worker: Worker, call: Call) -> Iterator[World]:
        plain = self.variant.table or not self.variant.conditional
        if world.etag != call.etag and not plain:
            yield self._heard(world, worker, Answer(changed=True))
            return
        written = self._written(world, worker, call)
        yield self._heard(written, worker, Answer())
        if world.lost:
            yield self._heard(written._replace(lost=world.lost - 1), worker, Answer(changed=True))

    def _written(self, world: World, worker: Worker, call: Call) -> World:
        read = self.minds.position(worker)
        if call.method == "DELETE":
            return world._replace(etag=None, mark="", reflects=read)
        mark = _mark(call.mark)
        if mark.status == "failed" and mark.is_untried == (self._token(read) == self._token(worker.event)):
            self.broken.add(OWN_EVENT)
        if world.etag and read < world.reflects:
            self.broken.add(MONOTONE)
        if world.etag and read == world.reflects:
            self._check_replaced(_mark(world.mark), _mark(call.mark))
        return world._replace(etag=self._etag(call), mark=call.mark, reflects=read)

    def _etag(self, call: Call) -> str:
        mark = _mark(call.mark)
        body = call.body if self.variant.generation else repr(mark._replace(generation=0)).encode()
        return md5(body, usedforsecurity=False).hexdigest()

    def _heard(self, world: World, worker: Worker, answer: Answer) -> World:
        """Let the worker go on with the answer; at its end, it is gone."""
        mind = self.minds.learn(worker, answer)
        if self.minds.calls[mind] is None:
            return world
        return world._replace(workers=_with(world.workers, worker._replace(mind=mind)))

    def _check_replaced(self, before: Mark, after: Mark) -> None:
        """Both say something of the same state of the source."""
        if (after.status == "failed" and not before.is_untried) or (
            after.profiler == OLD and before.profiler == NEW
        ):
            self.broken.add(FINAL_WORD)

    def _check_end(self, world: World) -> None:
        """Nothing can happen any more."""
        token, mark = self._token(world.position), _mark(world.mark) if world.etag else None
        if token is None:
            if mark and mark.status != "deleted" and self.variant.on_delete != "keep":
                self.broken.add(NO_ZOMBIE)
        elif mark is None or mark.status not in {"complete", "failed"}:
            self.broken.add(COMPLETE)
        elif mark.token != token:
            self.broken.add(FRESH)


def _mark(text: str) -> Mark:
    mark = Mark.parse({"gistline": text})
    assert mark
    return mark


def _with(items: tuple[Any, ...], item: object) -> tuple[Any, ...]:
    return tuple(sorted((*items, item)))


def _without(items: tuple[Any, ...], item: object) -> tuple[Any, ...]:
    position = items.index(item)
    return items[:position] + items[position + 1 :]


def search(scenario: Scenario, variant: Variant = RIGHTFUL, enough: AbstractSet[str] = NOTHING) -> Report:
    """Search all orders in which the calls of S3 can happen, or until all of `enough` are found broken."""
    return Search(scenario, variant).run(enough)


HISTORIES = {
    "put, delete": (1, 0),
    "put, put": (1, 2),
    "put, put, delete": (1, 2, 0),
    "A, B, A": (1, 2, 1),
    "put, delete, put": (1, 0, 2),
    "A, delete, A": (1, 0, 1),
}
SHORT = 2  # operations
BROKEN = {  # and what each breaks
    "plain put": (Variant(conditional=False, post_check=False), {MONOTONE, FRESH, NO_ZOMBIE}),
    "plain put, post-check": (Variant(conditional=False), {MONOTONE}),
    "no post-check": (Variant(post_check=False), {FRESH, NO_ZOMBIE}),
    "source read first": (Variant(summary_first=False), {MONOTONE}),
    "no generation": (Variant(generation=False), {MONOTONE}),
    "dedupe table": (Variant(table=True), {MONOTONE, COMPLETE, FRESH, NO_ZOMBIE}),
    "hasty recorder": (Variant(recorder=True, hasty=True), {FINAL_WORD}),
    "rash recorder": (Variant(recorder=True, rash=True), {OWN_EVENT}),
    "silent recorder": (Variant(recorder=True, silent=True), {COMPLETE, FRESH}),
    "hasty old version": (Variant(deploy=True, hasty=True), {FINAL_WORD}),
}
RIGHT = {
    "tombstone": Variant(),
    "delete": Variant(on_delete="delete"),
    "keep": Variant(on_delete="keep"),
    "recorder": Variant(recorder=True),
    "recorder, delete": Variant(recorder=True, on_delete="delete"),
    "deploy": Variant(deploy=True),
}


def scenarios(variant: Variant, often: int = 1) -> Iterator[Scenario]:
    """Give what a variant is searched with; where there are two kinds of workers, the long histories are too many."""
    for history in HISTORIES.values():
        short = len(history) == SHORT
        for versioned in (False, True):
            if variant.deploy:
                if short:
                    yield Scenario(history, often, 0, 0, versioned)
            elif variant.recorder and not short:
                yield Scenario(history, 0, often, 0, versioned)
            else:
                yield Scenario(history, often, often, 1, versioned)


def search_all(variant: Variant, enough: AbstractSet[str] = NOTHING, often: int = 1) -> Report:
    """Search the scenarios of a variant, one after the other, or until all of `enough` are found broken."""
    states, broken = 0, NOTHING
    for scenario in scenarios(variant, often):
        report = search(scenario, variant, enough - broken)
        states, broken = states + report.states, broken | report.broken
        if enough and enough <= broken:
            break
    return Report(states, broken)


def main(often: int) -> int:
    """Search everything, a broken variant until it is caught; tell what was found. 1 if that is not as it should be."""
    wrong = 0
    for name, (variant, expected) in {
        **{name: (each, NOTHING) for name, each in RIGHT.items()},
        **BROKEN,
    }.items():
        began = time.monotonic()
        states, broken = search_all(variant, expected, often)
        wrong += not (expected <= broken if expected else not broken)
        found = "; ".join(sorted(broken)) or "all hold"
        sys.stdout.write(f"{name:22} {states:10,} states {time.monotonic() - began:6.1f} s  {found}\n")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 1))
