"""`gistline show KEY`.

Comes in: the settings and the key of a CSV or of its summary. Goes out: the summary as a table, or the JSON as it
is stored. Called by `cli`.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from itertools import chain, islice
from typing import TYPE_CHECKING

import click

from gistline.commands.keys import below, typed_key
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.table import render
from gistline.commands.terminal import stdout_console
from gistline.config import Settings
from gistline.errors import ObjectNotFoundError
from gistline.pipeline.keys import KeyLayout, folder_of
from gistline.stack.inputs import list_csvs
from gistline.stack.site import Site
from gistline.stack.summaries import MISSING, StoredSummary, read_summary
from gistline.stack.target import explained, refusal_of

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LISTED = 1000  # keys looked through for a near miss, in the folder and in all
NEAR = 3  # of them named


@click.command(epilog="Example: gistline show orders.csv")
@click.argument("key")
@click.option("--json", "as_json", is_flag=True, help="Print the JSON as it is stored.")
@stack_options
@click.pass_obj
def show(settings: Settings, /, key: str, *, as_json: bool, **options: str | None) -> None:
    """Show the summary of a CSV in the bucket.

    KEY is the CSV's, with or without the input prefix, or the summary's own. If the CSV has changed since, or is
    gone, that is said too.

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
    if layout.accepts(key) and _etag(s3, site, key):
        return ObjectNotFoundError(
            f"{key!r} is in the bucket, its summary is not",
            "wait a moment; gistline doctor names what is broken",
        )
    names = _near(s3, site, key.removeprefix(layout.input_prefix))
    words = f"did you mean {' or '.join(map(repr, names))}?" if names else "gistline ls lists what is there"
    return ObjectNotFoundError(f"neither {key!r} nor a summary of it is in the bucket", words)


def _near(s3: "S3Client", site: Site, name: str) -> list[str]:
    """Look for similar names in the folder that was meant, then in all, as far as they are listed."""
    everywhere = [islice(list_csvs(s3, site, prefix), LISTED) for prefix in (folder_of(name), "")]
    start, suffix = len(site.layout.input_prefix), site.layout.suffix
    names = {listed.key[start:].lower(): listed.key[start:] for listed in chain(*everywhere)}
    wanted = (name if name.lower().endswith(suffix.lower()) else name + suffix).lower()
    same = [names[low] for low in names if low == wanted or low.endswith(f"/{wanted}")]
    return same[:NEAR] or [names[low] for low in get_close_matches(wanted, names, n=NEAR)]


def _doubts(s3: "S3Client", site: Site, summary: StoredSummary) -> Iterator[str]:
    """Say whether the summary still is of what lies in the bucket."""
    key = site.layout.source_key(summary.key) or summary.source_key
    etag = _etag(s3, site, key)
    if etag is None:
        yield f"deleted: {key!r} is no longer in the bucket; this is what it was"
    elif etag != summary.etag:
        yield f"out of date: {key!r} has changed since; its new summary is not there yet (gistline doctor)"


def _etag(s3: "S3Client", site: Site, key: str) -> str | None:
    """Give the ETag of an object without quotes; None if there is no such object."""
    bucket = site.outputs.bucket_name
    with explained(f"looking for {key!r} in bucket {bucket}"):
        try:
            answer = s3.head_object(Bucket=bucket, Key=key, ExpectedBucketOwner=site.account)
        except s3.exceptions.ClientError as refusal:
            if refusal_of(refusal)[0] in MISSING:
                return None
            raise
    return answer["ETag"].strip('"')
