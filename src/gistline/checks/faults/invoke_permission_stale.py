"""Fault: the function lets S3 invoke it, but for another bucket.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.checks.links import invoke_permission
from gistline.checks.samples import bucket_arn
from gistline.site.site import Site

NAME = "invoke-permission-stale"
TEACHES = """\
There is a statement for S3 in the function's resource-based policy, so a glance at the console finds everything in
order; but its source ARN names another bucket. That happens when a bucket is renamed or moved to another stage,
when a function is copied together with its policy, or when a bucket was deleted and a new one took over. To
S3 it is the same as no permission: the upload succeeds, and nothing happens at all. Read the condition, not just
the principal."""


def break_(site: Site) -> None:
    """Let S3 invoke for a bucket that is not ours."""
    levers.permit_invoking(site, "from-before-the-move", f"{bucket_arn(site)}-before-the-move")
    levers.forbid_invoking(site)


def symptom(site: Site) -> Sighting:
    """Upload a CSV, and see nothing."""
    return probe.watch(site, probe.send(site, NAME))


FAULT = Fault(
    name=NAME,
    breaks="The statement that lets S3 invoke the summarizer now names another bucket as its source.",
    teaches=TEACHES,
    check="invoke-permission",
    break_=break_,
    symptom=symptom,
    repair=invoke_permission.restore,
)
