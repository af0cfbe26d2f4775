"""Has each input a summary of its present state?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`, near the end: this is what a person would notice.
"""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.errors import RejectedError
from gistline.stack.site import Site

ID = "missing-summaries"
MOST = 300  # inputs to look at: each costs a GET
EXAMPLES = 3
THREADS = 8


@dataclass(frozen=True, slots=True)
class Input:
    """An uploaded CSV: its key, and the ETag of its present state, without quotes."""

    key: str
    etag: str


def look(site: Site) -> Finding:
    """Compare the first inputs, in the order of their keys, with their summaries."""
    inputs, more = _inputs(site)
    looked_at = f"{'the first ' if more else ''}{len(inputs)} input(s) under {site.outputs.input_prefix}"
    s3 = site.target.client("s3")
    with ThreadPoolExecutor(THREADS) as threads:
        fresh = list(threads.map(lambda one: _is_fresh(site, s3, one), inputs))
    missing = [one.key for one, is_fresh in zip(inputs, fresh, strict=True) if not is_fresh]
    return find(ID, looked_at, _troubles(site, missing), healthy="each has a summary of its present state")


def _inputs(site: Site) -> tuple[list[Input], bool]:
    """List inputs up to a bound, and tell whether there may be more."""
    s3, outputs = site.target.client("s3"), site.outputs
    answer = s3.list_objects_v2(Bucket=outputs.bucket_name, Prefix=outputs.input_prefix, MaxKeys=MOST)
    listed = [Input(entry["Key"], entry["ETag"].strip('"')) for entry in answer.get("Contents", [])]
    return [one for one in listed if site.layout.accepts(one.key)], answer.get("IsTruncated", False)


def _is_fresh(site: Site, s3: Any, one: Input) -> bool:
    try:
        key = site.layout.summary_key(one.key)
    except RejectedError:  # its summary's key would be too long: there cannot be one
        return False
    answer = found(lambda: s3.get_object(Bucket=site.outputs.bucket_name, Key=key), "NoSuchKey", "404")
    if answer is None:
        return False
    try:
        etag = json.loads(answer["Body"].read())["source"]["etag"]
    except (ValueError, KeyError, TypeError):  # whatever lies there is no summary of ours
        return False
    return bool(etag == one.etag)


def _troubles(site: Site, missing: list[str]) -> Iterator[Trouble]:
    if missing:
        few = ", ".join(map(repr, missing[:EXAMPLES])) + (", ..." if len(missing) > EXAMPLES else "")
        words = (
            f"{len(missing)} have no summary of their present state: {few} (a new upload may be under way)"
        )
        first = f"s3://{site.outputs.bucket_name}/{missing[0]}"
        again = command(site, "s3", "cp", first, first, "--metadata-directive", "REPLACE")
        remedy = Remedy(
            "mend what failed, then upload them again; a copy onto itself is an upload too", again
        )
        yield Trouble(Verdict.WARN, words, remedy)


CHECK = Check(
    ID,
    "Missing summaries",
    "Events are not kept: what was uploaded while a layer was broken stays without summary until it is uploaded again.",
    look,
)
