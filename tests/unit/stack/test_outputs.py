import pytest

from gistline.errors import StackError
from gistline.stack.outputs import parse_outputs, read_outputs
from gistline.stack.target import Credentials
from unit.stack.fake_aws import OUTPUTS, FakeCloudFormation, FakeTarget


def test_outputs_have_the_templates_names_in_snake_case() -> None:
    outputs = parse_outputs(OUTPUTS)
    assert outputs.bucket_name == OUTPUTS["BucketName"]
    assert outputs.summarizer_log_group_name == OUTPUTS["SummarizerLogGroupName"]
    assert outputs.failure_queue_url == OUTPUTS["FailureQueueUrl"]


def test_outputs_of_a_newer_version_are_ignored() -> None:
    assert parse_outputs({**OUTPUTS, "Dashboard": "x"}) == parse_outputs(OUTPUTS)


SWEEPERS = {
    "SweeperName": "gist-sweeper",
    "SweeperLogGroupName": "/aws/lambda/gist-sweeper",
    "SweepSchedule": "rate(1 day)",
}


def test_a_stack_without_a_sweeper_has_three_functions() -> None:
    outputs = parse_outputs(OUTPUTS)
    assert (outputs.sweeper_name, outputs.sweeper_log_group_name, outputs.sweep_schedule) == ("", "", "")
    assert outputs.function_names == ("gist-summarizer", "gist-recorder", "gist-producer")
    assert len(outputs.log_group_names) == len(outputs.function_names)


def test_a_stack_with_a_sweeper_has_four() -> None:
    outputs = parse_outputs({**OUTPUTS, **SWEEPERS})
    assert outputs.sweep_schedule == "rate(1 day)"
    assert outputs.function_names[3:] == ("gist-sweeper",)
    assert outputs.log_group_names[3:] == ("/aws/lambda/gist-sweeper",)


@pytest.mark.parametrize("missing", OUTPUTS)
def test_a_stack_without_one_of_them_is_not_ours(missing: str) -> None:
    with pytest.raises(StackError, match="has no output"):
        parse_outputs({name: value for name, value in OUTPUTS.items() if name != missing})


def test_outputs_of_an_existing_stack_are_read() -> None:
    target = FakeTarget("eu-west-1", cloudformation=FakeCloudFormation(exists=True))
    assert read_outputs(target, "gist") == parse_outputs(OUTPUTS)


def test_a_stack_that_does_not_exist_is_said_to_be_missing() -> None:
    with pytest.raises(StackError, match="there is no stack gist in eu-west-1 on AWS") as caught:
        read_outputs(FakeTarget("eu-west-1"), "gist")
    assert caught.value.code == "no-stack"
    assert "gistline deploy" in caught.value.remedy
    assert caught.value.remedy.endswith("--stack, --region or --profile")


def test_on_the_local_cloud_a_missing_stack_is_not_looked_for_in_a_region() -> None:
    local = FakeTarget("eu-west-1", "http://127.0.0.1:1", Credentials("key", "secret"))
    with pytest.raises(StackError, match="no stack gist on the local cloud") as caught:
        read_outputs(local, "gist")
    assert "--region" not in caught.value.remedy
