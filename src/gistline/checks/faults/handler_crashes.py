"""Fault: the function's configuration names a handler that does not exist.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks import restore
from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.site.site import Site

NAME = "handler-crashes"
NO_SUCH_HANDLER = "gistline.functions.summarizer.no_such_handler"
TEACHES = """\
The function's configuration says which Python function Lambda shall call, and nobody checks it before the first event: a
file renamed, a zip with one folder too many, a dependency that was built for another processor, and every invocation
dies before a line of one's own code has run. A deployment tool reports success. The log has Lambda's lines but none of
ours, which is the sign to look for; each event is tried three times, and then the recorder, which has a handler of its own,
writes down that it failed."""


def break_(site: Site) -> None:
    """Name a handler that does not exist."""
    levers.configure(site, Handler=NO_SUCH_HANDLER)


def symptom(site: Site) -> Sighting:
    """Upload a CSV, and see every attempt die at the start."""
    return probe.watch_until_verdict(site, probe.send(site, NAME))


FAULT = Fault(
    name=NAME,
    breaks=f"The summarizer's handler is set to {NO_SUCH_HANDLER}.",
    teaches=TEACHES,
    check="function",
    break_=break_,
    symptom=symptom,
    repair=restore.function,
)
