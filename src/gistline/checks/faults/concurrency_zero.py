"""Fault: the function is switched off.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks import restore
from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.site.site import Site

NAME = "concurrency-zero"
TEACHES = """\
A reserved concurrency of zero is the console's "Throttle" button: the function is never started. People press it to stop
a runaway, during an incident, late at night, and forget it; or a cost-saving script does. S3 may invoke, so the event
is accepted, and the function's log stays empty, just as if the permission were missing. The difference lies on
the on-failure queue: since 2021 Lambda does not wait for a better day but sends such events there at once, and the
recorder, which is a function of its own, writes down what became of them. Without an on-failure destination they would
be lost."""


def break_(site: Site) -> None:
    """Reserve nothing at all."""
    levers.reserve(site, 0)


def symptom(site: Site) -> Sighting:
    """Upload a CSV, see nothing in the log, and the recorder's verdict."""
    return probe.watch_until_verdict(site, probe.send(site, NAME))


FAULT = Fault(
    name=NAME,
    breaks="The summarizer's reserved concurrency is set to 0.",
    teaches=TEACHES,
    check="function",
    break_=break_,
    symptom=symptom,
    repair=restore.concurrency,
)
