"""Layer 2: what each function may do. Exactly that, on exactly these resources."""

import re
from typing import Any

import pytest

from infrastructure.cfn import KEY, SWEPT, Json, Template, applies, statements
from infrastructure.iam import Call, is_allowed

FUNCTIONS = ("Summarizer", "Recorder", "Producer", "Sweeper")
ROLES = {function: f"{function}Role" for function in FUNCTIONS}
# All that the template may mention, each as it stands in AWS's Service Authorization Reference. There is no
# s3:HeadObject in it, however often one reads that name.
IAM_ACTIONS = {
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "lambda:InvokeFunction",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "s3:GetObject",
    "s3:DeleteObject",
    "s3:ListBucket",
    "s3:PutObject",
    "s3:ReplicateObject",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sts:AssumeRole",
}
OWN_RESOURCE = re.compile(
    r"arn:aws:s3:::bucket(/[^*]+/\*\.\w+)?|\$\{((Summarizer|Recorder|Producer|Sweeper)LogGroup|FailureQueue|Summarizer)\.Arn\}"
    r"|arn:aws:lambda:eu-central-1:111122223333:function:gist-sweeper|" + re.escape(KEY)
)


def allowed(template: Template, role: str, **parameters: Any) -> list[Json]:
    """Give the statements of a role's own policies, in a stack that has all functions."""
    policies = template.properties(role, **SWEPT, **parameters)["Policies"]
    return [statement for policy in policies for statement in statements(policy["PolicyDocument"])]


def pairs(policy: list[Json]) -> set[tuple[str, str]]:
    """Give what is allowed, action by action and resource by resource."""
    return {(action, arn) for s in policy for action in s["Action"] for arn in s["Resource"]}


def test_every_function_has_a_role_and_no_two_share_one(template: Template) -> None:
    functions = template.of_type("AWS::Lambda::Function", **SWEPT)
    roles = {name: function["Role"] for name, function in functions.items()}
    assert roles == {name: f"${{{role}.Arn}}" for name, role in ROLES.items()}
    assert len(set(roles.values())) == len(functions)


@pytest.mark.parametrize("role", ROLES.values())
def test_only_lambda_may_assume_the_role(template: Template, role: str) -> None:
    assert statements(template.properties(role, **SWEPT)["AssumeRolePolicyDocument"]) == [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": ["sts:AssumeRole"]}
    ]


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (
            "SummarizerRole",
            {
                ("s3:GetObject", "arn:aws:s3:::bucket/synthetic-data/*.csv"),
                ("s3:ListBucket", "arn:aws:s3:::bucket"),
                ("s3:PutObject", "arn:aws:s3:::bucket/summaries/*.json"),
                ("s3:GetObject", "arn:aws:s3:::bucket/summaries/*.json"),
                ("sqs:SendMessage", "${FailureQueue.Arn}"),
                ("logs:CreateLogStream", "${SummarizerLogGroup.Arn}"),
                ("logs:PutLogEvents", "${SummarizerLogGroup.Arn}"),
            },
        ),
        (
            "RecorderRole",
            {
                ("s3:GetObject", "arn:aws:s3:::bucket/synthetic-data/*.csv"),
                ("s3:ListBucket", "arn:aws:s3:::bucket"),
                ("s3:PutObject", "arn:aws:s3:::bucket/summaries/*.json"),
                ("s3:GetObject", "arn:aws:s3:::bucket/summaries/*.json"),
                ("sqs:DeleteMessage", "${FailureQueue.Arn}"),
                ("sqs:GetQueueAttributes", "${FailureQueue.Arn}"),
                ("sqs:ReceiveMessage", "${FailureQueue.Arn}"),
                ("logs:CreateLogStream", "${RecorderLogGroup.Arn}"),
                ("logs:PutLogEvents", "${RecorderLogGroup.Arn}"),
            },
        ),
        (
            "ProducerRole",
            {
                ("s3:PutObject", "arn:aws:s3:::bucket/synthetic-data/*.csv"),
                ("logs:CreateLogStream", "${ProducerLogGroup.Arn}"),
                ("logs:PutLogEvents", "${ProducerLogGroup.Arn}"),
            },
        ),
        (
            "SweeperRole",
            {
                ("s3:ListBucket", "arn:aws:s3:::bucket"),
                ("s3:GetObject", "arn:aws:s3:::bucket/summaries/*.json"),
                ("lambda:InvokeFunction", "${Summarizer.Arn}"),
                (
                    "lambda:InvokeFunction",
                    "arn:aws:lambda:eu-central-1:111122223333:function:gist-sweeper",
                ),
                ("logs:CreateLogStream", "${SweeperLogGroup.Arn}"),
                ("logs:PutLogEvents", "${SweeperLogGroup.Arn}"),
            },
        ),
    ],
)
def test_role_may_do_exactly(template: Template, role: str, rights: set[tuple[str, str]]) -> None:
    assert pairs(allowed(template, role)) == rights
    assert {s["Effect"] for s in allowed(template, role)} == {"Allow"}


