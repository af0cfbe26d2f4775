"""A CSV sent in, and what a person sees of its way.

Comes in: a `Site`. Goes out: a `Sighting`: summary, invocations, error lines, whether the event was given up.
Called by every fault for its symptom. Looks only where any person with a console can look, so that it shows on
AWS what it shows here. `clear` removes what was sent; all of it lies in a folder of its own.
"""

import re
import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from gistline.pipeline.log import IGNORED
from gistline.site.logs import LogEvent, follow, looks
from gistline.site.site import Site
from gistline.site.summaries import read_summary
from gistline.stack.target import explained

FOLDER = "gistline-lab/"
CSV = b"id,colour\n1,red\n2,blue\n"
# How long one looks for something that comes, for something that does not, and whether more comes after it, in
# seconds: local cloud, AWS. On AWS the first attempt is waited for, its retries after one and two minutes are not.
PATIENCE, SILENCE, AFTERWARDS = (30.0, 75.0), (2.0, 60.0), (1.5, 20.0)
_LONGEST_LINE = 300
_OURS = re.compile(r"gistline-lab(/|%2F)")  # in a message: keys stand there as S3 encodes them
_MOST_LOOKS = 100  # at the queue, ten messages each


@dataclass(frozen=True, slots=True)
class Probe:
    """A CSV that now lies in the bucket."""

    key: str
    size: int  # bytes
    began: int  # milliseconds since 1970
    waiting: int  # messages that lay on the on-failure queue before


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was to be seen of a probe when one stopped looking."""

    probe: Probe
    milliseconds: int  # since the upload
    summarised: bool
    invocations: int  # attempts count each
    ignored: int  # of them, those that found nothing to do
    errors: tuple[str, ...]  # different ones, in the order of the log
    given_up: int  # events on which the recorder has written its verdict, or that wait for it on the queue
    verdict: str = ""  # what stands where the summary should be: why there is none


def send(site: Site, name: str, body: bytes = CSV) -> Probe:
    """Upload a CSV that has never been there.

    Raises:
        StackError: the target refused or did not answer.
    """
    key = f"{site.outputs.input_prefix}{FOLDER}{name}-{secrets.token_hex(4)}{site.outputs.suffix}"
    waiting, began = _waiting(site), _now()
    with explained(f"uploading s3://{site.outputs.bucket_name}/{key}"):
        site.target.client("s3").put_object(Bucket=site.outputs.bucket_name, Key=key, Body=body)
    return Probe(key, len(body), began, waiting)


def watch(
    site: Site,
    probe: Probe,
    enough: Callable[[Sighting], bool] = lambda _: False,
    moments: Iterable[object] | None = None,
) -> Sighting:
    """Look at each of the `moments` until `enough` is seen, or there are no more moments.

    By default one looks for as long as it takes to believe that nothing comes (`SILENCE`).

    Raises:
        StackError: the target did not answer.
    """
    for _ in moments if moments is not None else during(site, SILENCE):
        sighting = look(site, probe)
        if enough(sighting):
            return sighting
    return look(site, probe)


def watch_until_verdict(site: Site, probe: Probe, moments: Iterable[object] | None = None) -> Sighting:
    """Look until it is written down why there is no summary, or patience is at its end.

    Raises:
        StackError: the target did not answer.
    """
    looks_at = moments if moments is not None else during(site, PATIENCE)
    return watch(site, probe, lambda seen: bool(seen.verdict), looks_at)


def during(site: Site, seconds: tuple[float, float]) -> Iterator[None]:
    """Give the moments at which to look, for so many seconds on the local cloud, or on AWS."""
    return looks(site.target, seconds[0 if site.target.is_local else 1])


def look(site: Site, probe: Probe) -> Sighting:
    """Look once: at queue and summary before the log, so that what led there is in the log by then."""
    summary = site.layout.summary_key(probe.key)
    found = read_summary(site.target.client("s3"), site, summary)
    error = (found.error or {}) if found else {}
    waiting = max(0, _waiting(site) - probe.waiting)
    group = site.outputs.summarizer_log_group_name
    events = list(follow(site.target, group, probe.began, (None,)))
    keys = {probe.key, summary}
    return Sighting(
        probe,
        milliseconds=_now() - probe.began,
        summarised=found is not None and found.status == "complete",
        invocations=invocations(events, keys),
        ignored=sum(e.fields.get("message") == IGNORED and e.fields.get("key") in keys for e in events),
        errors=tuple(dict.fromkeys(errors(events, keys))),
        given_up=max(waiting, int(found is not None and found.status == "failed")),
        verdict=f"[{error['code']}] {error['message']}"[:_LONGEST_LINE] if error else "",
    )


def clear(site: Site) -> None:
    """Remove every probe, its summary, and its message on the on-failure queue.

    Raises:
        StackError: the target refused or did not answer.
    """
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    with explained(f"removing the probes from {bucket}"):
        for prefix in (site.outputs.output_prefix, site.outputs.input_prefix):  # so no tombstone is made
            pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix + FOLDER)
            for entry in [entry for page in pages for entry in page.get("Contents", [])]:
                s3.delete_object(Bucket=bucket, Key=entry["Key"])
        _clear_queue(site)


def invocations(events: Iterable[LogEvent], keys: set[str]) -> int:
    """Count the invocations that were about `keys`, or that ended before they could say what they were about."""
    events = list(events)
    foreign = _foreign(events, keys)
    starts = [event.text.split()[2] for event in events if event.text.startswith("START RequestId: ")]
    return sum(request not in foreign for request in starts)


def errors(events: Iterable[LogEvent], keys: set[str]) -> Iterator[str]:
    """Yield what those invocations said of their failure: our own error lines, and Lambda's."""
    events = list(events)
    foreign = _foreign(events, keys)
    for event in events:
        error = event.fields.get("error")
        if error and event.fields.get("key") in keys:
            yield f"[{error['code']}] {error.get('message') or error.get('type')}"[:_LONGEST_LINE]
        elif _is_lambdas(event.text) and not any(request in event.text for request in foreign):
            yield _anonymous(event.text)[:_LONGEST_LINE]


def _foreign(events: Iterable[LogEvent], keys: set[str]) -> set[str]:
    """Give the request ids of invocations that were about other keys only."""
    about: dict[str, set[str]] = {}
    for event in events:
        if "key" in event.fields and "requestId" in event.fields:
            about.setdefault(event.fields["requestId"], set()).add(event.fields["key"])
    return {request for request, named in about.items() if not named & keys}


def _is_lambdas(line: str) -> bool:
    return "Task timed out" in line or (line.startswith("[ERROR]") and "RecordsFailedError" not in line)


def _anonymous(line: str) -> str:
    """Cut time and request id off Lambda's line about a timeout, so that all attempts say the same."""
    before, found, after = line.partition("Task timed out")
    return found + after if found else before


def _waiting(site: Site) -> int:
    """Count the messages on the on-failure queue; on AWS an approximation."""
    with explained("counting the messages on the on-failure queue"):
        counts = site.target.client("sqs").get_queue_attributes(
            QueueUrl=site.outputs.failure_queue_url,
            AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
        )["Attributes"]
    return sum(int(count) for count in counts.values())


def _clear_queue(site: Site) -> None:
    """Take our messages off the queue; whatever else lies there is visible again after a few seconds."""
    sqs, url = site.target.client("sqs"), site.outputs.failure_queue_url
    for _ in range(_MOST_LOOKS):
        answer = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=5)
        for message in answer.get("Messages", []):
            if _OURS.search(message["Body"]):
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        if not answer.get("Messages"):
            return


def _now() -> int:
    return int(time.time() * 1000)
