"""`gistline clean`.

Comes in: the settings, and part of a prefix. Goes out: a plan, and what was removed. Called by `cli`.
"""

import json
from collections.abc import Iterable, Iterator

import click

from gistline.commands.keys import typed_prefix
from gistline.commands.person import answered
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.words import shown, size_words
from gistline.site.cleaning import CleanPlan, Version, carry_out, plan_cleaning
from gistline.site.site import Site

NAMED = 20  # keys of a plan that are printed; --json gives all


@click.command(epilog="Example: gistline clean --prefix 2026/ --plan")
@click.option("--plan", "plan_only", is_flag=True, help="Print what would be removed, and stop.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--prefix", default="", help="Remove only what begins so, after the input prefix.")
@click.option("--json", "as_json", is_flag=True, help="Print the plan as one JSON object.")
@stack_options
@click.pass_context
def clean(
    context: click.Context,
    /,
    *,
    plan_only: bool,
    yes: bool,
    prefix: str,
    as_json: bool,
    **options: str | None,
) -> None:
    """Remove test CSVs and their summaries from the bucket.

    That is whatever lies under the input prefix with the suffix that the trigger looks for, whoever put it there,
    and the summaries of these CSVs, of CSVs gone before too; with all versions and delete markers. Nothing else in
    the bucket is touched. Doing it twice is harmless.

    Exit code 0: nothing of it is left, or that was the plan; 1: you said no.
    """
    site = site_of(choose(context.obj, **options))
    plan = plan_cleaning(site, typed_prefix(site.outputs, prefix))
    click.echo(json.dumps(_json(plan), indent=1) if as_json else "\n".join(lines(site, plan)))
    if plan_only or not plan.versions:
        return
    if not (yes or answered(lambda: click.confirm(f"Remove all this from {_place(site)}?", err=True))):
        click.echo("Nothing was removed.", err=True)
        context.exit(1)
    carry_out(site.target.client("s3"), plan)
    click.echo(
        f"Removed {_count(plan.csvs, 'CSV', 'CSVs')} and {_count(plan.summaries, 'summary', 'summaries')}: "
        f"{size_words(plan.bytes)}.",
        err=as_json,
    )


def _place(site: Site) -> str:
    where = "the local cloud" if site.target.is_local else f"AWS account {site.account}"
    return f"s3://{site.outputs.bucket_name} ({where})"


def lines(site: Site, plan: CleanPlan) -> Iterator[str]:
    """Put a plan into words, a line each."""
    if not plan.versions:
        yield f"There is nothing to remove from {_place(site)}."
        return
    yield f"In {_place(site)}:"
    yield from _named(plan.csvs)
    yield from _named(plan.summaries)
    counts = f"{_count(plan.csvs, 'CSV', 'CSVs')} and {_count(plan.summaries, 'summary', 'summaries')}"
    yield f"{counts}: {size_words(plan.bytes)}"


def _named(versions: Iterable[Version]) -> Iterator[str]:
    """Name the first keys, each once."""
    keys = list(dict.fromkeys(version.key for version in versions))
    yield from (f"  {shown(key)}" for key in keys[:NAMED])
    if len(keys) > NAMED:
        yield f"  … and {len(keys) - NAMED:,} more"


def _count(versions: Iterable[Version], one: str, many: str) -> str:
    """Count keys, and the versions of them where there are more."""
    every = list(versions)
    keys = len({version.key for version in every})
    more = f" (in {len(every):,} versions)" if len(every) > keys else ""
    return f"{keys:,} {one if keys == 1 else many}{more}"


def _json(plan: CleanPlan) -> dict[str, object]:
    return {
        "bucket": plan.bucket,
        "bytes": plan.bytes,
        "csvs": [_version(each) for each in plan.csvs],
        "summaries": [_version(each) for each in plan.summaries],
    }


def _version(version: Version) -> dict[str, object]:
    return {
        "key": version.key,
        "versionId": version.id,
        "bytes": version.size,
        "deleteMarker": version.size is None,
    }
