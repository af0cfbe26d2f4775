"""Throughput: a thousand small uploads at once, until each has its summary."""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from benchmarks.warm import PATIENCE, sample
from gistline.localcloud.up import LocalCloud
from gistline.pipeline.log import RECEIVED, UPLOADED
from gistline.site.logs import follow

FILES, ROWS, UPLOADERS = 1000, 20, 4
AIM = 60


def measure(cloud: LocalCloud) -> str:
    """Upload with a few threads, wait for the last summary, read the latencies from the log."""
    body, began = sample(ROWS), time.time()
    with ThreadPoolExecutor(UPLOADERS) as threads:
        list(threads.map(lambda share: _upload(cloud, share, body), range(UPLOADERS)))
    seconds = _last_summary(cloud, began)
    latencies = sorted(_latencies(cloud, int(began * 1000)))
    p50, p99 = statistics.median(latencies), latencies[int(len(latencies) * 0.99)]
    return (
        f"(c) {FILES} uploads of {ROWS} rows: {FILES / seconds:.0f} files a second (aim >= {AIM}), "
        f"upload to summary p50 {p50:.0f} ms, p99 {p99:.0f} ms"
    )


def _upload(cloud: LocalCloud, share: int, body: bytes) -> None:
    s3 = cloud.target.client("s3")
    for number in range(share, FILES, UPLOADERS):
        s3.put_object(Bucket=cloud.outputs.bucket_name, Key=f"synthetic-data/many/{number}.csv", Body=body)


def _last_summary(cloud: LocalCloud, began: float) -> float:
    """Wait until all summaries are there; return the seconds since we began."""
    pages = cloud.target.client("s3").get_paginator("list_objects_v2")
    while time.time() - began < PATIENCE * 4:
        found = sum(
            page["KeyCount"]
            for page in pages.paginate(Bucket=cloud.outputs.bucket_name, Prefix="summaries/many/")
        )
        if found == FILES:
            return time.time() - began
        time.sleep(0.05)
    raise TimeoutError(f"{found} of {FILES} summaries")


def _latencies(cloud: LocalCloud, since: int) -> list[float]:
    """Return the milliseconds from each upload, as S3 states it, to the line that says that its summary is written."""
    uploaded: dict[str, float] = {}
    latencies = []
    for event in follow(cloud.target, cloud.outputs.summarizer_log_group_name, since, [None]):
        fields = event.fields
        if fields.get("message") == RECEIVED:
            uploaded[fields["key"]] = datetime.fromisoformat(fields["eventTime"]).timestamp() * 1000
        elif fields.get("message") == UPLOADED:
            latencies.append(event.timestamp - uploaded[fields["key"]])
    return latencies
