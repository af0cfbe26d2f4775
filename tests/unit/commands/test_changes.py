import json

from gistline.commands.changes import NOTHING, as_json, lines
from gistline.stack.permissions import Permission, PermissionChange
from gistline.stack.plan import Change, Plan

STATEMENT = '{"Action": "s3:GetObject", "Effect": "Allow", "Resource": "arn:x"}'
PLAN = Plan(
    "gist",
    "arn:stack",
    "arn:change-set",
    changes=(
        Change("Add", "Queue", "AWS::SQS::Queue"),
        Change("Modify", "Bucket", "AWS::S3::Bucket", "True", ("BucketName",)),
        Change("Modify", "Role", "AWS::IAM::Role", "Conditional", ("Policies",)),
    ),
    permissions=(PermissionChange("+", Permission("Role", "Read", STATEMENT)),),
)


def test_a_plan_reads_as_resources_and_then_permissions() -> None:
    assert list(lines(PLAN)) == [
        "Resources of the stack gist that will change:",
        "  Add    Queue (AWS::SQS::Queue)",
        "  Modify Bucket (AWS::S3::Bucket): BucketName, is replaced by a new one",
        "  Modify Role (AWS::IAM::Role): Policies, may be replaced by a new one",
        "Permissions that will change (+ given, - taken):",
        "  + Role, Read",
        "      Allow: s3:GetObject on arn:x",
    ]


def test_without_changes_it_says_so() -> None:
    assert list(lines(Plan("gist", "arn:stack"))) == [NOTHING]


def test_without_a_changed_permission_it_says_that_too() -> None:
    plan = Plan("gist", "arn:stack", "arn:change-set", changes=PLAN.changes[:1])
    assert list(lines(plan))[-1] == "No permission will change."


def test_as_json_it_is_plain_data() -> None:
    data = json.loads(json.dumps(as_json(PLAN)))
    assert data["changes"][1] == {
        "action": "Modify",
        "resource": "Bucket",
        "type": "AWS::S3::Bucket",
        "replacement": "True",
        "properties": ["BucketName"],
    }
    assert data["permissions"] == [
        {"sign": "+", "resource": "Role", "name": "Read", "statement": json.loads(STATEMENT)}
    ]
