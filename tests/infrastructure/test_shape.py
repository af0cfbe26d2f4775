"""The template as a whole: what is in it, and that it holds together."""

import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

from gistline import stack
from gistline.config import CHOICES, Settings
from gistline.functions.hands import Hands
from gistline.stack.outputs import parse_outputs
from gistline.stack.schedule import FORM
from gistline.stack.spec import KMS_KEY_ARN
from infrastructure.cfn import PSEUDO, SWEPT, Template

LOGICAL_IDS = {
    "AsyncInvocation": "AWS::Lambda::EventInvokeConfig",
    "Bucket": "AWS::S3::Bucket",
    "BucketPolicy": "AWS::S3::BucketPolicy",
    "DeadLetterQueue": "AWS::SQS::Queue",
    "DeadLetterQueuePolicy": "AWS::SQS::QueuePolicy",
    "FailureQueue": "AWS::SQS::Queue",
    "FailureQueuePolicy": "AWS::SQS::QueuePolicy",
    "FailureRecording": "AWS::Lambda::EventSourceMapping",
    "InvokePermission": "AWS::Lambda::Permission",
    "Producer": "AWS::Lambda::Function",
    "ProducerLogGroup": "AWS::Logs::LogGroup",
    "ProducerRole": "AWS::IAM::Role",
    "Recorder": "AWS::Lambda::Function",
    "RecorderLogGroup": "AWS::Logs::LogGroup",
    "RecorderRole": "AWS::IAM::Role",
    "Summarizer": "AWS::Lambda::Function",
    "SummarizerLogGroup": "AWS::Logs::LogGroup",
    "SummarizerRole": "AWS::IAM::Role",
    "SweepPermission": "AWS::Lambda::Permission",
    "SweepRule": "AWS::Events::Rule",
    "Sweeper": "AWS::Lambda::Function",
    "SweeperLogGroup": "AWS::Logs::LogGroup",
    "SweeperRole": "AWS::IAM::Role",
}
BODY_LIMIT = 51_200  # bytes of a TemplateBody (AWS: CloudFormation quotas)


def test_it_has_these_resources_and_no_others(template: Template) -> None:
    assert {name: r["Type"] for name, r in template.body["Resources"].items()} == LOGICAL_IDS


def test_it_needs_no_transform(template: Template) -> None:
    assert "Transform" not in template.body
    assert "Fn::Transform" not in template.text


def test_it_fits_into_one_call(template: Template) -> None:
    assert len(template.text.encode()) <= BODY_LIMIT


def test_no_resource_waits_for_itself(template: Template) -> None:
    graph = {name: refs & set(LOGICAL_IDS) for name, refs in template.references().items()}
    try:
        order = list(TopologicalSorter(graph).static_order())
    except CycleError as circle:
        pytest.fail(f"circular dependency: {circle.args[1]}")
    assert order.index("InvokePermission") < order.index("Bucket")


def test_every_reference_leads_somewhere(template: Template) -> None:
    known = {*PSEUDO, *template.body["Parameters"], *template.body["Conditions"], *LOGICAL_IDS}
    for name, references in template.references().items():
        assert references <= known, name


def test_every_parameter_and_condition_is_used(template: Template) -> None:
    used = set().union(*template.references().values())
    conditions = str(template.body["Conditions"])
    assert set(template.body["Conditions"]) <= used
    for parameter in template.body["Parameters"]:
        assert parameter in used or parameter in conditions


@pytest.mark.parametrize(
    ("parameter", "default"),
    [
        ("Architecture", "arm64"),
        ("Runtime", "python3.13"),
        ("SummarizerMemory", 1769),
        ("LogRetentionDays", 14),
        ("OnSourceDelete", "tombstone"),
        ("BreakGlassArn", ""),
        ("KmsKeyArn", ""),
        ("ReservedConcurrency", -1),
        ("SweepSchedule", ""),
    ],
)
def test_default_of(template: Template, parameter: str, default: str | int) -> None:
    assert template.body["Parameters"][parameter]["Default"] == default


@pytest.mark.parametrize("parameter", ["BucketName", "CodeBucket", "CodeKey"])
def test_these_parameters_have_no_default(template: Template, parameter: str) -> None:
    assert "Default" not in template.body["Parameters"][parameter]