@pytest.mark.parametrize("role", ["SummarizerRole", "RecorderRole"])
def test_role_may_remove_summaries_only_where_that_is_wanted(template: Template, role: str) -> None:
    usual = pairs(allowed(template, role))
    more = pairs(allowed(template, role, OnSourceDelete="delete")) - usual
    assert more == {("s3:DeleteObject", "arn:aws:s3:::bucket/summaries/*.json")}
    assert pairs(allowed(template, role, OnSourceDelete="keep")) == usual


@pytest.mark.parametrize("role", ROLES.values())
def test_role_has_no_rights_from_elsewhere(template: Template, role: str) -> None:
    assert "ManagedPolicyArns" not in template.properties(role, **SWEPT)


@pytest.mark.parametrize(
    ("role", "action", "resource", "may"),
    [
        ("SummarizerRole", "s3:GetObject", "bucket/synthetic-data/orders.csv", True),
        ("SummarizerRole", "s3:GetObject", "bucket/synthetic-data/a/b/orders 1.csv", True),
        ("SummarizerRole", "s3:PutObject", "bucket/summaries/a/b/summary_orders.json", True),
        ("SummarizerRole", "s3:ListBucket", "bucket", True),
        ("SummarizerRole", "s3:PutObject", "bucket/synthetic-data/orders.csv", False),
        ("SummarizerRole", "s3:PutObject", "bucket/summaries/orders.csv", False),
        ("SummarizerRole", "s3:DeleteObject", "bucket/synthetic-data/orders.csv", False),
        ("SummarizerRole", "s3:DeleteObject", "bucket/summaries/summary_orders.json", False),
        ("SummarizerRole", "s3:GetObject", "bucket/summaries/a/summary_orders.json", True),
        ("SummarizerRole", "s3:GetObject", "bucket/private/orders.csv", False),
        ("SummarizerRole", "s3:GetObject", "bucket2/synthetic-data/orders.csv", False),
        ("SummarizerRole", "s3:PutBucketNotification", "bucket", False),
        ("RecorderRole", "s3:PutObject", "bucket/summaries/a/b/summary_orders.json", True),
        ("RecorderRole", "s3:PutObject", "bucket/synthetic-data/orders.csv", False),
        ("RecorderRole", "s3:DeleteObject", "bucket/synthetic-data/orders.csv", False),
        ("ProducerRole", "s3:PutObject", "bucket/synthetic-data/orders.csv", True),
        ("ProducerRole", "s3:GetObject", "bucket/synthetic-data/orders.csv", False),
        ("ProducerRole", "s3:PutObject", "bucket/summaries/summary_orders.json", False),
        ("ProducerRole", "s3:ListBucket", "bucket", False),
        ("SweeperRole", "s3:ListBucket", "bucket", True),
        ("SweeperRole", "s3:GetObject", "bucket/summaries/a/summary_orders.json", True),
        ("SweeperRole", "s3:GetObject", "bucket/synthetic-data/orders.csv", False),
        ("SweeperRole", "s3:PutObject", "bucket/summaries/a/summary_orders.json", False),
        ("SweeperRole", "s3:PutObject", "bucket/synthetic-data/orders.csv", False),
        ("SweeperRole", "s3:DeleteObject", "bucket/summaries/a/summary_orders.json", False),
        ("SweeperRole", "s3:DeleteObject", "bucket/synthetic-data/orders.csv", False),
    ],
)
def test_role_and_one_call(template: Template, role: str, action: str, resource: str, *, may: bool) -> None:
    arn = f"arn:aws:s3:::{resource}"
    assert any(applies(s, action, arn) for s in allowed(template, role)) is may


@pytest.mark.parametrize("role", ROLES.values())
def test_no_right_in_s3_reaches_a_bucket_of_that_name_in_another_account(
    template: Template, role: str
) -> None:
    rights = allowed(template, role, OnSourceDelete="delete")
    in_s3 = {(action, arn) for action, arn in pairs(rights) if action.startswith("s3:")}
    assert in_s3
    for action, arn in in_s3:
        assert is_allowed(rights, Call("", action, arn))
        assert not is_allowed(rights, Call("", action, arn, {"s3:ResourceAccount": "444455556666"}))


def test_every_action_that_is_named_exists_in_iam(template: Template) -> None:
    # The text, so that no statement of any policy can be forgotten; "s3:*" and its like stand in Deny alone.
    named = re.findall(
        r"\b(?:s3|sqs|kms|logs|sts|lambda|iam):[A-Z][A-Za-z]+(?!\S*\*)", _without_events(template)
    )
    assert set(named) <= IAM_ACTIONS | {"kms:ViaService", "s3:ResourceAccount"}


@pytest.mark.parametrize("parameters", [{}, {"KmsKeyArn": KEY, "OnSourceDelete": "delete"}])
@pytest.mark.parametrize("role", ROLES.values())
def test_no_wildcard_and_nothing_outside_the_stack(
    template: Template, role: str, parameters: dict[str, str]
) -> None:
    for statement in allowed(template, role, **parameters):
        assert not [action for action in statement["Action"] if "*" in action]
        assert not [arn for arn in statement["Resource"] if not OWN_RESOURCE.fullmatch(arn)]


def _without_events(template: Template) -> str:
    """Give the text without comments and without the names of S3's events, which look like actions."""
    lines = (line for line in template.text.splitlines() if not line.lstrip().startswith("#"))
    return re.sub(r'Event: "s3:\w+:\*"', "", "\n".join(lines))
