"""`gistline reconcile`.

Comes in: the settings, and part of the bucket. Goes out: which CSVs have no right summary, and what became of each when
the pipeline had done it again. Called by `cli`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

import click

from gistline.commands.keys import typed_prefix
from gistline.commands.logs import since
from gistline.commands.redoing import Meter, Tally, meter, pace_options, show_table, write_counts, write_keys
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.words import shown
from gistline.errors import GistlineError
from gistline.pipeline.lack import Lack
from gistline.pipeline.sweep import CHUNK, Found, Sweep
from gistline.site.catalogue import SiteCatalogue, judging_rules
from gistline.site.redo import Job, Pace, preview, redo
from gistline.site.site import Site

UPGRADE = "the stack runs an older gistline than this one: gistline deploy, then reconcile again"


@dataclass(slots=True)
class Looked:
    """Counts of a sweep."""

    keys: int = 0
    failed: int = 0
    errors: int = 0  # keys that could not be looked at
    error: GistlineError | None = None  # the first of them

    def note(self, error: GistlineError) -> None:
        """Count an error; raise it if there is nothing but errors: then it is no single key."""
        self.error = self.error or error
        self.errors += 1
        if self.errors == self.keys >= CHUNK:
            raise self.error


def _since(_context: click.Context, _option: click.Parameter, value: str | None) -> datetime | None:
    try:
        if value is None:
            return None
        return datetime.fromtimestamp(since(value, datetime.now(UTC)) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        remedy = "take one like 10m, 2h, 1d or 2026-11-23T12:00:00"
        raise click.BadParameter(f"{value!r} is no time; {remedy}") from None


@click.command(epilog="Example: gistline reconcile --since 2d --dry-run")
@click.option("--prefix", default="", help="Only what begins so, after the input prefix.")
@click.option(
    "--since",
    "start",
    callback=_since,
    metavar="2h|2d|TIME",
    help="Only CSVs uploaded from then on; removed ones are looked at in any case.",
)
@click.option("--dry-run", is_flag=True, help="Print what is to be done, and stop.")
@pace_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@stack_options
@click.pass_context
def reconcile(context: click.Context, /, **options: Any) -> None:
    """Find CSVs without an up-to-date summary, and have the pipeline do them.

    Found are: CSVs without a summary (the event was lost, or they are older than the stack), summaries that are out of
    date, untried, unreadable, or of an older gistline, and summaries whose CSV is gone. A CSV that failed has its
    verdict, and is for `gistline failures`.

    Exit code 0: every CSV has its right summary; 1: some have not, or failed.
    """
    prefix, start, dry_run, as_json = (
        options.pop(name) for name in ("prefix", "start", "dry_run", "as_json")
    )
    pace = Pace(options.pop("rate"), options.pop("timeout"))
    site = site_of(choose(context.obj, **options))
    rules = judging_rules(site)
    do = preview if dry_run else partial(redo, site, rules, pace=pace)
    catalogue = SiteCatalogue(site.target.client("s3"), site)
    prefix = typed_prefix(site.outputs, prefix)
    found = Sweep(catalogue, site.layout, rules, prefix, start).found()
    looked, tally = Looked(), Tally()
    with meter() as shown_:
        results = shown_.finish(do(shown_.begin(plan(found, looked, shown_))))
        if as_json:
            write_keys(site.outputs.bucket_name, results, tally)
        else:
            for each in results:
                tally.add(each)
    if as_json:
        write_counts(
            looked=looked.keys,
            found=tally.found,
            remaining=tally.remaining,
            failed=looked.failed,
            errors=looked.errors,
        )
    else:
        _print(site, prefix, looked, tally)
    context.exit(1 if tally.remaining or looked.failed or looked.errors else 0)


def plan(found: Iterable[Found], looked: Looked, shown_: Meter) -> Iterator[Job]:
    """Make a job of each key that lacks something, as a stream; count the others."""
    for each in found:
        looked.keys += 1
        shown_.look()
        if each.error:
            looked.note(each.error)
        elif each.lack:
            yield Job(each.key, str(each.lack), gone=each.lack is Lack.ORPHANED)
        elif each.mark and each.mark.status == "failed":
            looked.failed += 1


def _print(site: Site, prefix: str, looked: Looked, tally: Tally) -> None:
    show_table(tally)
    where = f"s3://{site.outputs.bucket_name}/{site.outputs.input_prefix}{shown(prefix)}"
    click.echo(f"Looked at {_count(looked.keys, 'key')} in {where}: {', '.join(_verdict(looked, tally))}.")
    if any(each.lack is Lack.OLDER for each in tally.first):
        click.echo(f"  what to do: {UPGRADE}", err=True)
    if looked.failed:
        click.echo("  what to do: gistline failures list", err=True)
    if looked.error:
        click.echo(f"  the first error: {shown(str(looked.error))}", err=True)


def _verdict(looked: Looked, tally: Tally) -> Iterator[str]:
    if not looked.keys:
        yield "there is nothing to look at"
    elif not (tally.found or looked.failed or looked.errors):
        yield "every summary is right"
    if tally.found:
        yield f"{tally.found:,} found, {tally.right:,} mended, {tally.remaining:,} to do"
    if looked.failed:
        yield f"{looked.failed:,} failed earlier"
    if looked.errors:
        yield f"{looked.errors:,} could not be looked at"


def _count(number: int, word: str) -> str:
    return f"{number:,} {word}{'' if number == 1 else 's'}"
