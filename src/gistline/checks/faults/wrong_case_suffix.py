"""Fault: the bucket's rule waits for .CSV, and what arrives ends in .csv.

Comes in: a `Site`. Goes out: `FAULT`. Called by `catalogue`.
"""

from gistline.checks import rules
from gistline.checks.faults import levers, probe
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.probe import Sighting
from gistline.site.site import Site

NAME = "wrong-case-suffix"
TEACHES = """\
S3 compares prefix and suffix letter by letter, and upper case is not lower case. A rule for .CSV never sees
orders.csv, a rule for .csv never sees what a Windows program or an old database exports as ORDERS.CSV; there is no
wildcard, and no option to ignore case. The rule is there, the permissions are there, and yet nothing happens at all.
(Uploading everything as .csv is the simplest way out; a second rule for .CSV is the other.)"""


def break_(site: Site) -> None:
    """Turn the suffix's case around."""
    levers.listen(site, site.outputs.input_prefix, site.outputs.suffix.swapcase())


def symptom(site: Site) -> Sighting:
    """Upload a CSV, and see nothing."""
    return probe.watch(site, probe.send(site, NAME))


FAULT = Fault(
    name=NAME,
    breaks="The suffix in the bucket's rule is written in the other case.",
    teaches=TEACHES,
    check="notification",
    break_=break_,
    symptom=symptom,
    repair=rules.restore,
)
