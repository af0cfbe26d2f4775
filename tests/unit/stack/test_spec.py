from dataclasses import fields

import pytest

from gistline.errors import SettingsError
from gistline.stack.spec import Code, StackSpec
from gistline.stack.template import template_body
from gistline.stack.upload import code_bucket_name
from infrastructure.cfn import KEY, Template

CODE = Code("code", "zip", "arm64")
FULL = StackSpec(
    "gist",
    "csvs",
    runtime="python3.14",
    memory=512,
    timeout=60,
    log_retention_days=7,
    kms_key_arn=KEY,
    reserved_concurrency=5,
    on_source_delete="delete",
    break_glass_arn="arn:me",
    sweep_schedule="rate(1 day)",
    existing_bucket=True,
)


def given(spec: StackSpec) -> dict[str, str]:
    return {p["ParameterKey"]: p["ParameterValue"] for p in spec.parameters(CODE)}


def test_what_is_not_set_is_left_to_the_template() -> None:
    assert given(StackSpec("gist", "csvs")) == {
        "BucketName": "csvs",
        "CodeBucket": "code",
        "CodeKey": "zip",
        "Architecture": "arm64",
    }


def test_what_is_set_becomes_a_parameter() -> None:
    assert given(FULL) == {
        **given(StackSpec("gist", "csvs")),
        "CreateBucket": "false",
        "Runtime": "python3.14",
        "SummarizerMemory": "512",
        "SummarizerTimeout": "60",
        "LogRetentionDays": "7",
        "KmsKeyArn": KEY,
        "ReservedConcurrency": "5",
        "OnSourceDelete": "delete",
        "BreakGlassArn": "arn:me",
        "SweepSchedule": "rate(1 day)",
    }


def test_a_reservation_of_zero_is_a_reservation() -> None:
    assert given(StackSpec("gist", "csvs", reserved_concurrency=0))["ReservedConcurrency"] == "0"


def test_an_empty_schedule_is_said_so_that_an_old_one_ends() -> None:
    assert given(StackSpec("gist", "csvs", sweep_schedule=""))["SweepSchedule"] == ""


@pytest.mark.parametrize(
    "schedule",
    ["daily", "rate(1 days)", "rate(2 day)", "rate(1 day) ", "0 3 * * *", "cron(60 3 * * ? *)", " "],
)
def test_a_schedule_that_eventbridge_would_refuse_is_refused_at_once(schedule: str) -> None:
    with pytest.raises(SettingsError, match="is no schedule that EventBridge knows") as refused:
        StackSpec("gist", "csvs", sweep_schedule=schedule)
    assert schedule in refused.value.message
    assert "rate(1 day)" in refused.value.remedy


@pytest.mark.parametrize("schedule", ["rate(1 minute)", "rate(12 hours)", "cron(0 3 ? * MON-FRI *)"])
def test_a_schedule_as_eventbridge_writes_it_is_taken(schedule: str) -> None:
    assert given(StackSpec("gist", "csvs", sweep_schedule=schedule))["SweepSchedule"] == schedule


def test_no_key_is_said_so_that_an_old_one_ends() -> None:
    assert given(StackSpec("gist", "csvs", kms_key_arn=""))["KmsKeyArn"] == ""


@pytest.mark.parametrize(
    "key",
    ["alias/mine", KEY.rpartition("/")[2], KEY.replace("key/", "alias/"), KEY.replace(":kms:", ":s3:"), " "],
)
def test_what_is_not_the_arn_of_a_key_is_refused_at_once(key: str) -> None:
    with pytest.raises(SettingsError, match="is not the ARN of a KMS key") as refused:
        StackSpec("gist", "csvs", kms_key_arn=key)
    assert key in refused.value.message
    assert "describe-key" in refused.value.remedy


def test_a_full_spec_sets_every_parameter_of_the_template() -> None:
    assert None not in [getattr(FULL, field.name) for field in fields(StackSpec)]
    assert set(given(FULL)) == set(Template.parse(template_body()).body["Parameters"])


@pytest.mark.parametrize("name", ["", "Gist", "9gist", "my_gist", "g" * 31, "gist.eu"])
def test_a_name_that_no_bucket_can_bear_is_refused(name: str) -> None:
    with pytest.raises(SettingsError, match="cannot name a stack"):
        StackSpec(name, "csvs")


@pytest.mark.parametrize("bucket", ["", "ab", "My-csvs", "my.csvs", "-csvs", "c" * 64])
def test_a_bucket_that_the_template_would_refuse_is_refused_at_once(bucket: str) -> None:
    with pytest.raises(SettingsError, match="cannot name a bucket"):
        StackSpec("gist", bucket)


def test_the_longest_name_leaves_room_for_account_and_region() -> None:
    longest = StackSpec("g" * 30, "csvs")
    assert len(code_bucket_name(longest.name, "111122223333", "ap-southeast-1")) <= 63
