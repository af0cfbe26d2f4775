"""`gistline status`.

Comes in: the settings. Goes out: whether the local cloud runs and what it counted, as text or JSON; exit code
1 when none runs. Called by `cli`.
"""

import json
from typing import Any

import click

from gistline.config import Settings
from gistline.localcloud import lifecycle


@click.command(epilog="Example: gistline status --json")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def status(context: click.Context, *, as_json: bool) -> None:
    """Tell whether the local cloud runs, and what became of the events there.

    Exit code 0: it runs; 1: it does not.
    """
    settings: Settings = context.obj
    facts = _facts(settings)
    click.echo(json.dumps(facts) if as_json else "\n".join(_lines(facts)))
    context.exit(0 if facts["running"] else 1)


def _facts(settings: Settings) -> dict[str, Any]:
    server = lifecycle.find(settings)
    if server is None:
        lives = lifecycle.lives(settings)
        return {"running": False, "lives": lives, "home": str(settings.home.absolute())}
    state = server.state
    return {"running": True, "endpoint": state.endpoint, "pid": state.pid, "events": list(server.events)}


def _lines(facts: dict[str, Any]) -> list[str]:
    if not facts["running"]:
        if facts["lives"]:
            return [
                f"The local cloud of {facts['home']} runs, but does not answer. Wait, or end it: gistline down"
            ]
        return [f"No local cloud is running for {facts['home']}. Start one: gistline up"]
    lines = [f"local cloud  {facts['endpoint']} (process {facts['pid']})"]
    for event in facts["events"]:
        bucket = f" from {event['bucket']}" if event["bucket"] else ""
        lines.append(f"{event['count']:>8} {event['fate']:<10} {event['function'].split(':')[-1]}{bucket}")
    return lines if len(lines) > 1 else [*lines, "No event yet."]
