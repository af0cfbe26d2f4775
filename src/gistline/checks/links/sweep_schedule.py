"""Does EventBridge start the sweeper when the stack says so, where the stack has one?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. What the sweeper itself may do is `execution_role`'s
question.
"""

from collections.abc import Iterator
from typing import Any

from gistline.checks import deployed as stack
from gistline.checks import grants as policy
from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.grants import Grant, Wanted, grants_of
from gistline.site.site import Site
from gistline.stack.target import explained

ID = "sweep-schedule"
EVENTS = "events.amazonaws.com"

Json = dict[str, Any]


def look(site: Site) -> Finding:
    """Hold the rule, its target and the sweeper's resource-based policy against what was deployed."""
    if not site.outputs.sweeper_name:
        none = "there is none: whoever wants a sweep types gistline reconcile"
        return Finding(ID, Verdict.OK, "the stack's sweep schedule", none)
    rule = _deployed(site)
    looked_at = f"the rule {rule['Name']}, what it starts, and who may start {site.outputs.sweeper_name}"
    troubles = [*_rule(site, rule), *_permission(site, rule)]
    healthy = (
        f"EventBridge starts {site.outputs.sweeper_name} by {rule['ScheduleExpression']},"
        " and its policy lets nobody else in"
    )
    return find(ID, looked_at, troubles, healthy=healthy)


def _deployed(site: Site) -> Json:
    """Give the rule as the template has it."""
    return stack.deployed(site).properties(stack.SWEEP_RULE)


def _rule(site: Site, wanted: Json) -> Iterator[Trouble]:
    events, name = site.target.client("events"), wanted["Name"]
    rule: Any = found(lambda: events.describe_rule(Name=name), "ResourceNotFoundException")
    if rule is None:
        yield Trouble(Verdict.FAIL, f"there is no rule {name}: no sweep starts", _remedy(site, wanted))
        return
    if rule["State"] != "ENABLED":
        yield Trouble(
            Verdict.FAIL, f"the rule is {rule['State'].lower()}: no sweep starts", _remedy(site, wanted)
        )
    if rule.get("ScheduleExpression", "") != wanted["ScheduleExpression"]:
        words = f"its schedule is {rule.get('ScheduleExpression') or 'none'}, deployed was {wanted['ScheduleExpression']}"
        yield Trouble(Verdict.WARN, words, _remedy(site, wanted))
    started = [target["Arn"] for target in events.list_targets_by_rule(Rule=name)["Targets"]]
    (sweeper,) = (target["Arn"] for target in wanted["Targets"])
    if sweeper not in started:
        words = f"it starts {', '.join(started) or 'nothing'}, and not {sweeper}"
        yield Trouble(Verdict.FAIL, words, _remedy(site, wanted))


def _permission(site: Site, rule: Json) -> Iterator[Trouble]:
    """Nobody but our rule needs to start it; what is open to another account, or to everybody, is not safe."""
    wanted, grants = _wanted(site, rule), _grants(site)
    remedy = policy.remedy(
        site, "let EventBridge start it for this rule alone", wanted, grants, restore_permission
    )
    serving = [grant for grant in grants if grant.lets_in(EVENTS) and _serves(grant, wanted)]
    if not serving:
        words = f"no statement lets {EVENTS} invoke it for {wanted.source}: each sweep is dropped"
        yield Trouble(Verdict.FAIL, words, remedy)
    for grant in grants:
        if not wanted.is_met(grant):
            harmless = grant not in serving and grant.stays_in(site.account)
            yield Trouble(Verdict.WARN if harmless else Verdict.FAIL, grant.words(), remedy)


def _serves(grant: Grant, wanted: Wanted) -> bool:
    return grant.serves(wanted.source, wanted.account)


def _wanted(site: Site, rule: Json) -> Wanted:
    _, partition, _, region, account, *_ = site.outputs.summarizer_arn.split(":")
    source = f"arn:{partition}:events:{region}:{account}:rule/{rule['Name']}"
    return Wanted(site.outputs.sweeper_name, EVENTS, source, account, stack.SWEEP_PERMISSION)


def _grants(site: Site) -> tuple[Grant, ...]:
    return grants_of(site, site.outputs.sweeper_name)


def _remedy(site: Site, rule: Json) -> Remedy:
    (target,) = rule["Targets"]
    put = ["events", "put-rule", "--name", rule["Name"], "--schedule-expression", rule["ScheduleExpression"]]
    aim = [
        "events",
        "put-targets",
        "--rule",
        rule["Name"],
        "--targets",
        f"Id={target['Id']},Arn={target['Arn']}",
    ]
    commands = f"{command(site, *put)}\n{command(site, *aim)}"
    return Remedy("give the rule its schedule and its target again", commands, restore)


def restore(site: Site) -> None:
    """Write the rule and its target as the template has them."""
    rule, events = _deployed(site), site.target.client("events")
    with explained(f"restoring the rule {rule['Name']}"):
        events.put_rule(
            Name=rule["Name"],
            Description=rule["Description"],
            ScheduleExpression=rule["ScheduleExpression"],
            State="ENABLED",
        )
        events.put_targets(Rule=rule["Name"], Targets=rule["Targets"])


def restore_permission(site: Site) -> None:
    """Let EventBridge invoke the sweeper for our rule, and then nobody else, and for nothing else."""
    policy.restore(site, _wanted(site, _deployed(site)), _grants(site))


CHECK = Check(
    ID,
    "Sweep schedule",
    "Events get lost, and a sweep finds what they should have brought. If its rule is switched off, leads elsewhere or"
    " may not start the sweeper, nothing fails and nothing is said: the sweeps just do not happen. Whoever else may start"
    " it has others pay for sweeps. A stack without a schedule, which is the default, has nothing to look at.",
    look,
)
