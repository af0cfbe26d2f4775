"""The sweeper: a schedule invokes it, and it has done what no event has told of.

Comes in: EventBridge's event, which says nothing but that it is time; or an event of its own, which says where the run
before has stopped. Goes out: an event for the summarizer for each key whose summary is not right, and how many there
were. Called by Lambda; it reads no CSV and writes nothing. What it looks at is `pipeline.sweep`'s.

S3 loses an event now and then, and tells of no object that was there before the trigger. Whoever needs that repaired
without a person has this run once a day; it is not deployed unless asked for.

A run has Lambda's 15 minutes. What is left then it hands to a run of its own, which begins behind the last key that this
one has looked at; so the chain comes to an end. After `MOST_RUNS` it ends in any case, as Lambda's loop detection would
end it there too: that is some ten million keys, or a quarter of a million events.
"""

import os
import secrets
import sys
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, NamedTuple

from gistline.aws.catalogue import catalogue_of, wire_of
from gistline.aws.invoking import Invoker
from gistline.config import DEFAULT_REGION, Settings
from gistline.errors import GistlineError, SettingsError
from gistline.functions.hands import Context
from gistline.pipeline.hint import Hint
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.lack import Lack, Rules
from gistline.pipeline.log import Log
from gistline.pipeline.sweep import Found, Place, Sweep

RATE = 20.0  # events a second, at most, so that uploads find room in between
RESERVE = 90.0  # seconds; the longest stretch is a page of summaries without CSVs: 50 s at this rate
MOST_RUNS = 16
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
    clock: Callable[[], datetime]
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
        layout = KeyLayout(settings.input_prefix, settings.suffix, settings.output_prefix)
        sweep = Sweep(catalogue_of(settings, environ), layout, Rules.of(settings.on_source_delete))
        region = settings.region or DEFAULT_REGION
        names = Names(
            settings.bucket, region, settings.summarizer, environ.get("AWS_LAMBDA_FUNCTION_NAME", "")
        )
        invoke = Invoker(wire_of("lambda", settings, environ)).invoke
        return cls(sweep, names, invoke, lambda: datetime.now(UTC), time.sleep, lambda: secrets.token_hex(8))

    def handle(self, event: object, log: Log, left: Callable[[], float]) -> dict[str, Any]:
        """Look at the bucket as far as the time allows; `left` gives the seconds there are.

        Raises:
            ObjectStoreError: S3 refused.
            InvokeError: Lambda refused. What was done till then is done, and the next run begins anew.
        """
        leg = Leg.parse(event)
        looked = sent = 0
        for stretch in self.sweep.stretches(leg.place):
            looked += len(stretch.found)
            sent += sum(self._mend(found, log) for found in stretch.found)
            if left() < RESERVE:
                return self._go_on(Leg(stretch.end, leg.run + 1), looked, sent, log)
        log.swept(looked, sent)
        return {"keys": looked, "sent": sent}

    def _mend(self, found: Found, log: Log) -> bool:
        """Have the summarizer do a key, if something lacks; the event is known by its id in the logs."""
        if found.lack is None:
            return False
        hint = Hint(
            self.names.bucket, self.names.region, found.key, self.new_id(), found.lack is Lack.ORPHANED
        )
        self.invoke(self.names.summarizer, hint.event(self.clock()))
        log.sent(hint, str(found.lack))
        self.sleep(1 / RATE)
        return True

    def _go_on(self, leg: Leg, looked: int, sent: int, log: Log) -> dict[str, Any]:
        more = leg.run <= MOST_RUNS
        if more:
            self.invoke(self.names.own, leg.event())
        log.swept(looked, sent, stopped_at=leg.place.after, goes_on=more)
        return {"keys": looked, "sent": sent, "stoppedAt": leg.place.after, "goesOn": more}


@cache
def _sweeper() -> Sweeper:
    return Sweeper.from_environ(os.environ)


def handler(event: object, context: Context) -> dict[str, Any]:
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
