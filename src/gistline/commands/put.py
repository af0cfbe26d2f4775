"""`gistline put FILE...`.

Comes in: the settings and files. Goes out: each file's outcome, the summary of a single one, or JSON. Called by
`cli`.
"""

import json
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, TextColumn, TransferSpeedColumn

from gistline.commands.bars import bars
from gistline.commands.keys import below, check_key, key_for, typed_key, typed_prefix
from gistline.commands.person import interruptible
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.table import render
from gistline.commands.terminal import stdout_console
from gistline.commands.words import shown
from gistline.errors import SettingsError
from gistline.site.inputs import Outcome
from gistline.site.logs import looks
from gistline.site.site import Site
from gistline.site.summaries import StoredSummary
from gistline.site.uploads import MARGIN, Result, Upload, results, told, upload

PATIENCE = 600  # seconds; S3 may take a minute to deliver an event, and the summarizer five to work on it
UPLOADED, TIMED_OUT = "uploaded", "timed out"
GOOD = {UPLOADED, Outcome.COMPLETE}
LEFT = "what is uploaded gets its summary all the same; gistline ls lists it"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file, the key it gets, and how many bytes it has."""

    file: Path
    key: str
    size: int


@dataclass(frozen=True, slots=True)
class Row:
    """What is said of one file: an `Outcome`, or one of the two words above."""

    delivery: Delivery
    outcome: str
    summary: StoredSummary | None = None
    error: dict[str, Any] | None = None


class _File(click.Path):
    """A file that is there; of a directory it is said how its files are named."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Take a path as typed."""
        if Path(value).is_dir():
            inside = shown(f"{shlex.quote(str(Path(value)))}/*.csv")
            self.fail(
                f"{click.format_filename(value)!r} is a directory. Name its files: {inside}", param, ctx
            )
        return super().convert(value, param, ctx)


