"""Cold start: what a fresh process pays before the first event.

Ours: import the summarizer, make its collaborators, an S3 client and the engine. Theirs: `import boto3` and
`boto3.client("s3")`, with which every tutorial's handler begins. Both are whole processes, timed from outside
and again without the interpreter's own start.
"""

import statistics
import subprocess
import sys
import time

RUNS = 15
OURS = """
import os
from gistline.functions.summarizer import Summarizer
Summarizer.from_environ({"AWS_REGION": "us-east-1"}).objects("bucket")
"""
THEIRS = 'import boto3; boto3.client("s3", region_name="us-east-1")'
AIM = 0.2


def measure() -> str:
    """Time the two in turn, and an empty process beside them."""
    times: dict[str, list[float]] = {OURS: [], THEIRS: [], "": []}
    for program in [*times] * (RUNS + 1):
        times[program].append(_seconds(program))
    ours, theirs, empty = (statistics.median(runs[1:]) for runs in times.values())
    return (
        f"(a) cold start: gistline {ours * 1000:.0f} ms, boto3 {theirs * 1000:.0f} ms, "
        f"ratio {ours / theirs:.2f} (aim <= {AIM}); "
        f"without the interpreter's own {empty * 1000:.0f} ms: {(ours - empty) / (theirs - empty):.2f}"
    )


def _seconds(program: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], check=True)
    return time.perf_counter() - began
