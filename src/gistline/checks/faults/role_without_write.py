"""Fault: the function's execution role may not write summaries.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks import restore
from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.site.site import Site

NAME = "role-without-write"
TEACHES = """\
The function is invoked, reads the CSV, does all its work, and only then may not store what came of it: its execution role
lacks s3:PutObject where the summaries lie. That is what follows when the output prefix is changed in the code and not
in the role, or when a bucket policy denies what the role allows. The log tells how far it came: "S3 event received",
"CSV downloaded", then a 403 instead of "JSON uploaded". Lambda pays for the work three times, and then the event
lands on the on-failure queue, from which the recorder, whose role is another, writes down that it failed."""


def break_(site: Site) -> None:
    """Take the right away."""
    levers.take_from_role(site, levers.WRITE)


def symptom(site: Site) -> Sighting:
    """Upload a CSV, and see the attempts fail until the event is given up."""
    return probe.watch_until_verdict(site, probe.send(site, NAME))


FAULT = Fault(
    name=NAME,
    breaks="The statement that allows s3:PutObject is taken out of the summarizer's execution role.",
    teaches=TEACHES,
    check="execution-role",
    break_=break_,
    symptom=symptom,
    repair=restore.role_policies,
)