@click.command(epilog="Example: gistline put orders.csv --prefix 2026/")
@click.argument(
    "files",
    metavar="FILE...",
    nargs=-1,
    required=True,
    type=_File(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--key", help="The key of a single file, with or without the input prefix.")
@click.option("--prefix", default="", help="What comes between input prefix and file name, such as 2026/.")
@click.option("--no-wait", is_flag=True, help="Upload, and do not wait for the summaries.")
@click.option(
    "--timeout",
    type=click.IntRange(min=1),
    default=PATIENCE,
    show_default=True,
    help="Seconds to wait for the summaries of all files.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@stack_options
@click.pass_context
def put(
    context: click.Context,
    /,
    *,
    files: tuple[Path, ...],
    no_wait: bool,
    timeout: int,
    as_json: bool,
    **options: str | None,
) -> None:
    """Upload CSVs and follow each to its summary.

    A file's name is the end of its key; a suffix that the trigger would not notice is replaced.

    Exit code 0: every file has its summary; 1: one was rejected, failed, or has no summary in time.
    """
    key, prefix = options.pop("key"), options.pop("prefix") or ""
    site = site_of(choose(context.obj, **options))
    deliveries = plan(site, files, key=key, prefix=prefix)
    console = Console(stderr=True, highlight=False)
    with interruptible(LEFT):
        uploads = _upload(site, deliveries, console)
        found = {} if no_wait else _await(site, uploads, timeout, console)
    rows = [_row(each, found[each.key]) if each.key in found else Row(each, UPLOADED) for each in deliveries]
    _print_json(site, rows) if as_json else _print(rows, timeout)
    context.exit(0 if all(row.outcome in GOOD for row in rows) else 1)


def plan(site: Site, files: Sequence[Path], *, key: str | None, prefix: str) -> list[Delivery]:
    """Say which file gets which key.

    Raises:
        SettingsError: two files would get one key, or the trigger would not notice a key.
    """
    if key is not None and (len(files) > 1 or prefix):
        raise SettingsError(
            "--key is the whole key of one file", "give one file, or take --prefix", code="key"
        )
    deliveries: dict[str, Delivery] = {}
    for file in files:
        wanted = (
            _wanted(site, key)
            if key is not None
            else key_for(file, site.outputs, typed_prefix(site.outputs, prefix))
        )
        check_key(site.layout, wanted)
        if wanted in deliveries:
            raise SettingsError(
                f"{str(deliveries[wanted].file)!r} and {str(file)!r} would both become {wanted!r}",
                "upload them apart, with another --prefix each",
                code="key",
            )
        deliveries[wanted] = Delivery(file, wanted, file.stat().st_size)
    return list(deliveries.values())


def _wanted(site: Site, key: str) -> str:
    return below(site.outputs.input_prefix, typed_key(site.outputs, key))


def _upload(site: Site, deliveries: list[Delivery], console: Console) -> list[Upload]:
    s3 = site.target.client("s3")
    uploads = []
    name = TextColumn("{task.description}", markup=False)
    columns = (name, BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with bars(*columns, console=console) as progress:
        task = progress.add_task("", total=sum(each.size for each in deliveries))
        for each in deliveries:
            progress.update(task, description=shown(each.file.name))
            uploads.append(upload(s3, site, each.file, each.key, lambda count: progress.advance(task, count)))
    return uploads


def _await(site: Site, uploads: list[Upload], seconds: int, console: Console) -> dict[str, Result]:
    """Follow the logs from the first upload on; give the result of each key."""
    found: dict[str, Result] = {}
    since = min(each.began for each in uploads) - MARGIN
    events = told(site, since, looks(site.target, seconds))
    with console.status(_waiting(len(uploads), seconds)) as status:
        for result in results(site.target.client("s3"), site, uploads, events):
            found[result.upload.key] = result
            status.update(_waiting(len(uploads) - len(found), seconds))
    return found


def _waiting(count: int, seconds: int) -> str:
    return f"waiting for {count} {'summary' if count == 1 else 'summaries'} (at most {seconds} s)"


def _row(delivery: Delivery, result: Result) -> Row:
    outcome = TIMED_OUT if result.outcome is Outcome.WAITING else str(result.outcome)
    return Row(delivery, outcome, result.summary, result.error)


def _print_json(site: Site, rows: list[Row]) -> None:
    files = [
        {
            "file": str(row.delivery.file),
            "key": row.delivery.key,
            "bytes": row.delivery.size,
            "outcome": row.outcome,
            "rows": row.summary.rows if row.summary else None,
            "summaryKey": site.layout.summary_key(row.delivery.key),
            "error": row.error,
        }
        for row in rows
    ]
    click.echo(json.dumps({"bucket": site.outputs.bucket_name, "files": files}, indent=1))


def _print(rows: list[Row], seconds: int) -> None:
    width = max(len(row.outcome) for row in rows)
    for row in rows:
        click.echo(f"{row.outcome:<{width}}  {shown(row.delivery.key)}")
        for line in _why(row, seconds):
            click.echo(f"{'':<{width}}  {line}")
    if len(rows) == 1 and rows[0].outcome == Outcome.COMPLETE and rows[0].summary:
        click.echo()
        stdout_console().print(render(rows[0].summary.document))


def _why(row: Row, seconds: int) -> Iterator[str]:
    """Say what is wrong, and what to do."""
    if row.outcome == TIMED_OUT:
        yield f"no summary within {seconds} s"
        yield "what to do: gistline doctor (it names the link that is broken)"
    if row.error:
        yield f"{shown(_message(row.error))} [{row.error.get('code')}]"
        if row.error.get("remedy"):
            yield f"what to do: {shown(row.error['remedy'])}"


def _message(error: dict[str, Any]) -> str:
    """Give the message; an error that is not ours has only its type in the log."""
    return str(error.get("message") or f"{error.get('type')} in the summarizer")
