"""The proof that the pipeline works by itself: a canary, followed from the upload to the summary.

Comes in: a `Site`, and how long to wait. Goes out: `Step`s in the order in which they must happen, up to the
first that did not. Called by the command `verify`, and by the lab after a repair.

Nothing in here invokes the function, and nobody else can make the proof look good by invoking it: S3's answer to
the upload carries a request id that only S3 puts into an event, and only log lines of an invocation that was
given this id count.
"""

import secrets
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gistline.checks import canary as canaries
from gistline.checks.canary import Canary, Uploaded, canary_of
from gistline.checks.judge import wrong_numbers, wrong_source
from gistline.errors import NotASummaryError, StackError
from gistline.pipeline.log import DOWNLOADED, FAILED, RECEIVED, REJECTED, UPLOADED
from gistline.site.logs import LogEvent, about_key, follow, looks
from gistline.site.site import Site
from gistline.site.summaries import read_summary
from gistline.stack.target import Target

SENT = "canary uploaded"
SUMMARY = "summary of this upload"
NUMBERS = "numbers right"
ONCE = "written once"
ALONE = "nothing else noticed"
REMOVED = "canary removed"
STEPS = (SENT, RECEIVED, DOWNLOADED, UPLOADED, SUMMARY, NUMBERS, ONCE, ALONE)

# Seconds. A local event takes milliseconds. On AWS it "can sometimes take a minute or longer", and a notification
# that was just stored "usually takes about five minutes" to take effect (S3 User Guide, event notifications).
LIMIT, LIMIT_AWS = 60.0, 360.0
SETTLE, SETTLE_AWS = 0.3, 10.0  # how long we watch for what must not happen
CLOCKS = 5_000  # milliseconds by which the clocks of S3 and Lambda may differ


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that must happen. `milliseconds` after the upload, by AWS's clocks; None where none tells."""

    name: str
    passed: bool
    milliseconds: int | None
    evidence: str


def happened(name: str, evidence: str, milliseconds: int | None = None) -> Step:
    """Say that a step happened."""
    return Step(name, passed=True, milliseconds=milliseconds, evidence=evidence)


def missing(name: str, evidence: str, milliseconds: int | None = None) -> Step:
    """Say that a step did not happen."""
    return Step(name, passed=False, milliseconds=milliseconds, evidence=evidence)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long, in seconds, to wait for what must happen (`limit`) and for what must not (`settle`)."""

    limit: float
    settle: float
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep

    @classmethod
    def with_target(cls, target: Target, limit: float | None = None) -> "Patience":
        """Have as much as the target needs, or `limit`."""
        if target.is_local:
            return cls(limit or LIMIT, SETTLE)
        return cls(limit or LIMIT_AWS, SETTLE_AWS)

    def looks(self, target: Target, seconds: float) -> Iterator[None]:
        """Yield at each moment at which to look."""
        return looks(target, seconds, clock=self.clock, sleep=self.sleep)


def _tell_nobody(_step: Step) -> None:
    """Listen to no step."""


def verify(
    site: Site, patience: Patience, *, tell: Callable[[Step], None] = _tell_nobody, token: str = ""
) -> tuple[Step, ...]:
    """Send a canary, follow it, and remove it and whatever was made of it, whatever happens.

    `tell` gets each step as it happens. The steps end with the first that did not happen, and REMOVED.
    """
    canary = canary_of(site, token or secrets.token_hex(6))
    steps: list[Step] = []
    try:
        with closing(_steps(site, canary, patience)) as happening:
            for step in happening:
                steps.append(step)
                tell(step)
    finally:
        # Where a step did not happen, the summarizer may still be at work.
        done = len(steps) == len(STEPS) and all(step.passed for step in steps)
        removed = _remove(site, canary, None if done else lambda: patience.sleep(patience.settle))
        tell(removed)
    return (*steps, removed)


def _steps(site: Site, canary: Canary, patience: Patience) -> Generator[Step]:
    """Yield the steps up to the first that did not happen, or could not be looked at."""
    count = 0
    try:
        for step in _prove(site, canary, patience):
            yield step
            count += 1
            if not step.passed:
                return
    except StackError as error:
        yield missing(STEPS[count], str(error))


def _prove(site: Site, canary: Canary, patience: Patience) -> Iterator[Step]:
    """Yield the steps, each as soon as it is known; whoever takes them stops at the first that failed."""
    uploaded = canaries.upload(site, canary)
    where = f"s3://{site.outputs.bucket_name}/{canary.key}"
    yield happened(SENT, f"{where}, S3's request id {uploaded.request_id}", 0)
    yield from watch(
        _lines(site, canary, uploaded, patience.looks(site.target, patience.limit)), canary, uploaded
    )
    summary_key = site.layout.summary_key(canary.key)
    document = _document(site, summary_key)
    yield _judged(
        SUMMARY, wrong_source(document, canary, uploaded), f"{summary_key} names its token and request"
    )
    yield _judged(NUMBERS, wrong_numbers(document), "rows, sums, means, extremes and nulls are as known")
    lines = [
        event.fields for event in _lines(site, canary, uploaded, patience.looks(site.target, patience.settle))
    ]
    yield _once(lines, canary, [*canary.others.values(), summary_key], canaries.stored(site, canary))
    yield _alone(lines, {**canary.others, "the summary": summary_key})


def _lines(site: Site, canary: Canary, uploaded: Uploaded, moments: Iterable[None]) -> Iterator[LogEvent]:
    group, pattern = site.outputs.summarizer_log_group_name, about_key(f"*{canary.folder}*")
    return follow(site.target, group, uploaded.at - CLOCKS, moments, pattern)


def watch(events: Iterable[LogEvent], canary: Canary, uploaded: Uploaded) -> Iterator[Step]:
    """Wait for the three lines of the invocation that S3's event of this upload caused.

    An attempt that failed ends the wait, although Lambda would try again: the reason is known.
    """
    lines: list[LogEvent] = []
    awaited = [RECEIVED, DOWNLOADED, UPLOADED]
    for event in events:
        if event.fields.get("key") != canary.key:
            continue
        lines.append(event)
        ours = of_upload(lines, uploaded)
        while awaited and (found := _find(ours, awaited[0])):
            yield happened(awaited.pop(0), _evidence(found), _since_upload(ours[0], found))
        if not awaited:
            return
        if failed := _find(ours, FAILED) or _find(ours, REJECTED):
            yield missing(awaited[0], _reason(failed.fields["error"]), _since_upload(ours[0], failed))
            return
    yield missing(awaited[0], _silence(awaited[0], lines, uploaded))


def of_upload(lines: list[LogEvent], uploaded: Uploaded) -> list[LogEvent]:
    """Pick the lines of the invocation whose event carries S3's request id of the upload, that line first."""
    for line in lines:
        if line.fields.get("message") == RECEIVED and line.fields.get("s3RequestId") == uploaded.request_id:
            same = [other for other in lines if other.fields["requestId"] == line.fields["requestId"]]
            return [line, *(other for other in same if other is not line)]
    return []


