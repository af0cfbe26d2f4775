from typing import Any

import pytest

from gistline.errors import StackError
from gistline.stack.apply import deploy
from gistline.stack.outputs import parse_outputs
from gistline.stack.package import Package
from gistline.stack.progress import StackEvent
from gistline.stack.spec import StackSpec
from gistline.stack.template import template_body
from unit.stack.fake_aws import OUTPUTS, FakeCloudFormation, FakeTarget, event, names, refusal

SPEC = StackSpec("gist", "csvs")
NOTHING_NEW = refusal("ValidationError", "No updates are to be performed.")


def run(cloudformation: FakeCloudFormation, package: Package, heard: list[StackEvent] | None = None) -> Any:
    """Deploy to a fake account, without waiting."""
    listen = (lambda _event: None) if heard is None else heard.append
    target = FakeTarget("eu-west-1", cloudformation=cloudformation)
    return deploy(target, SPEC, package, on_event=listen, sleep=lambda _seconds: None)


def test_a_new_stack_is_created_from_the_template(package: Package) -> None:
    cloudformation = FakeCloudFormation(frames=[("CREATE_COMPLETE", [])])
    assert run(cloudformation, package) == parse_outputs(OUTPUTS)
    (call,) = cloudformation.calls
    assert call == (
        "create_stack",
        {
            "StackName": "gist",
            "TemplateBody": template_body(),
            "Parameters": [
                {"ParameterKey": "BucketName", "ParameterValue": "csvs"},
                {"ParameterKey": "CodeBucket", "ParameterValue": "gist-code-111122223333-eu-west-1"},
                {"ParameterKey": "CodeKey", "ParameterValue": f"{package.sha256}.zip"},
                {"ParameterKey": "Architecture", "ParameterValue": "arm64"},
            ],
            "Capabilities": ["CAPABILITY_IAM"],
            "OnFailure": "DELETE",
        },
    )


def test_an_existing_stack_is_updated(package: Package) -> None:
    cloudformation = FakeCloudFormation(exists=True, frames=[("UPDATE_COMPLETE", [])])
    assert run(cloudformation, package) == parse_outputs(OUTPUTS)
    assert names(cloudformation.calls) == ["update_stack"]


def test_only_news_are_told_of_an_update(package: Package) -> None:
    cloudformation = FakeCloudFormation(
        exists=True,
        before=[event("gist", "CREATE_COMPLETE"), event("Bucket", "CREATE_FAILED", "long ago")],
        frames=[("UPDATE_COMPLETE", [event("Summarizer", "UPDATE_COMPLETE")])],
    )
    heard: list[StackEvent] = []
    run(cloudformation, package, heard)
    assert [e.resource for e in heard] == ["Summarizer"]


def test_nothing_to_change_is_a_success(package: Package) -> None:
    cloudformation = FakeCloudFormation(exists=True, update_refusal=NOTHING_NEW)
    heard: list[StackEvent] = []
    assert run(cloudformation, package, heard) == parse_outputs(OUTPUTS)
    assert heard == []


def test_a_stack_that_cannot_be_updated_now_is_an_error(package: Package) -> None:
    busy = refusal("ValidationError", "Stack gist is in UPDATE_IN_PROGRESS state and can not be updated.")
    with pytest.raises(StackError, match="UPDATE_IN_PROGRESS") as caught:
        run(FakeCloudFormation(exists=True, update_refusal=busy), package)
    assert "still changing" in caught.value.remedy


def test_a_failure_names_the_resource_and_its_reason(package: Package) -> None:
    failed = event("Bucket", "CREATE_FAILED", "csvs already exists")
    with pytest.raises(StackError, match="Bucket: csvs already exists"):
        run(FakeCloudFormation(frames=[("DELETE_COMPLETE", [failed])]), package)
