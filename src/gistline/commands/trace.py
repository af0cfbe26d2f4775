"""`gistline trace KEY`: one key, from its upload to its summary.

Comes in: the settings, which stack, a key. Goes out: its timeline as text or as one JSON object; exit code 1 if
nobody ever noticed the key. Called by `cli`.
"""

import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from gistline.aws.s3 import Token
from gistline.commands.keys import below, typed_key
from gistline.commands.logs import clock_time, reason
from gistline.commands.near import did_you_mean
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.words import shown, shown_lines
from gistline.errors import SettingsError
from gistline.pipeline.keys import KeyLayout
from gistline.pipeline.log import RECEIVED
from gistline.site.logs import LogEvent
from gistline.site.site import Site
from gistline.site.story import Ending, Story, SummaryFacts, tell
from gistline.site.timeline import Attempt, Invocation, Report

DOCTOR = "gistline doctor finds out why"


@click.command(epilog="Example: gistline trace synthetic-data/orders.csv")
@click.argument("key")
@stack_options
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def trace(context: click.Context, /, *, key: str, as_json: bool, **options: str | None) -> None:
    """Show one key's way: upload, event, invocations and attempts, outcome, summary.

    Exit code 0: the pipeline noticed the key; 1: it did not.
    """
    site = site_of(choose(context.obj, **options))
    story = _story(site, typed_key(site.outputs, key))
    if as_json:
        click.echo(json.dumps(as_object(story)))
    else:
        console = Console(highlight=False, soft_wrap=True)
        for line in as_lines(story, site.layout):
            console.print(line)
        if not story.known and (words := did_you_mean(site.target.client("s3"), site, story.key)):
            console.print(words, markup=False)
    context.exit(1 if story.ending is Ending.UNNOTICED else 0)


def _story(site: Site, key: str) -> Story:
    """Tell the story of the key as typed or, where nobody knows that one, of the key below the input prefix.

    A summary's key stands for that of its CSV.

    Raises:
        SettingsError: the key is empty.
    """
    if not key:
        raise SettingsError("an empty key is no key", "name a CSV: gistline ls lists them", code="key")
    key = site.layout.source_key(key) or key
    story = tell(site, key)
    meant = below(site.outputs.input_prefix, key)
    return story if story.known or not site.layout.accepts(meant) else tell(site, meant)


def as_object(story: Story) -> dict[str, Any]:
    """Give the story as JSON; times in ISO 8601, UTC."""
    return {
        "key": story.key,
        "outcome": str(story.ending),
        "object": story.object and _object(story.object),
        "invocations": [_invocation_object(one) for one in story.invocations],
        "summary": story.summary and _camel(story.summary),
    }


def as_lines(story: Story, layout: KeyLayout) -> Iterator[Text]:
    """Give the story as lines of text."""
    yield Text(shown(story.key), style="bold")
    if story.object:
        yield Text(
            f"{_uploaded(story.object):<24}  uploaded            {story.object.size:,} bytes, etag {story.object.etag}"
        )
    else:
        yield Text(f"{'':24}  no object           it was never uploaded, or is deleted")
    for one in story.invocations:
        yield from _invocation_lines(one)
    if story.summary:
        yield Text(_summary_words(story))
    yield Text(_verdict(story, layout), style="bold")


def _invocation_lines(one: Invocation) -> Iterator[Text]:
    event = _received(one)
    if event:
        request = event.fields.get("s3RequestId") or "none: not from S3"
        at = event.fields.get("eventTime") or ""
        yield Text(f"{at:<24}  event               S3's request id {request}")
    for number, attempt in enumerate(one.attempts, 1):
        at = clock_time(attempt.started) if attempt.started else ""
        yield Text(f"{at:<24}  attempt {number}           invocation {one.request_id}")
        yield from (_line(line) for line in attempt.lines)
        yield from (
            Text(f"{clock_time(line.timestamp)}    {shown_lines(line.text)}", style="red")
            for line in attempt.trouble
        )
        if attempt.report:
            yield Text(f"{'':24}    {_report_words(attempt)}", style="dim")
    if one.recorded:
        at = clock_time(one.recorded[0].timestamp)
        yield Text(f"{at:<24}  given up            by Lambda; the recorder says:")
        yield from (_line(line) for line in one.recorded)


def _line(line: LogEvent) -> Text:
    style = "red" if "error" in line.fields else ""
    words = f"{line.fields['message']:<18}  {line.fields['milliseconds']} ms{reason(line.fields)}"
    return Text(f"{clock_time(line.timestamp)}    {words}", style=style)


def _report_words(attempt: Attempt) -> str:
    report = attempt.report
    if report is None:
        return ""
    cold = f", cold start {report.init_milliseconds:.0f} ms" if report.init_milliseconds else ", warm"
    return f"took {report.milliseconds:.0f} ms, {report.memory_used} of {report.memory} MB{cold}"


def _summary_words(story: Story) -> str:
    summary = story.summary
    if summary is None:
        return ""
    rows = f", {summary.rows:,} {'row' if summary.rows == 1 else 'rows'}" if summary.rows is not None else ""
    generation = f", generation {summary.generation}" if summary.generation is not None else ""
    return f"{'':24}  summary             {shown(summary.key)}: {shown(summary.status)}{generation}{rows}"


def _verdict(story: Story, layout: KeyLayout) -> str:
    if story.ending is not Ending.UNNOTICED:
        return f"outcome: {story.ending}"
    if not layout.accepts(story.key):
        listened = f"{layout.input_prefix}NAME{layout.suffix}"
        return f"nobody listens for this key: the trigger notices {listened}, letter by letter"
    if not story.known:
        return f"this key was never seen: no object, no line in the log, no summary; if it was uploaded, {DOCTOR}"
    return f"nobody noticed the upload: no line in the log names the key; {DOCTOR}"


def _received(one: Invocation) -> LogEvent | None:
    lines = (line for attempt in one.attempts for line in attempt.lines)
    return next((line for line in lines if line.fields["message"] == RECEIVED), None)


def _invocation_object(one: Invocation) -> dict[str, Any]:
    event = _received(one)
    return {
        "requestId": one.request_id,
        "s3RequestId": event and event.fields.get("s3RequestId"),
        "eventTime": event and event.fields.get("eventTime"),
        "attempts": [
            {
                "started": attempt.started and clock_time(attempt.started),
                "lines": [line.fields for line in attempt.lines],
                "trouble": [line.text for line in attempt.trouble],
                "report": attempt.report and _camel(attempt.report),
            }
            for attempt in one.attempts
        ],
        "recorder": [line.fields for line in one.recorded],
    }


def _object(token: Token) -> dict[str, Any]:
    return {
        "uploaded": _uploaded(token),
        "size": token.size,
        "etag": token.etag,
        "versionId": token.version_id,
    }


def _uploaded(token: Token) -> str:
    return clock_time(int(token.last_modified.timestamp() * 1000)) if token.last_modified else ""


def _camel(facts: SummaryFacts | Report) -> dict[str, Any]:
    """Name facts as the summary's JSON names its own: `versionId`."""
    return {
        first + "".join(word.title() for word in more): value
        for name, value in asdict(facts).items()
        for first, *more in [name.split("_")]
    }