def _find(lines: list[LogEvent], message: str) -> LogEvent | None:
    return next((line for line in lines if line.fields.get("message") == message), None)


def _since_upload(received: LogEvent, line: LogEvent) -> int | None:
    """Count milliseconds from the upload, as S3 states its time in the event, to the line."""
    uploaded = received.fields.get("eventTime")
    if not uploaded:
        return None
    return max(0, round(line.timestamp - datetime.fromisoformat(uploaded).timestamp() * 1000))


def _evidence(line: LogEvent) -> str:
    fields = line.fields
    if fields["message"] == UPLOADED:
        return str(fields["summaryKey"])
    if fields["message"] == DOWNLOADED:
        return f"{fields['token']['bytes']} bytes"
    return f"invocation {fields['requestId']}, by S3's event of request {fields['s3RequestId']}"


def _reason(error: Mapping[str, str]) -> str:
    return f"[{error['code']}] {error.get('message') or error.get('type')}"


def _silence(awaited: str, lines: list[LogEvent], uploaded: Uploaded) -> str:
    if awaited != RECEIVED:
        return "the log says nothing more within the limit"
    forged = {line.fields["requestId"] for line in lines}
    by_hand = f"; {len(forged)} that named the key had another id, and so were not S3's" if forged else ""
    return f"no invocation carried S3's request id {uploaded.request_id} within the limit{by_hand}"


def _document(site: Site, key: str) -> Any:
    try:
        summary = read_summary(site.target.client("s3"), site, key)
    except NotASummaryError:
        return None
    return summary.document if summary else None


def _judged(name: str, wrong: list[str], right: str) -> Step:
    return Step(name, not wrong, None, "; ".join(wrong) or right)


def _once(lines: list[dict[str, Any]], canary: Canary, others: list[str], stored: list[str]) -> Step:
    """Hold what is stored against what must be: each key once, and nothing else."""
    times = sum(line.get("key") == canary.key and line.get("message") == UPLOADED for line in lines)
    right = times == 1 and sorted(stored) == sorted([canary.key, *others])
    surplus = sorted(set(stored) - {canary.key, *others})
    more = f", and {', '.join(surplus)}" if surplus else ""
    return Step(
        ONCE, right, None, f"{UPLOADED!r} stands {times} x in the log; {len(stored)} objects are stored{more}"
    )


def _alone(lines: list[dict[str, Any]], others: Mapping[str, str]) -> Step:
    seen = {line.get("key") for line in lines}
    noticed = [f"{what} ({key})" for what, key in others.items() if key in seen]
    quiet = f"no line about {', '.join(others)}"
    return Step(
        ALONE, not noticed, None, f"the summarizer was invoked for {'; '.join(noticed)}" if noticed else quiet
    )


def _remove(site: Site, canary: Canary, settle: Callable[[], None] | None) -> Step:
    try:
        count = canaries.remove(site, canary, settle)
    except StackError as error:
        left = f"{error}; remove what begins with {', '.join(canary.prefixes)}"
        return missing(REMOVED, left)
    return happened(REMOVED, f"{count} objects")
