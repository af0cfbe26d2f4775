"""Fault: the bucket's rule listens to every object, so that a summary invokes the function that wrote it.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks import rules
from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.site.site import Site

NAME = "trigger-without-prefix"
IN_A_CIRCLE = 2  # invocations: one for the CSV, one for the summary
TEACHES = """\
A rule without prefix and suffix matches whatever is written to the bucket, the summaries too. Each summary then invokes
the function that wrote it, and so on: a loop that runs, and is paid for, until somebody stops it. It takes one click in
the console, or one template whose filter was lost. Here it ends after one turn, because the other layers stand: the function ignores
keys that are not its own, the execution role may not write where CSVs arrive, and Lambda itself ends chains of about
16 invocations (RecursiveLoop: Terminate). What is left is an invocation too many for every summary, each of them paid
for. You see a summary, as always, and only a count tells: two invocations for one upload."""


def break_(site: Site) -> None:
    """Take prefix and suffix out of the rule."""
    levers.listen(site, "", "")


def symptom(site: Site) -> Sighting:
    """Upload a CSV, see the summary's own invocation, and see that it has none after it."""
    sent = probe.send(site, NAME)
    probe.watch(site, sent, lambda seen: seen.invocations >= IN_A_CIRCLE, probe.during(site, probe.PATIENCE))
    return probe.watch(site, sent, moments=probe.during(site, probe.AFTERWARDS))


FAULT = Fault(
    name=NAME,
    breaks="Prefix and suffix are taken out of the bucket's rule: it matches every object now.",
    teaches=TEACHES,
    check="loops",
    break_=break_,
    symptom=symptom,
    repair=rules.restore,
)