@pytest.mark.parametrize(
    ("parameter", "value", "accepted"),
    [
        ("BucketName", "my-csvs", True),
        ("BucketName", "my.csvs", False),
        ("BucketName", "My-csvs", False),
        ("BucketName", "x" * 64, False),
        ("KmsKeyArn", "", True),
        ("KmsKeyArn", "arn:aws:kms:eu-west-1:111122223333:key/1a-2b", True),
        ("KmsKeyArn", "arn:aws-cn:kms:cn-north-1:111122223333:key/1a-2b", True),
        ("KmsKeyArn", "alias/mine", False),
        ("BreakGlassArn", "", True),
        ("BreakGlassArn", "arn:aws:iam::111122223333:role/a/path/Emergency", True),
        ("BreakGlassArn", "arn:aws:iam::111122223333:user/me@example.com", True),
        ("BreakGlassArn", "arn:aws:iam::111122223333:root", False),
        ("BreakGlassArn", "arn:aws:iam::111122223333:role/*", False),
        ("BreakGlassArn", "*", False),
        ("SweepSchedule", "", True),
        ("SweepSchedule", "rate(1 day)", True),
        ("SweepSchedule", "rate(12 hours)", True),
        ("SweepSchedule", "rate(1 days)", False),
        ("SweepSchedule", "rate(2 hour)", False),
        ("SweepSchedule", "rate(0 hours)", False),
        ("SweepSchedule", "rate(1 week)", False),
        ("SweepSchedule", "cron(0 3 * * ? *)", True),
        ("SweepSchedule", "cron(0/15 8-18 ? * MON-FRI *)", True),
        ("SweepSchedule", "cron(0 3 L * ? *)", True),
        ("SweepSchedule", "cron(0 3 * * * *)", False),
        ("SweepSchedule", "cron(0 3 ? * ? *)", False),
        ("SweepSchedule", "cron(0 3 * * ?)", False),
        ("SweepSchedule", "0 3 * * *", False),
        ("SweepSchedule", "at(2026-01-01T00:00:00)", False),
        ("SweepSchedule", "daily", False),
    ],
)
def test_pattern_of(template: Template, parameter: str, value: str, *, accepted: bool) -> None:
    pattern = template.body["Parameters"][parameter]["AllowedPattern"]
    assert bool(re.fullmatch(pattern, value)) is accepted


def test_the_schedule_that_a_deployer_may_say_is_the_one_that_the_template_takes(template: Template) -> None:
    assert template.body["Parameters"]["SweepSchedule"]["AllowedPattern"] == f"^{FORM.pattern}?$"


def test_the_key_that_a_deployer_may_say_is_the_one_that_the_template_takes(template: Template) -> None:
    assert template.body["Parameters"]["KmsKeyArn"]["AllowedPattern"] == f"^{KMS_KEY_ARN.pattern}$"


def test_outputs_are_what_the_commands_read(template: Template) -> None:
    outputs = parse_outputs(template.outputs())
    assert outputs.bucket_name == "${Bucket}"
    assert outputs.summarizer_arn == "${Summarizer.Arn}"
    assert outputs.failure_queue_url == "${FailureQueue}"
    assert outputs.dead_letter_queue_url == "${DeadLetterQueue}"


def test_outputs_tell_of_a_sweeper_where_there_is_one(template: Template) -> None:
    outputs = parse_outputs(template.outputs(**SWEPT))
    assert outputs.sweeper_name == "${Sweeper}"
    assert outputs.sweeper_log_group_name == "${SweeperLogGroup}"
    assert outputs.sweep_schedule == SWEPT["SweepSchedule"]
    assert parse_outputs(template.outputs()).sweeper_name == ""


def test_outputs_name_the_prefixes_of_the_settings(template: Template) -> None:
    outputs, settings = parse_outputs(template.outputs()), Settings()
    assert (outputs.input_prefix, outputs.suffix, outputs.output_prefix) == (
        settings.input_prefix,
        settings.suffix,
        settings.output_prefix,
    )


def test_what_becomes_of_summaries_is_what_the_settings_know(template: Template) -> None:
    parameter = template.body["Parameters"]["OnSourceDelete"]
    assert tuple(parameter["AllowedValues"]) == CHOICES["on_source_delete"]
    assert parameter["Default"] == Hands.from_environ({}).reconciler.on_delete


def test_what_checkov_shall_not_say_is_explained(template: Template) -> None:
    skipped = [
        line.split("checkov:skip=")[1] for line in template.text.splitlines() if "checkov:skip=" in line
    ]
    assert skipped
    for line in skipped:
        check, _, reason = line.partition(":")
        assert re.fullmatch(r"CKV2?_AWS_\d+", check)
        assert len(reason.split()) > 5, line


def test_cfn_lint_finds_nothing() -> None:
    file = Path(stack.__file__).with_name("template.yaml")
    lint = Path(sys.executable).with_name("cfn-lint")
    done = subprocess.run([lint, file], capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout) == (0, "")
