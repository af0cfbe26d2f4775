"""Did events or sweeps go wrong lately?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. These are symptoms: the causes are the checks before.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping

from gistline.checks.asking import command, download
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.metrics import last_run, total
from gistline.localcloud.gateway import STATUS_PATH
from gistline.localcloud.ledger import Fate
from gistline.site.site import Site

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
    outputs = site.outputs
    looked_at = (
        f"CloudWatch's figures for {outputs.summarizer_name} and {outputs.recorder_name} in the last hour"
    )
    if outputs.sweeper_name:
        looked_at += f", for {outputs.sweeper_name} in the hour in which it last ran"
    if site.target.is_local:
        looked_at += ", and the local cloud's ledger since it started"
    return find(ID, looked_at, _troubles(site), healthy="nothing failed, nothing was refused")


def _troubles(site: Site) -> Iterator[Trouble]:
    outputs = site.outputs
    yield from _lately(site, outputs.summarizer_name, outputs.summarizer_log_group_name)
    yield from _lately(site, outputs.recorder_name, outputs.recorder_log_group_name)
    if outputs.sweeper_name:
        yield from _last_sweep(site)
    if site.target.is_local:
        yield from _local(site)


def _lately(site: Site, function: str, log_group: str) -> Iterator[Trouble]:
    """Tell of a function that runs whenever something arrives."""
    counts = {metric: total(site, function, metric) for metric in METRICS}
    return _told(function, counts, "in the last hour", _remedy(site, function, log_group))


def _last_sweep(site: Site) -> Iterator[Trouble]:
    """Tell of the sweeper, which runs so rarely that in the last hour it mostly did not."""
    function, log_group = site.outputs.sweeper_name, site.outputs.sweeper_log_group_name
    hour, counts = last_run(site, function, tuple(METRICS))
    if hour:
        since = f"{hour:%Y-%m-%dT%H:%M:%SZ}"
        when = f"in the hour from {since}, when it last ran"
        yield from _told(function, counts, when, _remedy(site, function, log_group, since))


def _told(function: str, counts: Mapping[str, int], when: str, remedy: Remedy) -> Iterator[Trouble]:
    for metric, words in METRICS.items():
        if counts[metric]:
            yield Trouble(Verdict.WARN, f"{function}: {counts[metric]} {words} {when}", remedy)


def _remedy(site: Site, function: str, log_group: str, since: str = "1h") -> Remedy:
    words = f"read the log of {function}; mend what the other checks name"
    return Remedy(words, command(site, "logs", "tail", log_group, "--since", since))


def _local(site: Site) -> Iterator[Trouble]:
    function, counts = site.outputs.summarizer_name, _counted(site)
    remedy = _remedy(site, function, site.outputs.summarizer_log_group_name)
    for fate, words in FATES.items():
        if counts[fate]:
            when = "since the local cloud started"
            yield Trouble(Verdict.WARN, f"{function}: {counts[fate]} {words}, {when}", remedy)


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
    " here first; what they come from is another check's finding. Nor does anybody hear of a sweep that fails: it has no"
    " on-failure destination, as the next one does its work, unless that fails too.",
    look,
)
