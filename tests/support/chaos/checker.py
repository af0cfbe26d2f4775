"""What must be in the end, and whether it is: reads S3 as anybody can, and knows nothing of how summaries are made.

Comes in: what lies in the bucket, and the uploaders' record. Goes out: a `Verdict`, with every key that is not right.
"""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, NamedTuple

from support.chaos.files import Column, know
from support.chaos.proxy import Stored
from support.chaos.uploaders import Key


class Source(NamedTuple):
    """What S3 lists of an upload."""

    etag: str
    size: int
    modified: str  # as summaries write it


@dataclass
class Bucket:
    """All that lies there."""

    sources: dict[str, Source]
    summaries: dict[str, dict[str, Any]]


@dataclass
class Verdict:
    """Keys by what is wrong with them."""

    lost: list[str] = field(default_factory=list)  # a source has no summary
    stale: list[str] = field(default_factory=list)  # its summary is that of something else
    zombies: list[str] = field(default_factory=list)  # a summary tells of what is deleted
    wrong: list[str] = field(default_factory=list)  # its figures, or its status, are not right
    doubled: list[str] = field(default_factory=list)  # there is a summary that nobody should have written
    failed: list[str] = field(default_factory=list)  # Lambda gave it up, and its summary says so

    @property
    def counts(self) -> dict[str, int]:
        """How many of each."""
        return {each.name: len(getattr(self, each.name)) for each in fields(self)}


def look(s3: Any, name: str) -> Bucket:
    """Read all that lies in a bucket."""
    listed = [
        entry
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=name)
        for entry in page.get("Contents", [])
    ]
    sources = {
        entry["Key"]: Source(
            entry["ETag"].strip('"'), entry["Size"], f"{entry['LastModified']:%Y-%m-%dT%H:%M:%SZ}"
        )
        for entry in listed
        if entry["Key"].startswith("synthetic-data/")
    }
    summaries = {
        entry["Key"]: json.load(s3.get_object(Bucket=name, Key=entry["Key"])["Body"])
        for entry in listed
        if entry["Key"].startswith("summaries/")
    }
    return Bucket(sources, summaries)


def check(keys: list[Key], bucket: Bucket) -> Verdict:
    """Judge every key.

    Raises:
        AssertionError: S3 holds other sources than were uploaded; then nothing can be said.
    """
    truth = {key.source: key.etag for key in keys if key.body is not None}
    assert truth == {key: source.etag for key, source in bucket.sources.items()}, (
        "the record is not the truth"
    )
    verdict = Verdict(doubled=sorted(set(bucket.summaries) - {key.summary for key in keys}))
    for key in keys:
        wrong = _wrong(key, bucket.sources.get(key.source), bucket.summaries.get(key.summary))
        if wrong:
            getattr(verdict, wrong).append(key.source)
    return verdict


def went_back(keys: list[Key], stored: Iterable[Stored]) -> list[str]:
    """Find summaries that told of a later state of their source before they told of an earlier one.

    The same bytes may have lain there more than once; then a summary is taken for the one that is no step back.
    """
    writes: dict[str, list[Stored]] = {}
    for each in stored:
        writes.setdefault(each.key, []).append(each)
    return [key.source for key in keys if not _forward(key.states, writes.get(key.summary, []))]


def _forward(states: list[str], writes: list[Stored]) -> bool:
    place, generations = 0, [each.generation for each in writes]
    for each in sorted(writes, key=lambda each: (each.generation, each.when)):
        if each.etag not in states[place:]:
            return False
        place = states.index(each.etag, place)
    return len(set(generations)) == len(generations)


def _wrong(key: Key, source: Source | None, summary: dict[str, Any] | None) -> str | None:
    """Name what is wrong with one key."""
    if source is None:
        return "zombies" if summary and summary["status"] != "deleted" else None
    if summary is None:
        return "lost"
    said = summary["source"]
    if (said.get("etag"), said.get("bytes"), said.get("lastModified")) != source:
        return "stale"
    if summary["status"] == "failed":
        return "failed"
    return None if said["key"] == key.source and _figures_are_right(key, summary) else "wrong"


def _figures_are_right(key: Key, summary: dict[str, Any]) -> bool:
    facts = know(key.body or b"")
    if facts is None:
        return bool(summary["status"] == "rejected")
    if summary["status"] != "complete" or summary["table"]["rowCount"] != facts.rows:
        return False
    said = {column["name"]: column for column in summary["columns"]}
    return all(name in said and _same(said[name], column) for name, column in facts.columns.items())


def _same(said: dict[str, Any], known: Column) -> bool:
    """Compare the figures of one column; of an empty one there are none."""
    if (said["count"], said["nullCount"]) != (known.count, known.missing):
        return False
    if known.least is None or known.most is None:
        return said["min"] is None and said["max"] is None
    exact = (said["min"], said["max"]) == (known.least, known.most)
    return exact and math.isclose(said["sum"], known.total, rel_tol=1e-12, abs_tol=1e-9)
