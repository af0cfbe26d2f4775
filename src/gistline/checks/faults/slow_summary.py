"""Fault: the CSV takes longer than the function may run.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks import restore
from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.site.site import Site

NAME = "slow-summary"
SHORTEST = 1  # second; Lambda allows no shorter timeout
# Many rows in few bytes (20 MB): quick to upload, and about ten times as long to summarise as the timeout allows.
ROWS = 10_000_000
HEADER, ROW = b"n\n", b"1\n"
TEACHES = """\
Lambda ends an invocation when its timeout is over, wherever it stands; the default is 3 seconds, and what worked with the
sample file in the tutorial meets the first large export months later. A function that does not watch its clock is
killed: the log stops in the middle with Lambda's "Task timed out", and as trying again takes just as long, it fails
three times and is paid for three times. Ours stops by itself a moment earlier, once, and writes down why: too-slow. More
memory helps too: Lambda gives processor time in proportion to it, up to one whole processor at 1,769 MB."""


def break_(site: Site) -> None:
    """Give the function as little time as Lambda allows."""
    levers.configure(site, Timeout=SHORTEST)


def symptom(site: Site) -> Sighting:
    """Upload a long CSV, and see every attempt run out of time."""
    return probe.watch_until_verdict(site, probe.send(site, NAME, HEADER + ROW * ROWS))


FAULT = Fault(
    name=NAME,
    breaks=f"The summarizer's timeout is set to {SHORTEST} s, and the CSV that comes has {ROWS:,} rows.",
    teaches=TEACHES,
    check="function",
    break_=break_,
    symptom=symptom,
    repair=restore.function,
)
