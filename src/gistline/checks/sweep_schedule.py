"""Does EventBridge start the sweeper when the stack says so, where the stack has one?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. What the sweeper itself may do is `execution_role`'s
question.
"""

from collections.abc import Iterator
from typing import Any

from gistline.checks import deployed as stack
from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.invoke_permission import INVOKE, Grant, grants_of
from gistline.stack.site import Site
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
    healthy = f"EventBridge starts {site.outputs.sweeper_name} by {rule['ScheduleExpression']}, and nobody else does"
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
    source, grants = _rule_arn(site, rule), _grants(site)
    serving = [grant for grant in grants if grant.serves(source, site.account)]
    if not serving:
        words = f"no statement lets {EVENTS} invoke it for {source}: each sweep is dropped"
        yield Trouble(Verdict.FAIL, words, _permission_remedy(site, source))
    for grant in serving:
        if grant.source_arns != (source,):
            words = f"the statement {grant.sid} lets {EVENTS} invoke it for {', '.join(grant.source_arns) or 'any rule'}"
            yield Trouble(Verdict.FAIL, words, _permission_remedy(site, source))


def _rule_arn(site: Site, rule: Json) -> str:
    _, partition, _, region, account, *_ = site.outputs.summarizer_arn.split(":")
    return f"arn:{partition}:events:{region}:{account}:rule/{rule['Name']}"


def _grants(site: Site) -> tuple[Grant, ...]:
    return grants_of(site, site.outputs.sweeper_name, EVENTS)


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


def _permission_remedy(site: Site, source: str) -> Remedy:
    name = ["--function-name", site.outputs.sweeper_name]
    right, wrong = _right_and_wrong(site, source)
    commands = [command(site, "lambda", "remove-permission", *name, "--statement-id", sid) for sid in wrong]
    if not right:
        add = ["lambda", "add-permission", *name, "--statement-id", _new_sid(site, wrong), "--action", INVOKE]
        commands.insert(0, command(site, *add, "--principal", EVENTS, "--source-arn", source))
    return Remedy("let EventBridge start it for this rule alone", "\n".join(commands), restore_permission)


def _right_and_wrong(site: Site, source: str) -> tuple[list[str], list[str]]:
    """Give the ids of the statements that are for our rule alone, and of the others."""
    grants = _grants(site)
    right = [grant.sid for grant in grants if grant.source_arns == (source,)]
    return right, [grant.sid for grant in grants if grant.sid not in right]


def _new_sid(site: Site, taken: list[str]) -> str:
    """Take the id that CloudFormation knows, so that the stack owns the statement again."""
    resource = stack.deployed(site).resources.get(stack.SWEEP_PERMISSION)
    sid = resource.physical_id if resource else f"{site.stack}-sweep"
    return f"{sid}-restored" if sid in taken else sid


def restore_permission(site: Site) -> None:
    """Let EventBridge invoke the sweeper for our rule, and then for nothing else."""
    source = _rule_arn(site, _deployed(site))
    right, wrong = _right_and_wrong(site, source)
    lambda_, name = site.target.client("lambda"), site.outputs.sweeper_name
    with explained(f"restoring the invoke permission of {name}"):
        if not right:
            lambda_.add_permission(
                FunctionName=name,
                StatementId=_new_sid(site, wrong),
                Action=INVOKE,
                Principal=EVENTS,
                SourceArn=source,
            )
        for sid in wrong:
            lambda_.remove_permission(FunctionName=name, StatementId=sid)


CHECK = Check(
    ID,
    "Sweep schedule",
    "Events get lost, and a sweep finds what they should have brought. If its rule is switched off, leads elsewhere or"
    " may not start the sweeper, nothing fails and nothing is said: the sweeps just do not happen. A stack without a"
    " schedule, which is the default, has nothing to look at.",
    look,
)
