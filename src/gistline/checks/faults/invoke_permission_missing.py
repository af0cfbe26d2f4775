"""Fault: nothing lets S3 invoke the function.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.checks.links import invoke_permission
from gistline.site.site import Site

NAME = "invoke-permission-missing"
TEACHES = """\
Two permissions stand between an upload and its summary, and this is the one that people forget: the function's
resource-based policy must let s3.amazonaws.com invoke it. It gets lost when a function is deleted and made anew (the
policy goes with it, the bucket's rule stays), when the trigger was set up in a script instead of the console, or when
somebody tidied up. S3 tells nobody: the upload succeeds, and then nothing happens at all. No invocation, no log
line, no error, no message on the on-failure queue; the event is gone."""


def symptom(site: Site) -> Sighting:
    """Upload a CSV, and see nothing."""
    return probe.watch(site, probe.send(site, NAME))


FAULT = Fault(
    name=NAME,
    breaks="The statement that lets S3 invoke the summarizer is removed from its resource-based policy.",
    teaches=TEACHES,
    check="invoke-permission",
    break_=levers.forbid_invoking,
    symptom=symptom,
    repair=invoke_permission.restore,
)
