"""One run: upload, wait for quiet, judge; where something is left to do, sweep, and judge again.

Comes in: a plan and a stage. Goes out: a `Result`. Called by `make chaos` and by the test.
"""

import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

from support.chaos.checker import Bucket, Verdict, check, look, went_back
from support.chaos.plan import Plan
from support.chaos.proxy import Fault
from support.chaos.stage import Stage
from support.chaos.uploaders import Record, upload_all

SWEEPS = (("failures", "redrive", "--all"), ("reconcile",))


@dataclass(frozen=True)
class Told:
    """What the summarizer's log tells."""

    outcomes: Counter[str]
    profiled: int  # CSVs that were downloaded and summarised
    states: int  # ... states of sources there were among them
    overtaken: int  # events that came after a later one about the same key


@dataclass(frozen=True)
class Result:
    """What came of a run."""

    plan: Plan
    record: Record
    bucket: Bucket
    before: Verdict  # when all was quiet
    after: Verdict  # when the sweep had passed, if there was anything left to do
    fates: Counter[str]
    told: Told
    latencies: list[float]  # seconds from the last upload under each key to its summary, ascending
    backwards: list[str]  # summaries that were right and became older again, even for a moment
    hurt: dict[Fault, int]
    seconds: float

    @property
    def loops(self) -> int:
        """Events that no upload and no delete has caused."""
        return self.fates["accepted"] - self.record.uploads - self.record.deletes

    @property
    def is_right(self) -> bool:
        """Whether nothing is wrong in the end, and, unless events were dropped, nothing but failures was before."""
        silent = sum(self.before.counts.values()) - len(self.before.failed)
        by_itself = self.plan.dropped > 0 or silent == 0
        return by_itself and not any(self.after.counts.values()) and not self.loops and not self.backwards


def run(plan: Plan, stage: Stage) -> Result:
    """Do it."""
    began = time.monotonic()
    record = upload_all(plan, stage)
    stage.stack.rest(plan.patience)
    seconds, fates = time.monotonic() - began, stage.fates()
    bucket = look(stage.s3, stage.bucket)
    before = after = check(record.keys, bucket)
    if any(before.counts.values()):
        _sweep(stage)
        stage.stack.rest(plan.patience)
        bucket = look(stage.s3, stage.bucket)
        after = check(record.keys, bucket)
    return Result(
        plan,
        record,
        bucket,
        before,
        after,
        fates,
        _told(stage),
        _latencies(stage, record),
        went_back(record.keys, stage.proxy.stored),
        stage.proxy.hurt,
        seconds,
    )


def _sweep(stage: Stage) -> None:
    """Have the command line put right what it finds; what it says of it is not believed but judged."""
    settings = stage.stack.cloud.settings
    environ = {"GISTLINE_HOME": str(settings.home), "GISTLINE_STACK": settings.stack}
    for words in SWEEPS:
        command = [sys.executable, "-m", "gistline", *words, "--rate", "100", "--timeout", "60"]
        subprocess.run(command, env=environ, stdout=subprocess.DEVNULL, check=False)


def _told(stage: Stage) -> Told:
    lines = list(stage.lines())
    read = [(line["key"], line["token"]["etag"]) for line in lines if line["message"] == "CSV downloaded"]
    outcomes = Counter(line["outcome"] for line in lines if "outcome" in line)
    return Told(outcomes, len(read), len(set(read)), _overtaken(lines))


def _overtaken(lines: list[dict[str, Any]]) -> int:
    """Count in the order in which they came, by the times that S3 gives them."""
    latest: dict[str, str] = {}
    overtaken = 0
    for line in sorted(lines, key=lambda line: str(line["timestamp"])):
        if line["message"] == "S3 event received":
            overtaken += line["eventTime"] < latest.get(line["key"], "")
            latest[line["key"]] = max(line["eventTime"], latest.get(line["key"], ""))
    return overtaken


def _latencies(stage: Stage, record: Record) -> list[float]:
    """Take from the proxy when each summary was stored that says what its source is in the end."""
    stored: dict[tuple[str, str], list[float]] = {}
    for each in stage.proxy.stored:
        stored.setdefault((each.key, each.etag), []).append(each.when)
    waits = [
        [when - key.since for when in stored.get((key.summary, key.etag), ()) if when > key.since]
        for key in record.keys
        if key.body is not None
    ]
    return sorted(min(times) for times in waits if times)
