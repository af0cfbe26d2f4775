"""What a deployment would change, as data; then it is printed, or carried out.

Comes in: a target, a `StackSpec` and where the code lies. Goes out: a frozen `Plan`, made by a CloudFormation change
set that waits to be executed or discarded. Called by `apply` and by the command `deploy`.
"""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from gistline.errors import SettingsError, StackError
from gistline.stack.permissions import PermissionChange, difference, permissions
from gistline.stack.present import CHANGE_SET_PREFIX, Present, look_for_ours, template_of
from gistline.stack.progress import Diary, StackEvent, follow, pauses
from gistline.stack.reading import Template
from gistline.stack.remedies import remedy_for
from gistline.stack.spec import Code, StackSpec
from gistline.stack.target import Target, explained
from gistline.stack.template import template_body

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.literals import CapabilityType
    from mypy_boto3_cloudformation.type_defs import ParameterTypeDef

# The template makes roles; it does not name them, so that CAPABILITY_NAMED_IAM is not needed.
CAPABILITIES: "list[CapabilityType]" = ["CAPABILITY_IAM"]
CAN_BE_CHANGED = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"}
# What CloudFormation says of a change set without changes: the two ways it has been said.
NO_CHANGES = ("didn't contain changes", "No updates are to be performed")


@dataclass(frozen=True, slots=True)
class Change:
    """One resource: Add, Modify or Remove; whether it is replaced (True, False, Conditional); by which properties."""

    action: str
    resource: str
    type: str
    replacement: str = "False"
    properties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A change set that waits. `change_set` is its id, empty when there is nothing to change.

    `creates` the stack rather than updating one; `placeholder`: the stack is there only because of this plan.
    """

    stack: str
    stack_id: str
    change_set: str = ""
    creates: bool = False
    placeholder: bool = False
    changes: tuple[Change, ...] = ()
    permissions: tuple[PermissionChange, ...] = ()


def propose(target: Target, spec: StackSpec, code: Code, sleep: Callable[[float], None]) -> Plan:
    """Have CloudFormation work out what would change. What `spec` leaves open stays as the stack has it.

    Raises:
        SettingsError: the stack works on another bucket.
        StackError: the stack is not ours or in no state to be changed, or the target refused.
    """
    with explained(f"planning the stack {spec.name}"):
        cloudformation = target.client("cloudformation")
        present = look_for_ours(cloudformation, spec.name)
        refuse_other_bucket(spec, present)
        if present:
            _refuse_what_cannot_be_changed(spec.name, present)
        creates = present is None or present.is_review
        made = cloudformation.create_change_set(
            StackName=spec.name,
            ChangeSetName=f"{CHANGE_SET_PREFIX}{uuid.uuid4().hex}",
            ChangeSetType="CREATE" if creates else "UPDATE",
            TemplateBody=template_body(),
            Parameters=_parameters(spec, code, present),
            Capabilities=CAPABILITIES,
            # A stack whose creation fails is deleted again, so that the next attempt starts afresh.
            OnStackFailure="DELETE" if creates else "ROLLBACK",
        )
        plan = Plan(spec.name, made["StackId"], made["Id"], creates, placeholder=present is None)
        return _described(cloudformation, plan, present, _values(target, spec, code, present), sleep)


def refuse_other_bucket(spec: StackSpec, present: Present | None) -> None:
    """Refuse to move a stack to another bucket: CloudFormation would delete the old one, or leave it behind.

    Raises:
        SettingsError: the stack works on another bucket, or made the one that is called existing.
    """
    if present is None or not present.bucket:
        return
    if (spec.bucket, spec.existing_bucket) != (present.bucket, present.existing_bucket):
        raise SettingsError(
            f"the stack {spec.name} works on the bucket {present.bucket}, and a stack keeps its bucket",
            f"name no bucket, deploy another --stack, or first: gistline destroy --stack {spec.name}",
        )


def carry_out(
    target: Target, plan: Plan, on_event: Callable[[StackEvent], None], sleep: Callable[[float], None]
) -> None:
    """Execute the plan and wait until the stack is as it says; a plan without changes is done already.

    Raises:
        StackError: the target refused, or the stack ended badly.
    """
    if not plan.change_set:
        return
    with explained(f"deploying the stack {plan.stack}"):
        cloudformation = target.client("cloudformation")
        # By its id the stack's events are found even after it is deleted.
        diary = Diary(cloudformation, plan.stack_id, set())
        diary.news()  # what happened before is read and not told again
        cloudformation.execute_change_set(ChangeSetName=plan.change_set)
        follow(diary, on_event, sleep)


def discard(target: Target, plan: Plan) -> None:
    """Leave nothing of a plan that was not carried out.

    Raises:
        StackError: the target refused.
    """
    with explained(f"discarding the plan for the stack {plan.stack}"):
        _discard(target.client("cloudformation"), plan)


def _discard(cloudformation: "CloudFormationClient", plan: Plan) -> None:
    if plan.change_set:
        cloudformation.delete_change_set(ChangeSetName=plan.change_set)
    if plan.placeholder:
        cloudformation.delete_stack(StackName=plan.stack_id)


def _refuse_what_cannot_be_changed(name: str, present: Present) -> None:
    if present.is_review or present.status in CAN_BE_CHANGED:
        return
    if present.status.endswith("_IN_PROGRESS"):
        remedy = "wait until that is done: somebody, or an earlier command, is changing it"
    elif present.status == "UPDATE_ROLLBACK_FAILED":
        remedy = f"mend what it complains of, then: aws cloudformation continue-update-rollback --stack-name {name}"
    else:
        remedy = f"its creation, or its deletion, failed halfway; take away the rest: gistline destroy --stack {name}"
    raise StackError(f"the stack {name} is in the state {present.status} and cannot be changed", remedy)


def _parameters(spec: StackSpec, code: Code, present: Present | None) -> "list[ParameterTypeDef]":
    """Give the parameters that are said, and keep the others that the stack was given once."""
    said = spec.parameters(code)
    names = {parameter["ParameterKey"] for parameter in said}
    before = set(present.parameters) if present else set()
    kept = sorted((before & Template.parse(template_body()).parameters) - names)
    previous: list[ParameterTypeDef] = [{"ParameterKey": name, "UsePreviousValue": True} for name in kept]
    return said + previous


def _values(target: Target, spec: StackSpec, code: Code, present: Present | None) -> dict[str, str]:
    """Give every parameter and pseudo parameter with its value, as far as it is known."""
    said = {p["ParameterKey"]: p["ParameterValue"] for p in spec.parameters(code)}
    kept = present.parameters if present else {}
    return {**kept, **said, "AWS::Region": target.region, "AWS::StackName": spec.name}


def _described(
    cloudformation: "CloudFormationClient",
    plan: Plan,
    present: Present | None,
    values: dict[str, str],
    sleep: Callable[[float], None],
) -> Plan:
    """Wait for the change set and read it; one that is of no use is discarded."""
    try:
        status, reason = _wait(cloudformation, plan.change_set, sleep)
        if status != "FAILED":
            return _read(cloudformation, plan, present, values)
        nothing_new = any(words in reason for words in NO_CHANGES)
        refusal = None if nothing_new else _refused(cloudformation, plan, reason)
    except BaseException:
        _discard(cloudformation, plan)
        raise
    _discard(cloudformation, plan)
    if refusal:
        raise refusal
    return Plan(plan.stack, plan.stack_id)


def _wait(
    cloudformation: "CloudFormationClient", change_set: str, sleep: Callable[[float], None]
) -> tuple[str, str]:
    """Wait until the change set is worked out; give its status and the reason for it."""
    for pause in pauses():
        answer = cloudformation.describe_change_set(ChangeSetName=change_set)
        if not answer["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
            return answer["Status"], answer.get("StatusReason", "")
        sleep(pause)
    raise StackError("CloudFormation did not work out the change set", "run the same command again later")


def _refused(cloudformation: "CloudFormationClient", plan: Plan, reason: str) -> StackError:
    """Say why a change set failed: by the resource that its validation names, if it names one."""
    found = Diary(cloudformation, plan.stack_id, set()).refusals()
    cause = f"{found[0].resource}: {found[0].reason}" if found else reason
    remedy = remedy_for(cause, "nothing has changed: mend the cause and run the same command again")
    return StackError(f"planning the stack {plan.stack}: {cause}", remedy)


def _read(
    cloudformation: "CloudFormationClient", plan: Plan, present: Present | None, values: dict[str, str]
) -> Plan:
    account, partition = plan.stack_id.split(":")[4], plan.stack_id.split(":")[1]
    known = {"AWS::AccountId": account, "AWS::Partition": partition}
    after = Template.parse(template_body()).resources({**values, **known})
    before: dict[str, Any] = {}
    if present and not plan.creates:
        old = Template.parse(template_of(cloudformation, present))
        before = old.resources({**values, **present.parameters, **known})
    # The local cloud works a change set out without the template's conditions: it also lists resources whose condition
    # is not met, and of those whose condition has changed it says that they are modified, or nothing. AWS does not.
    real = {*before, *after}
    listed = {c.resource: c for c in _changes(cloudformation, plan.change_set) if c.resource in real}
    changes = {**listed, **(_comings_and_goings(before, after) if before else {})}
    given_and_taken = difference(permissions(before), permissions(after))
    return replace(plan, changes=tuple(changes.values()), permissions=given_and_taken)


def _comings_and_goings(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Change]:
    come = {name: Change("Add", name, after[name]["Type"]) for name in after if name not in before}
    go = {name: Change("Remove", name, before[name]["Type"]) for name in before if name not in after}
    return {**come, **go}


def _changes(cloudformation: "CloudFormationClient", change_set: str) -> Iterator[Change]:
    pages = cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=change_set)
    for page in pages:
        for change in page["Changes"]:
            resource = change["ResourceChange"]
            targets = (detail.get("Target", {}) for detail in resource.get("Details", []))
            properties = {target.get("Name") or target.get("Attribute", "") for target in targets}
            yield Change(
                resource["Action"],
                resource["LogicalResourceId"],
                resource["ResourceType"],
                str(resource.get("Replacement", "False")),
                tuple(sorted(properties)),
            )
