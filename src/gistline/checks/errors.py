"""Did events go wrong lately?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. These are symptoms: the causes are the checks before.
"""

import json
from collections import Counter
from collections.abc import Iterator

from gistline.checks.asking import command, download
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.metrics import total
from gistline.localcloud.gateway import STATUS_PATH
from gistline.localcloud.ledger import Fate
from gistline.stack.site import Site

ID = "errors"
METRICS = {
    "Errors": "attempt(s) failed",
    "Throttles": "attempt(s) found no concurrency",
    "AsyncEventsDropped": "event(s) were dropped",
    "DestinationDeliveryFailures": "failure(s) could not be reported",
    "RecursiveInvocationsDropped": "invocation(s) were stopped as a loop",
}
FATES = {
    Fate.REFUSED: "event(s) were refused for want of the invoke permission",
    Fate.LOST: "event(s) were lost: given up, with nowhere to report to",
}


def look(site: Site) -> Finding:
    """Read CloudWatch's figures, and on the local cloud what its ledger counted."""
    looked_at = f"CloudWatch's figures for {site.outputs.summarizer_name} in the last hour"
    if site.target.is_local:
        looked_at += ", and the local cloud's ledger since it started"
    return find(ID, looked_at, _troubles(site), healthy="nothing failed, nothing was refused")


def _troubles(site: Site) -> Iterator[Trouble]:
    tail = ["logs", "tail", site.outputs.summarizer_log_group_name, "--since", "1h"]
    remedy = Remedy("read the log; mend what the other checks name", command(site, *tail))
    for metric, words in METRICS.items():
        count = total(site, metric)
        if count:
            yield Trouble(Verdict.WARN, f"{count} {words} in the last hour", remedy)
    if site.target.is_local:
        counts = _counted(site)
        for fate, words in FATES.items():
            if counts[fate]:
                yield Trouble(Verdict.WARN, f"{counts[fate]} {words}, since the local cloud started", remedy)


def _counted(site: Site) -> Counter[str]:
    """Ask the local cloud what became of the events for our function."""
    events = json.loads(download(site, site.target.endpoint + STATUS_PATH))["events"]
    counts: Counter[str] = Counter()
    for event in events:
        if event["function"] == site.outputs.summarizer_arn:
            counts[event["fate"]] += event["count"]
    return counts


CHECK = Check(
    ID,
    "Errors",
    "An uploader hears nothing of what happens after the upload. Failed attempts, throttles and refused events show"
    " here first; what they come from is another check's finding.",
    look,
)
