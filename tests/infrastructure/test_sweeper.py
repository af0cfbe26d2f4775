"""The sweeper: off by default, and once it is on, a rule, a permission for it, a function and a role of its own."""

import pytest

from gistline.stack.spec import FUNCTIONS, SWEEPER
from infrastructure.cfn import SWEPT, Template, applies
from infrastructure.iam import BUCKET, CSV, SUMMARY
from infrastructure.test_roles import allowed
from infrastructure.test_shape import LOGICAL_IDS

ITS_OWN = {"SweepRule", "SweepPermission", "Sweeper", "SweeperRole", "SweeperLogGroup"}
# Lambda Developer Guide, "Lambda quotas": the longest that a function may run, in seconds.
LONGEST = 900


def test_by_default_nothing_of_it_is_there(template: Template) -> None:
    assert set(template.resources()) == set(LOGICAL_IDS) - ITS_OWN
    assert not [name for name in template.outputs() if name.startswith("Sweep")]


def test_with_a_schedule_all_of_it_is_there_and_nothing_else_is_different(template: Template) -> None:
    with_it = template.resources(**SWEPT)
    assert {name for name in with_it if name in ITS_OWN} == ITS_OWN
    assert {name: r for name, r in with_it.items() if name not in ITS_OWN} == template.resources()


def test_the_rule_invokes_the_sweeper_at_the_times_of_the_parameter(template: Template) -> None:
    rule = template.properties("SweepRule", SweepSchedule="cron(0 3 * * ? *)")
    assert rule["ScheduleExpression"] == "cron(0 3 * * ? *)"
    assert rule["State"] == "ENABLED"
    assert rule["Targets"] == [{"Id": "sweeper", "Arn": "${Sweeper.Arn}"}]
    assert "RoleArn" not in rule  # who may invoke is said by layer 1 alone


def test_eventbridge_may_invoke_the_sweeper_for_this_rule_and_nothing_else(template: Template) -> None:
    permissions = template.of_type("AWS::Lambda::Permission", **SWEPT)
    for_s3 = template.of_type("AWS::Lambda::Permission")
    assert {name: p for name, p in permissions.items() if name not in for_s3} == {
        "SweepPermission": {
            "FunctionName": "${Sweeper}",
            "Action": "lambda:InvokeFunction",
            "Principal": "events.amazonaws.com",
            "SourceArn": "${SweepRule.Arn}",
        }
    }


def test_it_is_small_and_runs_as_long_as_lambda_lets_it(template: Template) -> None:
    properties = template.properties("Sweeper", **SWEPT)
    assert (properties["MemorySize"], properties["Timeout"]) == (512, LONGEST)


def test_it_hands_over_to_itself(template: Template) -> None:
    """Its role spells its ARN out, so the words must be those of its name."""
    name = template.properties("Sweeper", **SWEPT)["FunctionName"]
    arn = f"arn:aws:lambda:eu-central-1:111122223333:function:{name}"
    assert any(applies(s, "lambda:InvokeFunction", arn) for s in allowed(template, "SweeperRole"))


@pytest.mark.parametrize(
    "action", ["s3:PutObject", "s3:DeleteObject", "s3:PutObjectTagging", "s3:PutBucketPolicy"]
)
@pytest.mark.parametrize("resource", [BUCKET, SUMMARY, CSV])
def test_it_writes_nothing_in_s3(template: Template, action: str, resource: str) -> None:
    assert not any(
        applies(s, action, resource) for s in allowed(template, "SweeperRole", OnSourceDelete="delete")
    )


def test_it_is_named_as_the_others(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function", **SWEPT)
    assert {f["FunctionName"] for f in functions.values()} == {f"gist-{name}" for name in FUNCTIONS}
    assert template.properties("Sweeper", **SWEPT)["FunctionName"] == f"gist-{SWEEPER}"
