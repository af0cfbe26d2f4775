"""`gistline demo`: one CSV, end to end, before your eyes.

Comes in: the settings, perhaps a CSV of one's own. Goes out: what happened, step by step, and the summary.
Called by `cli`; `make demo` is this. Nothing in here invokes the summarizer: the upload does.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn

from gistline.commands.bars import bars
from gistline.commands.keys import key_for
from gistline.commands.table import render
from gistline.commands.terminal import stdout_console
from gistline.commands.up import where
from gistline.commands.words import shown
from gistline.config import Settings
from gistline.errors import LocalCloudError, RejectedError
from gistline.functions.producer import MOST_ROWS
from gistline.localcloud import lifecycle
from gistline.localcloud.up import LocalCloud, up
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.log import DOWNLOADED, FAILED, RECEIVED, UPLOADED
from gistline.site.logs import LogEvent, follow, looks
from gistline.stack.target import explained

PATIENCE = 600.0  # seconds until we stop to wait for a summary; the summarizer's own timeout is shorter
STEPS = (RECEIVED, DOWNLOADED, UPLOADED)


@dataclass(frozen=True, slots=True)
class Upload:
    """A CSV that now lies in the bucket."""

    key: str
    began: int  # milliseconds since 1970, when we began to upload it


@click.command(epilog="Example: gistline demo --file orders.csv")
@click.option(
    "--file", "file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="A CSV of your own."
)
@click.option(
    "--rows",
    type=click.IntRange(0, MOST_ROWS),
    default=1000,
    show_default=True,
    help="How many rows the producer shall make.",
)
@click.option("--keep", is_flag=True, help="Leave the local cloud running.")
@click.pass_obj
def demo(settings: Settings, *, file: Path | None, rows: int, keep: bool) -> None:
    """Upload a CSV and watch it turn into a JSON summary, by itself.

    Starts the local cloud, lets the producer (or --file) upload a CSV, follows the summarizer's log, shows the
    summary, and stops the local cloud again, unless it was running before.
    """
    console = stdout_console()
    cloud = _start(settings, console)
    try:
        upload = _upload(cloud, file, console) if file else _produce(cloud, rows, console)
        events = list(_watch(cloud, upload, console))
        _show(cloud, upload, events, settings, console)
    finally:
        if cloud.fresh and not keep:
            lifecycle.stop(settings)
            console.print("\nThe local cloud is stopped. To keep one: [bold]gistline up[/bold]")


def _start(settings: Settings, console: Console) -> LocalCloud:
    began = time.monotonic()
    with console.status("starting") as status:
        cloud = up(settings, status.update)
    console.print(
        f"[bold]1  The local cloud is up[/bold], the stack deployed ({time.monotonic() - began:.1f} s)"
    )
    for line in where(cloud):
        console.print(f"   {line}")
    return cloud


def _produce(cloud: LocalCloud, rows: int, console: Console) -> Upload:
    """Invoke the producer, as any upstream system would run it."""
    began = _now()
    with console.status("the producer is making a CSV"), explained("invoking the producer"):
        answer = cloud.target.client("lambda").invoke(
            FunctionName=cloud.outputs.producer_name, Payload=json.dumps({"rows": rows}).encode()
        )
        made: dict[str, Any] = json.load(answer["Payload"])
    if "FunctionError" in answer:
        raise LocalCloudError(f"the producer failed: {made['errorMessage']}", "see --rows")
    console.print("\n[bold]2  The producer (a Lambda function) uploaded a CSV[/bold]")
    console.print(
        f"   s3://{made['bucket']}/{shown(made['key'])}: {made['rows']:,} rows, {made['bytes']:,} bytes",
        soft_wrap=True,
    )
    return Upload(made["key"], began)


def _upload(cloud: LocalCloud, file: Path, console: Console) -> Upload:
    """Upload a person's own file, as any S3 client would."""
    key, size, began = key_for(file, cloud.outputs), file.stat().st_size, _now()
    columns = (TextColumn("   uploading"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with bars(*columns, console=console) as progress, explained(f"uploading {file}"):
        task = progress.add_task("upload", total=size)
        cloud.target.client("s3").upload_file(
            str(file), cloud.outputs.bucket_name, key, Callback=lambda count: progress.advance(task, count)
        )
    console.print("\n[bold]2  Your CSV is uploaded[/bold]")
    console.print(
        f"   s3://{cloud.outputs.bucket_name}/{shown(key)}: {size:,} bytes", soft_wrap=True, markup=False
    )
    return Upload(key, began)


def _watch(cloud: LocalCloud, upload: Upload, console: Console) -> Iterator[LogEvent]:
    """Follow the summarizer's log until the upload's summary is written.

    Raises:
        LocalCloudError: the summarizer said that it failed, or said nothing for too long.
    """
    console.print("\n[bold]3  S3 invoked the summarizer; nobody else did.[/bold] CloudWatch Logs:")
    group = cloud.outputs.summarizer_log_group_name
    first: int | None = None
    with console.status("waiting for the summarizer's log"):
        for event in follow(cloud.target, group, upload.began, looks(cloud.target, PATIENCE)):
            if event.fields.get("key") != upload.key:
                continue
            first = first or event.timestamp
            console.print(f"   {event.timestamp - first:>6} ms  {event.fields['message']}")
            if event.fields["message"] == FAILED:
                raise _failure(event)
            if event.fields["message"] in STEPS:
                yield event
            if event.fields["message"] == UPLOADED:
                return
    raise LocalCloudError(f"no summary came within {PATIENCE:.0f} s", f"look into the log group {group}")


def _failure(event: LogEvent) -> LocalCloudError:
    error = event.fields["error"]
    message = error.get("message") or f"{error.get('type')} in the summarizer"
    return LocalCloudError(message, error.get("remedy", ""), code=error["code"])


def _show(
    cloud: LocalCloud, upload: Upload, events: list[LogEvent], settings: Settings, console: Console
) -> None:
    layout = KeyLayout.of(cloud.outputs)
    bucket, key = cloud.outputs.bucket_name, layout.summary_key(upload.key)
    with explained(f"reading {key!r} in bucket {bucket}"):
        body = cloud.target.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()
    copy = settings.home / "demo" / Path(key).name
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(body)
    summary = json.loads(body)
    if summary["status"] != "complete":
        error = summary["error"]
        raise RejectedError(f"{upload.key}: {error['message']}", error["remedy"], code=error["code"])
    console.print("\n[bold]4  The summary[/bold]")
    console.print(render(summary))
    console.print("\n[bold]5  The JSON lies here[/bold]")
    console.print(f"   s3://{bucket}/{shown(key)}", soft_wrap=True, markup=False)
    console.print(f"   {shown(str(copy))} (a copy that stays)", soft_wrap=True, markup=False)
    console.print(f"\nFrom upload to summary: [bold]{milliseconds(events):,} ms[/bold]")


def milliseconds(events: list[LogEvent]) -> int:
    """Return the time from the upload, as S3 states it in the event, to the last line of the log."""
    uploaded = datetime.fromisoformat(events[0].fields["eventTime"]).timestamp() * 1000
    return round(events[-1].timestamp - uploaded)


def _now() -> int:
    return int(time.time() * 1000)
