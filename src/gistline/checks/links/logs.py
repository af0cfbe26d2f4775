"""Are the log groups there, and do they forget?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`.
"""

from collections.abc import Iterator

from gistline.checks import deployed as stack
from gistline.checks.asking import command
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.site.site import Site
from gistline.stack.target import explained

ID = "logs"


def look(site: Site) -> Finding:
    """Look at the log groups of the functions."""
    looked_at = f"log groups {', '.join(site.outputs.log_group_names)}"
    kept = {name: _retention(site, name) for name in site.outputs.log_group_names}
    days = ", ".join(f"{value} days" for value in sorted({value for value in kept.values() if value}))
    return find(
        ID, looked_at, _troubles(site, kept), healthy=f"all are there, and keep their lines for {days}"
    )


def _retention(site: Site, name: str) -> int | None:
    """Give the days for which a group keeps its lines; 0 is for ever, None no such group."""
    groups = site.target.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return next((g.get("retentionInDays", 0) for g in groups if g["logGroupName"] == name), None)


def _troubles(site: Site, kept: dict[str, int | None]) -> Iterator[Trouble]:
    for name, days in kept.items():
        if days:
            continue
        create = command(site, "logs", "create-log-group", "--log-group-name", name)
        put = ["logs", "put-retention-policy", "--log-group-name", name, "--retention-in-days", "14"]
        if days is None:
            words = f"there is no log group {name}, and the role may not make one: all lines are lost"
            commands = f"{create}\n{command(site, *put)}"
            yield Trouble(Verdict.FAIL, words, Remedy("make it, with a retention", commands, restore))
        else:
            words = f"{name} keeps its lines for ever"
            yield Trouble(Verdict.WARN, words, Remedy("set a retention", command(site, *put), restore))


def restore(site: Site) -> None:
    """Make missing groups, and set the retention that the stack was deployed with."""
    days = int(stack.deployed(site).parameters["LogRetentionDays"])
    logs = site.target.client("logs")
    for name in site.outputs.log_group_names:
        with explained(f"restoring the log group {name}"):
            retention = _retention(site, name)
            if retention is None:
                logs.create_log_group(logGroupName=name)
            if not retention:
                logs.put_retention_policy(logGroupName=name, retentionInDays=days)


CHECK = Check(
    ID,
    "Logs",
    "The log is where a function says what it did and why it failed. Without a group its lines are lost; without a"
    " retention they are kept, and paid for, for ever.",
    look,
)
