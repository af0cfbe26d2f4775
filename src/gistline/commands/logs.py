"""`gistline logs`: what the summarizer says.

Comes in: the settings, which stack, and which lines. Goes out: one line of text, or one JSON object, for each.
Called by `cli`.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import click
from rich.console import Console
from rich.text import Text

from gistline.commands.keys import below, typed_key
from gistline.commands.site import choose, site_of, stack_options
from gistline.commands.words import shown, shown_lines
from gistline.site.logs import EVERYTHING, LogEvent, about_key, follow, looks
from gistline.site.timeline import Kind, about, kind_of

UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
STYLES = {"ERROR": "red", "WARN": "yellow"}


def since(text: str, now: datetime) -> int:
    """Turn `10m`, `2h`, `1d` or an ISO 8601 time into milliseconds since 1970.

    Raises:
        ValueError: it is none of them.
        OverflowError: it is too long ago for a calendar.
    """
    ago = re.fullmatch(r"(\d+)([smhd])", text)
    moment = now - timedelta(**{UNITS[ago[2]]: int(ago[1])}) if ago else datetime.fromisoformat(text)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _since(_context: click.Context, _option: click.Parameter, value: str) -> int:
    try:
        return since(value, datetime.now(UTC))
    except (ValueError, OverflowError):
        remedy = "take one like 10m, 2h, 1d or 2026-11-23T12:00:00"
        raise click.BadParameter(f"{value!r} is no time; {remedy}") from None


@click.command(epilog="Example: gistline logs --follow --since 1h --key synthetic-data/orders.csv")
@stack_options
@click.option("--follow", "following", is_flag=True, help="Go on until Ctrl-C.")
@click.option("--key", help="Only what is about this key.")
@click.option(
    "--since",
    "start",
    callback=_since,
    metavar="10m|2h|TIME",
    default="10m",
    show_default=True,
    help="From when on; a time is ISO 8601, in UTC unless it says otherwise.",
)
@click.option("--all", "everything", is_flag=True, help="Lambda's own START, END and REPORT lines too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a line.")
@click.pass_context
def logs(context: click.Context, /, **options: Any) -> None:
    """Print what the summarizer says, from CloudWatch Logs.

    A line has its time (UTC), what happened, the key, and the milliseconds since its invocation began.
    """
    following, key, start = (options.pop(name) for name in ("following", "key", "start"))
    everything, as_json = (options.pop(name) for name in ("everything", "as_json"))
    site = site_of(choose(context.obj, **options))
    key = below(site.outputs.input_prefix, typed_key(site.outputs, key)) if key else None
    pattern = EVERYTHING if everything or not key else about_key(key)
    moments = looks(site.target) if following else looks(site.target, 0)
    group = site.outputs.summarizer_log_group_name
    events = choose_lines(follow(site.target, group, start, moments, pattern), key, everything=everything)
    console = Console(highlight=False, soft_wrap=True)
    event = None
    for event in events:
        if as_json:
            click.echo(json.dumps(as_object(event)))
        else:
            console.print(as_text(event))
    if event is None:
        about_it = f" about {key!r}" if key else ""
        story = f"; its whole story: gistline trace {shown(shlex.quote(key))}" if key else ""
        click.echo(f"no line{about_it} since {clock_time(start)} (--since){story}", err=True)


def choose_lines(events: Iterable[LogEvent], key: str | None, *, everything: bool) -> Iterator[LogEvent]:
    """Keep the lines about `key` (None: of every key), and Lambda's routine ones only if `everything` is wanted."""
    chosen = events if key is None else about(events, key)
    return (event for event in chosen if everything or kind_of(event) is not Kind.ROUTINE)


def as_object(event: LogEvent) -> dict[str, Any]:
    """Give a line as JSON: ours as it was written, another with its time."""
    if kind_of(event) is Kind.OURS:
        return event.fields
    return {"timestamp": clock_time(event.timestamp), "message": event.text}


def as_text(event: LogEvent) -> Text:
    """Give a line as text."""
    at, kind = clock_time(event.timestamp), kind_of(event)
    if kind is not Kind.OURS:
        return Text(f"{at}  {shown_lines(event.text)}", style="dim" if kind is Kind.ROUTINE else "red")
    fields = event.fields
    about_what = fields.get("key") or fields.get("detail") or ""
    text = Text.assemble(
        (f"{at}  ", "dim"),
        (f"{fields['message']:<18}", STYLES.get(fields.get("level", ""), "")),
        f"  {shown(str(about_what))}  {fields.get('milliseconds', 0)} ms",
    )
    return text.append(reason(fields))


def reason(fields: dict[str, Any]) -> str:
    """Say, after two blanks, why a record was ignored, rejected or failed; nothing if it was not."""
    error = fields.get("error")
    if not error:
        return f"  ({fields['reason']})" if "reason" in fields else ""
    words = error.get("message") or f"{error.get('type')} at {' '.join(error.get('where', [])[-1:])}"
    remedy = f" - {error['remedy']}" if error.get("remedy") else ""
    return shown(f"  [{error.get('code')}] {words}{remedy}")


def clock_time(milliseconds: int) -> str:
    """Write milliseconds since 1970 as `2026-11-23T12:00:00.250Z`."""
    moment = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
