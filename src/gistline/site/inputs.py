"""The CSVs in the bucket, each with what became of it.

Comes in: a site, and part of a prefix. Goes out: one `Input` after the other, in S3's order; the bucket is listed
and the summaries are read only as far as they are asked for. Called by `ls`, for near misses by `near`, and in part by
`uploads`, `catalogue`, `failures` and the checks.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING

from gistline.aws.s3 import ARCHIVES, Listed, Token
from gistline.errors import NotASummaryError, RejectedError, StackError
from gistline.pipeline.keys import folder_of
from gistline.pipeline.log import FAILED
from gistline.site.logs import LogEvent
from gistline.site.site import Site
from gistline.site.summaries import StoredSummary, read_summary
from gistline.stack.target import explained

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ListObjectsV2OutputTypeDef

READERS = 8  # summaries read at the same time; boto3 keeps ten connections
CHUNK = 64  # summaries read before the first of them is told
LOG_PAGES = 20  # of a log group, looked through for failures; a page may be empty


class Outcome(StrEnum):
    """What became of a CSV, as a person wants to know it."""

    COMPLETE = "complete"
    REJECTED = "rejected"  # no CSV that can be summarised; the summary says why
    FAILED = "failed"  # for good, as its summary says; or an attempt, as the log does: Lambda makes three
    DELETED = "deleted"  # the CSV is gone, its summary is still there
    WAITING = "waiting"  # there is no verdict yet, and no failure in the log
    OUT_OF_DATE = "out of date"  # the summary is of an earlier upload under the same key
    UNREADABLE = "unreadable"  # something else lies where the summary should


UNSETTLED = {Outcome.WAITING, Outcome.OUT_OF_DATE}


@dataclass(frozen=True, slots=True)
class Input:
    """One CSV. `size` in bytes, None if it is gone; `modified` is then that of its summary; `error` is a code."""

    key: str
    outcome: Outcome
    size: int | None
    modified: datetime
    summary_key: str | None = None
    rows: int | None = None
    error: str | None = None


def list_inputs(site: Site, prefix: str = "", *, limit: int) -> Iterator[Input]:
    """Give up to `limit` CSVs whose key begins with the input prefix and `prefix`.

    After the last of them come the summaries whose CSV is gone, if the limit leaves room.

    Raises:
        StackError: S3 refused.
    """
    s3 = site.target.client("s3")
    known: set[str] = set()
    with ThreadPoolExecutor(READERS) as pool:
        csvs = islice(list_csvs(s3, site, prefix), limit)
        while chunk := list(islice(csvs, CHUNK)):
            known.update(listed.key for listed in chunk)
            inputs = list(pool.map(lambda listed: _judge(s3, site, listed), chunk))
            yield from _with_failures(site, inputs)
        orphans = list_orphans(s3, site, prefix, known)
        while chunk := list(islice(orphans, min(CHUNK, limit - len(known)))):
            known.update(listed.key for listed in chunk)
            found = pool.map(lambda listed: _deleted(s3, site, listed), chunk)
            yield from (each for each in found if each)


def list_csvs(s3: "S3Client", site: Site, prefix: str = "") -> Iterator[Listed]:
    """Give the objects under input prefix and `prefix` that the pipeline accepts, a page at a time."""
    listed = list_objects(s3, site, site.layout.input_prefix + prefix)
    return (each for each in listed if site.layout.accepts(each.key))


def list_orphans(s3: "S3Client", site: Site, prefix: str, known: set[str]) -> Iterator[Listed]:
    """Give the objects that lie where the summary of a CSV under `prefix` would, of none that is `known`."""
    layout = site.layout
    for listed in list_objects(s3, site, layout.output_prefix + folder_of(prefix)):
        key = layout.source_key(listed.key)
        if key and key not in known and key.startswith(layout.input_prefix + prefix):
            yield listed


def list_objects(s3: "S3Client", site: Site, prefix: str, *, after: str = "") -> Iterator[Listed]:
    """Give the objects whose key begins with `prefix` and comes behind `after`, a page of 1,000 at a time."""
    bucket = site.outputs.bucket_name
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix, StartAfter=after, ExpectedBucketOwner=site.account
    )
    with explained(f"listing s3://{bucket}/{prefix}"):
        for page in pages:
            yield from listed_in(page)


def listed_in(page: "ListObjectsV2OutputTypeDef") -> Iterator[Listed]:
    """Give the objects of one page, as S3 lists them."""
    for each in page.get("Contents", []):
        archived = each.get("StorageClass") in ARCHIVES
        etag = each["ETag"].strip('"')
        yield Listed(each["Key"], etag, each["Size"], each["LastModified"], archived)


def outcome_of(summary: StoredSummary, token: Token) -> Outcome:
    """Say what a summary means for the CSV that now is in this state."""
    if not summary.is_of(token):
        return Outcome.OUT_OF_DATE
    if summary.is_untried:
        return Outcome.WAITING
    try:
        return Outcome(summary.status)
    except ValueError:
        return Outcome.UNREADABLE


def _judge(s3: "S3Client", site: Site, csv: Listed) -> Input:
    try:
        key = site.layout.summary_key(csv.key)
        summary = read_summary(s3, site, key)
    except RejectedError as error:  # its summary could not even be named
        return Input(csv.key, Outcome.REJECTED, csv.size, csv.modified, error=error.code)
    except NotASummaryError:
        return Input(csv.key, Outcome.UNREADABLE, csv.size, csv.modified, key)
    if summary is None:
        return Input(csv.key, Outcome.WAITING, csv.size, csv.modified)
    outcome = outcome_of(summary, csv.token)
    rows = summary.rows if outcome is Outcome.COMPLETE else None
    return Input(csv.key, outcome, csv.size, csv.modified, key, rows, summary.code)


def _deleted(s3: "S3Client", site: Site, listed: Listed) -> Input | None:
    """Tell of a CSV that is gone, if what lies there is its summary indeed."""
    try:
        summary = read_summary(s3, site, listed.key)
    except NotASummaryError:
        return None
    if summary is None or summary.source_key != site.layout.source_key(listed.key):
        return None
    return Input(summary.source_key, Outcome.DELETED, None, listed.modified, listed.key, summary.rows)


def _with_failures(site: Site, inputs: list[Input]) -> Iterator[Input]:
    """Look into the log for what became of those without a summary of their present state."""
    unsettled = [each.modified for each in inputs if each.outcome in UNSETTLED]
    failures = dict(_failures(site, min(unsettled))) if unsettled else {}
    for each in inputs:
        event = failures.get(each.key) if each.outcome in UNSETTLED else None
        if event is None or event.timestamp < each.modified.timestamp() * 1000:
            yield each
        else:
            code = event.fields["error"]["code"]
            yield Input(each.key, Outcome.FAILED, each.size, each.modified, error=code)


def _failures(site: Site, since: datetime) -> Iterable[tuple[str, LogEvent]]:
    """Give key and line of each failure from `since` on, oldest first; none if the log may not be read."""
    group = site.outputs.summarizer_log_group_name
    pages = (
        site.target.client("logs")
        .get_paginator("filter_log_events")
        .paginate(logGroupName=group, filterPattern=f'"{FAILED}"', startTime=int(since.timestamp() * 1000))
    )
    try:
        with explained(f"reading the log group {group}"):
            events = [event for page in islice(pages, LOG_PAGES) for event in page["events"]]
    except StackError:
        return []  # then they are waiting, which is as true
    lines = (LogEvent(event["timestamp"], event["message"]) for event in events)
    return [
        (line.fields["key"], line)
        for line in sorted(lines, key=lambda line: line.timestamp)
        if line.fields.get("message") == FAILED and "key" in line.fields
    ]
