from typing import Any

import pytest

from gistline.errors import SettingsError, StackError
from gistline.stack.plan import Change, Plan, discard, propose
from gistline.stack.spec import Code, StackSpec
from gistline.stack.template import template_body
from unit.stack.fake_aws import (
    NO_CHANGES,
    PARAMETERS,
    STACK_ID,
    FakeCloudFormation,
    FakeTarget,
    names,
    resource_change,
)

CODE = Code("code", "new-zip", "arm64")
SPEC = StackSpec("gist", "csvs")


def planned(cloudformation: FakeCloudFormation, spec: StackSpec = SPEC) -> Plan:
    target = FakeTarget("eu-west-1", cloudformation=cloudformation)
    return propose(target, spec, CODE, lambda _seconds: None)


def existing(**about: Any) -> FakeCloudFormation:
    return FakeCloudFormation(**{"exists": True, "template": template_body(), **about})


def test_a_new_stack_shows_each_resource_and_each_permission() -> None:
    plan = planned(FakeCloudFormation(changes=[resource_change("Add", "Bucket", "AWS::S3::Bucket")]))
    assert plan.changes == (Change("Add", "Bucket", "AWS::S3::Bucket"),)
    assert (plan.creates, plan.placeholder, plan.stack_id) == (True, True, STACK_ID)
    given = {(c.sign, c.permission.holder, c.permission.name) for c in plan.permissions}
    assert ("+", "SummarizerRole", "WriteSummaries") in given
    assert ("+", "InvokePermission", "who may invoke it") in given
    assert ("+", "BucketPolicy", "OnlyOverTls") in given


def test_a_modified_resource_shows_properties_and_replacement() -> None:
    details = [
        {"Target": {"Attribute": "Properties", "Name": "Timeout"}},
        {"Target": {"Attribute": "Properties", "Name": "MemorySize"}},
        {"Target": {"Attribute": "Tags"}},
    ]
    change = resource_change(
        "Modify", "Summarizer", "AWS::Lambda::Function", Replacement="Conditional", Details=details
    )
    (shown,) = planned(existing(changes=[change])).changes
    assert (shown.replacement, shown.properties) == ("Conditional", ("MemorySize", "Tags", "Timeout"))


def test_an_unchanged_permission_is_not_shown() -> None:
    assert planned(existing()).permissions == ()


def test_a_permission_that_the_template_no_longer_gives_is_shown_as_taken() -> None:
    wider = template_body().replace("Action: s3:GetObject", 'Action: "s3:*"', 1)
    changes = planned(existing(template=wider)).permissions
    assert [(c.sign, c.permission.name) for c in changes] == [("-", "ReadCsvs"), ("+", "ReadCsvs")]
    assert "s3:*" in changes[0].permission.words


def test_a_resource_whose_condition_is_not_met_is_not_shown() -> None:
    cloudformation = FakeCloudFormation(
        changes=[
            resource_change("Add", "Bucket", "AWS::S3::Bucket"),
            resource_change("Add", "Summarizer", "AWS::Lambda::Function"),
        ]
    )
    plan = planned(cloudformation, StackSpec("gist", "csvs", existing_bucket=True))
    assert [change.resource for change in plan.changes] == ["Summarizer"]
    assert "BucketPolicy" not in {c.permission.holder for c in plan.permissions}


SWEEPERS = {
    "SweepRule": "AWS::Events::Rule",
    "SweepPermission": "AWS::Lambda::Permission",
    "Sweeper": "AWS::Lambda::Function",
    "SweeperLogGroup": "AWS::Logs::LogGroup",
    "SweeperRole": "AWS::IAM::Role",
}


@pytest.mark.parametrize(
    ("before", "after", "action"), [("", "rate(1 day)", "Add"), ("rate(1 day)", "", "Remove")]
)
def test_a_condition_that_changes_adds_or_removes_whatever_a_change_set_without_conditions_says(
    before: str, after: str, action: str
) -> None:
    change = resource_change("Modify", "SweepRule", "AWS::Events::Rule", Replacement="Conditional")
    cloudformation = existing(changes=[change], parameters={**PARAMETERS, "SweepSchedule": before})
    plan = planned(cloudformation, StackSpec("gist", "csvs", sweep_schedule=after))
    assert set(plan.changes) == {Change(action, name, kind) for name, kind in SWEEPERS.items()}


