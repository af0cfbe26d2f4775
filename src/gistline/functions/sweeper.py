"""The sweeper: a schedule invokes it, and it has done what no event has told of.

Comes in: EventBridge's event, which says nothing but that it is time; or an event of its own, which says where the run
before has stopped. Goes out: an event for the summarizer for each key whose summary is not right, and how many there
were. Called by Lambda; it reads no CSV and writes nothing. What it looks at is `pipeline.sweep`'s.

S3 loses an event now and then, and tells of no object that was there before the trigger. Whoever needs that repaired
without a person has this run once a day; it is not deployed unless asked for.

No more than some keys are under way at once, and the next is sent when one has its verdict: however much a sweep finds,
it fills no queue in which uploads would wait.

A run has Lambda's 15 minutes. What is left then it hands to a run of its own, which begins behind the last key that this
one has done with; so the chain comes to an end. After `MOST_RUNS` it ends in any case. A key that cannot be looked at
holds up no other.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from gistline.aws.catalogue import catalogue_of
from gistline.aws.invoking import Invoker
from gistline.aws.wire import Wire
from gistline.config import DEFAULT_REGION, Settings
from gistline.errors import GistlineError, RejectedError, SettingsError
from gistline.pipeline.hint import Hint
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.lack import Lack, Rules
from gistline.pipeline.log import Log
from gistline.pipeline.sweep import Found, Place, Sweep
from gistline.pipeline.underway import UnderWay

if TYPE_CHECKING:
    from gistline.functions.context import Context

STRETCH = 64  # keys looked at before the time is; some more are listed
RESERVE = 90.0  # seconds; to send a whole stretch takes 3 s at the rate, and S3 may be slow
MOST_RUNS = 12  # Lambda itself ends a chain of about 16
MOST_LINES = 100  # about keys that could not be looked at, of one run
OWN = "gistlineSweep"  # the name under which an event of ours says where to go on


class Leg(NamedTuple):
    """One run's part of a sweep: where it begins, and which one it is."""

    place: Place = Place()
    run: int = 1

    @classmethod
    def parse(cls, event: object) -> "Leg":
        """Read an event of our own; whatever else invokes, a sweep begins."""
        said = event.get(OWN) if isinstance(event, Mapping) else None
        match said:
            case {"walk": "csvs" | "summaries" as walk, "after": str(after), "run": int(run)}:
                return cls(Place(walk, after), run)
        return cls()

    def event(self) -> dict[str, Any]:
        """Write it down."""
        return {OWN: {"walk": self.place.walk, "after": self.place.after, "run": self.run}}


class Names(NamedTuple):
    """Who is invoked about what."""

    bucket: str
    region: str
    summarizer: str
    own: str


class Sweeper(NamedTuple):
    """The collaborators, made once per execution environment; `invoke` takes a function's name and an event."""

    sweep: Sweep
    names: Names
    invoke: Callable[[str, Mapping[str, Any]], None]
    now: Callable[[], datetime]
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    new_id: Callable[[], str]

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Sweeper":
        """Build the sweeper that AWS runs.

        Raises:
            SettingsError: a setting is wrong or missing.
            ObjectForbiddenError: there are no credentials to sign with.
        """
        settings = Settings.from_environ(environ)
        if not (settings.bucket and settings.summarizer):
            raise SettingsError(
                "GISTLINE_BUCKET or GISTLINE_SUMMARIZER is not set",
                "name the bucket, and the function to invoke",
            )
        layout = KeyLayout.of(settings)
        rules = Rules.of(settings.on_source_delete)
        sweep = Sweep(catalogue_of(settings, environ), layout, rules, page=STRETCH)
        region = settings.region or DEFAULT_REGION
        names = Names(
            settings.bucket, region, settings.summarizer, environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        )
        invoke = Invoker(Wire.of("lambda", settings, environ)).invoke
        return cls(
            sweep,
            names,
            invoke,
            lambda: datetime.now(UTC),
            time.monotonic,
            time.sleep,
            lambda: secrets.token_hex(8),
        )

    def handle(self, event: object, log: Log, left: Callable[[], float]) -> dict[str, Any]:
        """Look at the bucket as far as the time allows; `left` gives the seconds there are.

        Raises:
            ObjectStoreError: S3 refused to list, or to tell of any key at all.
            InvokeError: Lambda refused. What was done till then is done, and the next run begins anew.
        """
        leg = Leg.parse(event)
        run = Run(self, log, UnderWay(self.sweep, self.clock, self.sleep), lambda: left() - RESERVE)
        begin = leg.place
        for stretch in self.sweep.stretches(leg.place):
            if not run.mend(stretch.found):
                return self._go_on(Leg(begin, leg.run + 1), run, log)
            begin = stretch.end
            if run.left() < 0:
                return self._go_on(Leg(begin, leg.run + 1), run, log)
        run.raise_if_blind()
        log.swept(run.counts)
        return run.counts

    def send(self, found: Found, log: Log) -> None:
        """Have the summarizer do a key; the event is known by its id in the logs."""
        names, gone = self.names, found.lack is Lack.ORPHANED
        hint = Hint(names.bucket, names.region, found.key, self.new_id(), gone)
        self.invoke(names.summarizer, hint.event(self.now()))
        log.sent(hint, str(found.lack))

    def _go_on(self, leg: Leg, run: "Run", log: Log) -> dict[str, Any]:
        more = leg.run <= MOST_RUNS
        if more:
            self.invoke(self.names.own, leg.event())
        log.swept(run.counts, stopped_at=leg.place.after, goes_on=more)
        return {**run.counts, "stoppedAt": leg.place.after, "goesOn": more}


class Run:
    """One invocation: what it has looked at, and what it has sent."""

    def __init__(self, sweeper: Sweeper, log: Log, under_way: UnderWay, left: Callable[[], float]) -> None:
        self.left = left
        self._sweeper, self._log, self._under_way = sweeper, log, under_way
        self._keys = self._sent = self._errors = 0
        self._error: GistlineError | None = None

    @property
    def counts(self) -> dict[str, Any]:
        """How many keys were looked at, how many sent, and how many could not be looked at."""
        return {"keys": self._keys, "sent": self._sent, "errors": self._errors}

    def mend(self, some: Iterable[Found]) -> bool:
        """Send those that lack something, as room comes; False if the time is over first."""
        for found in some:
            if found.lack:
                if not self._under_way.room(self.left):
                    return False
                self._sweeper.send(found, self._log)
                self._under_way.add(found)
                self._sent += 1
            self._keys += 1
            if found.error:
                self._note(found.error)
        return True

    def raise_if_blind(self) -> None:
        """Raise S3's first refusal if there was nothing but errors: then it is the role, and no single key."""
        if self._error and self._errors == self._keys:
            raise self._error

    def _note(self, error: GistlineError) -> None:
        self._errors += 1
        if not isinstance(error, RejectedError):  # that is a key's own fault
            self._error = self._error or error
        if self._errors <= MOST_LINES:
            self._log.failed(None, error)


@cache
def _sweeper() -> Sweeper:
    return Sweeper.from_environ(os.environ)


def handler(event: object, context: "Context") -> dict[str, Any]:
    """Have done what no event has told of; Lambda calls this.

    Raises:
        SettingsError, ObjectStoreError, InvokeError: see `Sweeper`.
    """
    log = Log(sys.stdout, context.aws_request_id)
    try:
        return _sweeper().handle(event, log, lambda: context.get_remaining_time_in_millis() / 1000)
    except GistlineError as error:
        log.failed(None, error)
        raise
