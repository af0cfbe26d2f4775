from typing import Any

import pytest

from gistline.stack.permissions import Permission, difference, permissions
from gistline.stack.reading import Template
from gistline.stack.template import template_body
from infrastructure.cfn import PSEUDO, REQUIRED

KNOWN = {**{name: value for name, value in PSEUDO.items() if value}, **REQUIRED}


def given(**parameters: str) -> dict[str, Permission]:
    resources = Template.parse(template_body()).resources({**KNOWN, **parameters})
    return {f"{p.holder} {p.name}": p for p in permissions(resources)}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "SummarizerRole ReadCsvs",
            (
                "Allow: s3:GetObject on arn:aws:s3:::bucket/synthetic-data/*.csv if "
                '{"StringEquals": {"s3:ResourceAccount": "111122223333"}}'
            ),
        ),
        ("SummarizerRole who may assume it", "Allow to lambda.amazonaws.com: sts:AssumeRole"),
        (
            "InvokePermission who may invoke it",
            (
                "Allow to s3.amazonaws.com: lambda:InvokeFunction on ${Summarizer} if "
                '{"aws:SourceAccount": "111122223333", "aws:SourceArn": "arn:aws:s3:::bucket"}'
            ),
        ),
        (
            "BucketPolicy OurFunctionsWriteSummariesOnly",
            (
                "Deny to ${SummarizerRole.Arn}, ${RecorderRole.Arn}: all but s3:GetObject, s3:ListBucket on all but "
                "arn:aws:s3:::bucket/summaries/*.json"
            ),
        ),
        (
            "FailureQueuePolicy OnlyOverTls",
            'Deny to anybody: sqs:* on ${FailureQueue.Arn} if {"Bool": {"aws:SecureTransport": "false"}}',
        ),
    ],
)
def test_a_permission_reads_as_one_line(name: str, words: str) -> None:
    assert given()[name].words == words


def test_every_statement_of_the_template_is_there() -> None:
    statements = template_body().count("Effect: ")
    conditional = 5 + 6  # three that ask for a key, two that are for removing summaries; the sweeper's six
    assert (
        len(given()) == statements - conditional + 1
    )  # the invoke permission is no statement in the template


def test_a_schedule_gives_a_role_of_six_statements_and_lets_eventbridge_in() -> None:
    before, after = given(), given(SweepSchedule="rate(1 day)")
    assert {name: p for name, p in after.items() if name in before} == before
    more = [p for name, p in after.items() if name not in before]
    assert [p.name for p in more if p.holder == "SweeperRole"] == [
        *("who may assume it", "ListBucket", "ReadSummaries", "InvokeSummarizer", "HandOver", "WriteOwnLogs")
    ]
    assert [p.words for p in more if p.holder == "SweepPermission"] == [
        (
            "Allow to events.amazonaws.com: lambda:InvokeFunction on ${Sweeper} if "
            '{"aws:SourceArn": "${SweepRule.Arn}"}'
        )
    ]
    assert {p.holder for p in more} == {"SweeperRole", "SweepPermission"}


def test_on_an_existing_bucket_there_is_no_bucket_policy() -> None:
    assert "BucketPolicy OnlyOverTls" in given()
    assert "BucketPolicy OnlyOverTls" not in given(CreateBucket="false")


def permission(name: str, statement: str = "{}") -> Permission:
    return Permission("Role", name, statement)


def test_what_is_the_same_is_no_difference() -> None:
    assert difference([permission("a")], [permission("a")]) == ()


def test_a_changed_statement_is_taken_and_given() -> None:
    changes = difference([permission("a", "1"), permission("b")], [permission("a", "2"), permission("c")])
    assert [(c.sign, c.permission.name, c.permission.statement) for c in changes] == [
        ("-", "a", "1"),
        ("-", "b", "{}"),
        ("+", "a", "2"),
        ("+", "c", "{}"),
    ]


def test_a_function_without_source_is_shown_without_condition() -> None:
    open_to_all: dict[str, Any] = {
        "Principal": "*",
        "Action": "lambda:InvokeFunction",
        "FunctionName": "f",
    }
    (shown,) = permissions({"P": {"Type": "AWS::Lambda::Permission", "Properties": open_to_all}})
    assert shown.words == "Allow to anybody: lambda:InvokeFunction on f"