def test_what_is_not_said_stays_as_the_stack_has_it() -> None:
    cloudformation = existing(parameters={**PARAMETERS, "SummarizerMemory": "512", "Gone": "x"})
    planned(cloudformation, StackSpec("gist", "csvs", timeout=60))
    parameters = cloudformation.calls[0][1]["Parameters"]
    assert {"ParameterKey": "SummarizerMemory", "UsePreviousValue": True} in parameters
    assert {"ParameterKey": "SummarizerTimeout", "ParameterValue": "60"} in parameters
    assert {"ParameterKey": "CodeKey", "ParameterValue": "new-zip"} in parameters
    assert "Gone" not in [parameter["ParameterKey"] for parameter in parameters]


def test_a_slow_change_set_is_waited_for() -> None:
    cloudformation = existing(
        change_set=[("CREATE_PENDING", ""), ("CREATE_IN_PROGRESS", ""), ("CREATE_COMPLETE", "")]
    )
    assert planned(cloudformation).change_set == "change-set-1"


@pytest.mark.parametrize("reason", [NO_CHANGES, "No updates are to be performed."])
def test_a_change_set_without_changes_is_discarded(reason: str) -> None:
    cloudformation = existing(change_set=[("FAILED", reason)])
    assert planned(cloudformation) == Plan("gist", STACK_ID)
    assert names(cloudformation.calls) == ["create_change_set", "delete_change_set"]


def test_a_change_set_that_fails_is_discarded_and_says_why() -> None:
    cloudformation = FakeCloudFormation(
        change_set=[("FAILED", "validation failed")],
        refusals=[
            {
                "EventId": "1",
                "OperationId": "o",
                "EventType": "VALIDATION_ERROR",
                "ValidationFailureMode": "FAIL",
                "LogicalResourceId": "SummarizerLogGroup",
                "ValidationStatusReason": "Resource already exists",
            }
        ],
    )
    with pytest.raises(StackError, match="SummarizerLogGroup: Resource already exists") as caught:
        planned(cloudformation)
    assert "gistline destroy" in caught.value.remedy
    assert names(cloudformation.calls) == ["create_change_set", "delete_change_set", "delete_stack"]


def test_an_unknown_reason_says_that_nothing_has_changed() -> None:
    with pytest.raises(StackError, match="planning the stack gist: no idea") as caught:
        planned(existing(change_set=[("FAILED", "no idea")]))
    assert "nothing has changed" in caught.value.remedy


def test_discarding_the_plan_for_a_new_stack_takes_the_empty_stack_away() -> None:
    cloudformation = FakeCloudFormation()
    plan = planned(cloudformation)
    discard(FakeTarget("eu-west-1", cloudformation=cloudformation), plan)
    assert names(cloudformation.calls) == ["create_change_set", "delete_change_set", "delete_stack"]


def test_discarding_the_plan_for_an_existing_stack_never_deletes_it() -> None:
    cloudformation = existing()
    discard(FakeTarget("eu-west-1", cloudformation=cloudformation), planned(cloudformation))
    assert names(cloudformation.calls) == ["create_change_set", "delete_change_set"]


def test_a_plan_of_ours_that_was_left_lying_is_no_hindrance_and_not_ours_to_delete() -> None:
    cloudformation = existing(status="REVIEW_IN_PROGRESS", change_sets=["gistline-1"], parameters={})
    plan = planned(cloudformation)
    assert (plan.creates, plan.placeholder) == (True, False)


@pytest.mark.parametrize(
    "about",
    [{"parameters": {"BucketName": "csvs"}}, {"status": "REVIEW_IN_PROGRESS", "change_sets": ["theirs"]}],
    ids=["other parameters", "somebody else's change set"],
)
def test_a_stack_that_is_not_ours_is_refused_before_anything_is_asked_of_it(about: dict[str, Any]) -> None:
    cloudformation = existing(**about)
    with pytest.raises(StackError, match="was not made by gistline"):
        planned(cloudformation)
    assert cloudformation.calls == []


@pytest.mark.parametrize(
    "spec", [StackSpec("gist", "other"), StackSpec("gist", "csvs", existing_bucket=True)]
)
def test_a_stack_keeps_its_bucket(spec: StackSpec) -> None:
    cloudformation = existing()
    with pytest.raises(SettingsError, match="a stack keeps its bucket"):
        planned(cloudformation, spec)
    assert cloudformation.calls == []


@pytest.mark.parametrize(
    ("status", "remedy"),
    [
        ("UPDATE_IN_PROGRESS", "wait"),
        ("UPDATE_ROLLBACK_FAILED", "continue-update-rollback"),
        ("ROLLBACK_COMPLETE", "gistline destroy"),
        ("DELETE_FAILED", "gistline destroy"),
    ],
)
def test_a_stack_in_no_state_to_be_changed_is_refused_with_the_way_out(status: str, remedy: str) -> None:
    with pytest.raises(StackError, match=status) as caught:
        planned(existing(status=status))
    assert remedy in caught.value.remedy
