"""Fault: the function's execution role may not read the CSVs.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks import restore
from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.site.site import Site

NAME = "role-without-read"
TEACHES = """\
The other permission: S3 may invoke the function, and it runs, but its execution role may not read the CSV. Typical causes
are a role that was written for another bucket or prefix, a policy that asks for s3:HeadObject (there is no such
action: HeadObject is allowed by s3:GetObject), or a bucket encrypted with a KMS key that the role may not use. This
time it is not silent: the log says 403, Lambda tries twice more, after one minute and after two, and then the event
lands on the on-failure queue, and the recorder, whose role is another, writes down that it failed. Without
s3:ListBucket a missing object would look just the same."""


def break_(site: Site) -> None:
    """Take the right away."""
    levers.take_from_role(site, levers.READ)


def symptom(site: Site) -> Sighting:
    """Upload a CSV, and see the attempts fail until the event is given up."""
    return probe.watch_until_verdict(site, probe.send(site, NAME))


FAULT = Fault(
    name=NAME,
    breaks="The statement that allows s3:GetObject is taken out of the summarizer's execution role.",
    teaches=TEACHES,
    check="execution-role",
    break_=break_,
    symptom=symptom,
    repair=restore.role_policies,
)
