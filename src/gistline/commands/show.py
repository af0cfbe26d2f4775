"""`gistline show KEY`.

Comes in: the settings and the key of a CSV or of its summary. Goes out: the summary as a table, or the JSON as it
is stored. Called by `cli`.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from gistline.commands.keys import below, typed_key
from gistline.commands.near import did_you_mean
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.table import render
from gistline.commands.terminal import stdout_console
from gistline.config import Settings
from gistline.errors import ObjectNotFoundError
from gistline.pipeline.keys import KeyLayout
from gistline.site.catalogue import head
from gistline.site.site import Site
from gistline.site.summaries import StoredSummary, read_summary

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@click.command(epilog="Example: gistline show orders.csv")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON as it is stored.")
@stack_options
@click.pass_obj
def show(settings: Settings, /, key: str, *, as_json: bool, **options: str | None) -> None:
    """Show the summary of a CSV in the bucket.

    KEY is the CSV's, with or without the input prefix, or the summary's own. If the CSV was uploaded again
    since, or is gone, that is said too.

    Exit code 0: there is a summary; 1: there is none.
    """
    site = site_of(choose(settings, **options))
    typed = typed_key(site.outputs, key)
    s3 = site.target.client("s3")
    wanted = summary_key_of(site.layout, typed)
    summary = read_summary(s3, site, wanted) if wanted else None
    if summary is None:
        raise _missing(s3, site, typed)
    if as_json:
        click.echo(summary.body, nl=False)
    else:
        stdout_console().print(render(summary.document))
    for words in _doubts(s3, site, summary):
        click.echo(words, err=True)


def summary_key_of(layout: KeyLayout, typed: str) -> str | None:
    """Give the summary's key for whatever of the three forms was typed; None if no CSV could have it.

    Raises:
        RejectedError: the key is so long that its summary could not be named.
    """
    if layout.source_key(typed):
        return typed
    key = below(layout.input_prefix, typed)
    return layout.summary_key(key) if layout.accepts(key) else None


def _missing(s3: "S3Client", site: Site, typed: str) -> ObjectNotFoundError:
    layout = site.layout
    key = layout.source_key(typed) or below(layout.input_prefix, typed)
    if layout.accepts(key) and head(s3, site, key):
        return ObjectNotFoundError(
            f"{key!r} is in the bucket, its summary is not",
            "wait a moment; gistline doctor names what is broken",
        )
    words = did_you_mean(s3, site, key) or "gistline ls lists what is there"
    return ObjectNotFoundError(f"neither {key!r} nor a summary of it is in the bucket", words)


def _doubts(s3: "S3Client", site: Site, summary: StoredSummary) -> Iterator[str]:
    """Say whether the summary still is of what lies in the bucket."""
    key = site.layout.source_key(summary.key) or summary.source_key
    found = head(s3, site, key)
    if found is None:
        was = "; this is what it was" if summary.document.get("table") else ""
        yield f"deleted: {key!r} is no longer in the bucket{was}"
    elif not summary.is_of(found.token):
        yield f"out of date: {key!r} was uploaded again since; its new summary is not there yet (gistline doctor)"
