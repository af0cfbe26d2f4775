"""Has each input a summary of its present state, and one that is no failure?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`, near the end: this is what a person would notice.
"""

from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from gistline.aws.s3 import Listed
from gistline.checks.asking import verb
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.errors import NotASummaryError, RejectedError
from gistline.site.inputs import listed_in
from gistline.site.site import Site
from gistline.site.summaries import read_summary

ID = "missing-summaries"
MOST = 300  # inputs to look at: each costs a GET
EXAMPLES = 3
THREADS = 8
MISSING, TOO_LONG, UNREADABLE = "missing", "too long", "unreadable"
FAILED = "failed"  # a summary's own word


def look(site: Site) -> Finding:
    """Compare the first inputs, in the order of their keys, with their summaries."""
    inputs, more = _inputs(site)
    looked_at = f"{'the first ' if more else ''}{len(inputs)} input(s) under {site.outputs.input_prefix}"
    s3 = site.target.client("s3")
    with ThreadPoolExecutor(THREADS) as threads:
        states = list(threads.map(lambda one: _state(site, s3, one), inputs))
    keys = defaultdict[str, list[str]](list)
    for one, state in zip(inputs, states, strict=True):
        keys[state].append(one.key)
    troubles = [
        *_missing(site, keys[MISSING]),
        *_too_long(keys[TOO_LONG]),
        *_unreadable(site, keys[UNREADABLE]),
        *_failed(site, len(keys[FAILED])),
    ]
    return find(ID, looked_at, troubles, healthy="each has a summary of its present state, and none failed")


def _inputs(site: Site) -> tuple[list[Listed], bool]:
    """List inputs up to a bound, and tell whether there may be more."""
    s3, outputs = site.target.client("s3"), site.outputs
    answer = s3.list_objects_v2(Bucket=outputs.bucket_name, Prefix=outputs.input_prefix, MaxKeys=MOST)
    listed = listed_in(answer)
    return [one for one in listed if site.layout.accepts(one.key)], answer.get("IsTruncated", False)


def _state(site: Site, s3: Any, one: Listed) -> str:
    """Give the status of the summary of its present state, or MISSING, TOO_LONG, UNREADABLE: why there is none."""
    try:
        summary = read_summary(s3, site, site.layout.summary_key(one.key))
    except RejectedError:
        return TOO_LONG
    except NotASummaryError:
        return UNREADABLE
    if summary is None or summary.is_untried or not summary.is_of(one.token):
        return MISSING
    return summary.status


def _missing(site: Site, missing: list[str]) -> Iterator[Trouble]:
    if missing:
        state = "have no summary of their present state"
        words = f"{len(missing)} {state}: {_few(missing)} (a new upload may be under way)"
        remedy = Remedy("mend what failed, then have all of them done", verb(site, "reconcile"))
        yield Trouble(Verdict.WARN, words, remedy)


def _too_long(keys: list[str]) -> Iterator[Trouble]:
    if keys:
        words = f"{len(keys)} can have no summary, whose key would be longer than S3's: {_few(keys)}"
        yield Trouble(Verdict.WARN, words, Remedy("upload them under shorter keys, and remove these"))


def _unreadable(site: Site, keys: list[str]) -> Iterator[Trouble]:
    if keys:
        words = f"{len(keys)} have something else where their summary should lie: {_few(keys)}"
        # Its metadata may still be a summary's, and a sweep reads no more than that.
        remedy = Remedy("remove what lies there, then have them done", verb(site, "reconcile"))
        yield Trouble(Verdict.WARN, words, remedy)


def _few(keys: list[str]) -> str:
    return ", ".join(map(repr, keys[:EXAMPLES])) + (", ..." if len(keys) > EXAMPLES else "")


def _failed(site: Site, count: int) -> Iterator[Trouble]:
    if count:
        words = f"{count} failed for good: their summaries say so, and why"
        remedy = Remedy(
            "see why, mend the cause, then have them tried again: gistline failures redrive --all",
            verb(site, "failures list"),
        )
        yield Trouble(Verdict.WARN, words, remedy)


CHECK = Check(
    ID,
    "Missing summaries",
    "Events are not kept: what was uploaded while a layer was broken stays without summary until `gistline reconcile`"
    " has it done, or it is uploaded again. What failed for good has a summary that says so; `gistline failures` lists"
    " and redrives it.",
    look,
)
