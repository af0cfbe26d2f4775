from typing import Any

import pytest

from gistline.errors import StackError
from gistline.stack.apply import deploy
from gistline.stack.outputs import parse_outputs
from gistline.stack.package import Package
from gistline.stack.progress import StackEvent
from gistline.stack.spec import StackSpec
from gistline.stack.template import template_body
from unit.stack.fake_aws import NO_CHANGES, OUTPUTS, FakeCloudFormation, FakeTarget, event, names

SPEC = StackSpec("gist", "csvs")


def run(cloudformation: FakeCloudFormation, package: Package, heard: list[StackEvent] | None = None) -> Any:
    """Deploy to a fake account, without waiting."""
    listen = (lambda _event: None) if heard is None else heard.append
    target = FakeTarget("eu-west-1", cloudformation=cloudformation)
    return deploy(target, SPEC, package, on_event=listen, sleep=lambda _seconds: None)


def existing(**about: Any) -> FakeCloudFormation:
    return FakeCloudFormation(exists=True, template=template_body(), **about)


def test_a_new_stack_is_created_from_the_template(package: Package) -> None:
    cloudformation = FakeCloudFormation(frames=[("CREATE_COMPLETE", [])])
    assert run(cloudformation, package) == parse_outputs(OUTPUTS)
    (name, request), executed = cloudformation.calls
    assert request.pop("ChangeSetName").startswith("gistline-")
    assert (name, request) == (
        "create_change_set",
        {
            "StackName": "gist",
            "ChangeSetType": "CREATE",
            "TemplateBody": template_body(),
            "Parameters": [
                {"ParameterKey": "BucketName", "ParameterValue": "csvs"},
                {"ParameterKey": "CodeBucket", "ParameterValue": "gist-code-111122223333-eu-west-1"},
                {"ParameterKey": "CodeKey", "ParameterValue": f"{package.sha256}.zip"},
                {"ParameterKey": "Architecture", "ParameterValue": "arm64"},
            ],
            "Capabilities": ["CAPABILITY_IAM"],
            "OnStackFailure": "DELETE",
        },
    )
    assert executed == ("execute_change_set", {"ChangeSetName": "change-set-1"})


def test_an_existing_stack_is_updated(package: Package) -> None:
    cloudformation = existing(frames=[("UPDATE_COMPLETE", [])])
    assert run(cloudformation, package) == parse_outputs(OUTPUTS)
    assert names(cloudformation.calls) == ["create_change_set", "execute_change_set"]
    assert cloudformation.calls[0][1]["ChangeSetType"] == "UPDATE"


def test_only_news_are_told_of_an_update(package: Package) -> None:
    cloudformation = existing(
        before=[event("gist", "CREATE_COMPLETE"), event("Bucket", "CREATE_FAILED", "long ago")],
        frames=[("UPDATE_COMPLETE", [event("Summarizer", "UPDATE_COMPLETE")])],
    )
    heard: list[StackEvent] = []
    run(cloudformation, package, heard)
    assert [e.resource for e in heard] == ["Summarizer"]


def test_nothing_to_change_is_a_success(package: Package) -> None:
    cloudformation = existing(change_set=[("FAILED", NO_CHANGES)])
    heard: list[StackEvent] = []
    assert run(cloudformation, package, heard) == parse_outputs(OUTPUTS)
    assert heard == []
    assert names(cloudformation.calls) == ["create_change_set", "delete_change_set"]


def test_a_stack_that_cannot_be_updated_now_is_an_error(package: Package) -> None:
    with pytest.raises(StackError, match="UPDATE_IN_PROGRESS") as caught:
        run(existing(status="UPDATE_IN_PROGRESS"), package)
    assert "wait until that is done" in caught.value.remedy


def test_a_failure_names_the_resource_and_its_reason(package: Package) -> None:
    failed = event("Bucket", "CREATE_FAILED", "csvs already exists")
    with pytest.raises(StackError, match="Bucket: csvs already exists") as caught:
        run(FakeCloudFormation(frames=[("DELETE_COMPLETE", [failed])]), package)
    assert "--existing-bucket" in caught.value.remedy
