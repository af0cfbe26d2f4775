"""Each statement of each policy is needed: there is a call that it alone allows, or it alone denies.

The statements are taken from the template itself, so that none can be forgotten; that none is missing, nor says too
much, is what `test_roles` and `test_bucket` hold, and what the walks on the local cloud show, where IAM is enforced.
"""

import copy
from typing import Any, NamedTuple

import pytest

from infrastructure.cfn import KEY, SWEPT, Json, Template, statements
from infrastructure.iam import BUCKET, CSV, SUMMARY, Call, is_allowed, is_denied

ALL = {
    "KmsKeyArn": KEY,
    "OnSourceDelete": "delete",
    **SWEPT,
}  # with these parameters every statement is there
TRUST, INVOKE = "who may assume it", "who may invoke it"
SUMMARIZER, RECORDER = "${SummarizerRole.Arn}", "${RecorderRole.Arn}"
FAILURES, DEAD_LETTERS = "${FailureQueue.Arn}", "${DeadLetterQueue.Arn}"
LAMBDA, ADMIN = "lambda.amazonaws.com", "arn:aws:iam::111122223333:role/Administrator"
IF_NONE, PLAIN = {"s3:if-none-match": "*"}, {"aws:SecureTransport": "false"}
VIA_S3 = {"kms:ViaService": "s3.eu-central-1.amazonaws.com"}
FROM_BUCKET = {"aws:SourceArn": BUCKET, "aws:SourceAccount": "111122223333"}
FROM_RULE = {"aws:SourceArn": "${SweepRule.Arn}"}
ITSELF = "arn:aws:lambda:eu-central-1:111122223333:function:gist-sweeper"


class Place(NamedTuple):
    """Where a statement stands: the logical id of its resource, and its Sid or what stands for one."""

    holder: str
    sid: str


def logs(function: str) -> Call:
    return Call("", "logs:PutLogEvents", f"${{{function}LogGroup.Arn}}")


DECIDED: dict[Place, Call] = {
    Place("InvokePermission", INVOKE): Call(
        "s3.amazonaws.com", "lambda:InvokeFunction", "${Summarizer}", FROM_BUCKET
    ),
    Place("SummarizerRole", TRUST): Call(LAMBDA, "sts:AssumeRole", "*"),
    Place("SummarizerRole", "ReadCsvs"): Call("", "s3:GetObject", CSV),
    Place("SummarizerRole", "TellMissingFromForbidden"): Call("", "s3:ListBucket", BUCKET),
    Place("SummarizerRole", "WriteSummaries"): Call("", "s3:PutObject", SUMMARY),
    Place("SummarizerRole", "ReadSummaries"): Call("", "s3:GetObject", SUMMARY),
    Place("SummarizerRole", "RemoveSummaries"): Call("", "s3:DeleteObject", SUMMARY),
    Place("SummarizerRole", "ReportFailures"): Call("", "sqs:SendMessage", FAILURES),
    Place("SummarizerRole", "WriteOwnLogs"): logs("Summarizer"),
    Place("SummarizerRole", "UseKeyThroughS3AndSqs"): Call("", "kms:GenerateDataKey", KEY, VIA_S3),
    Place("RecorderRole", TRUST): Call(LAMBDA, "sts:AssumeRole", "*"),
    Place("RecorderRole", "TakeFailures"): Call("", "sqs:ReceiveMessage", FAILURES),
    Place("RecorderRole", "ReadCsvs"): Call("", "s3:GetObject", CSV),
    Place("RecorderRole", "TellMissingFromForbidden"): Call("", "s3:ListBucket", BUCKET),
    Place("RecorderRole", "WriteSummaries"): Call("", "s3:PutObject", SUMMARY),
    Place("RecorderRole", "ReadSummaries"): Call("", "s3:GetObject", SUMMARY),
    Place("RecorderRole", "RemoveSummaries"): Call("", "s3:DeleteObject", SUMMARY),
    Place("RecorderRole", "WriteOwnLogs"): logs("Recorder"),
    Place("RecorderRole", "UseKeyThroughS3AndSqs"): Call("", "kms:Decrypt", KEY, VIA_S3),
    Place("ProducerRole", TRUST): Call(LAMBDA, "sts:AssumeRole", "*"),
    Place("ProducerRole", "WriteCsvs"): Call("", "s3:PutObject", CSV),
    Place("ProducerRole", "WriteOwnLogs"): logs("Producer"),
    Place("ProducerRole", "UseKeyThroughS3"): Call("", "kms:GenerateDataKey", KEY, VIA_S3),
    Place("SweepPermission", INVOKE): Call(
        "events.amazonaws.com", "lambda:InvokeFunction", "${Sweeper}", FROM_RULE
    ),
    Place("SweeperRole", TRUST): Call(LAMBDA, "sts:AssumeRole", "*"),
    Place("SweeperRole", "ListBucket"): Call("", "s3:ListBucket", BUCKET),
    Place("SweeperRole", "ReadSummaries"): Call("", "s3:GetObject", SUMMARY),
    Place("SweeperRole", "InvokeSummarizer"): Call("", "lambda:InvokeFunction", "${Summarizer.Arn}"),
    Place("SweeperRole", "HandOver"): Call("", "lambda:InvokeFunction", ITSELF),
    Place("SweeperRole", "WriteOwnLogs"): logs("Sweeper"),
    Place("BucketPolicy", "OnlyOverTls"): Call(ADMIN, "s3:GetObject", CSV, PLAIN),
    Place("BucketPolicy", "OurFunctionsWriteSummariesOnly"): Call(RECORDER, "s3:DeleteObject", CSV),
    Place("BucketPolicy", "OnlyOurFunctionsWriteSummaries"): Call(ADMIN, "s3:PutObject", SUMMARY, IF_NONE),
    Place("BucketPolicy", "OnlyByCompareAndSwap"): Call(SUMMARIZER, "s3:PutObject", SUMMARY),
    Place("FailureQueuePolicy", "OnlyOverTls"): Call(ADMIN, "sqs:ReceiveMessage", FAILURES, PLAIN),
    Place("DeadLetterQueuePolicy", "OnlyOverTls"): Call(ADMIN, "sqs:ReceiveMessage", DEAD_LETTERS, PLAIN),
}


def policies(resource: Json) -> dict[str, Json]:
    """Give the statements of a resource by place; two of one Sid would be one, and be noticed as missing."""
    kind, properties = resource["Type"], resource["Properties"]
    if kind == "AWS::IAM::Role":
        own = [s for policy in properties["Policies"] for s in statements(policy["PolicyDocument"])]
        trust = [
            {**s, "Sid": TRUST, "Resource": ["*"]} for s in statements(properties["AssumeRolePolicyDocument"])
        ]
        return _by_sid([*trust, *own])
    if kind.endswith("Policy"):
        return _by_sid(statements(properties["PolicyDocument"]))
    return _by_sid([_permission(properties)]) if kind == "AWS::Lambda::Permission" else {}


def _by_sid(policy: list[Json]) -> dict[str, Json]:
    assert len({statement["Sid"] for statement in policy}) == len(policy)
    return {statement["Sid"]: statement for statement in policy}


def _permission(properties: Json) -> Json:
    """Write an AWS::Lambda::Permission as the statement that Lambda makes of it."""
    return {
        "Sid": INVOKE,
        "Effect": "Allow",
        "Principal": {"Service": properties["Principal"]},
        "Action": [properties["Action"]],
        "Resource": [properties["FunctionName"]],
        "Condition": {
            operator: {f"aws:{name}": properties[name]}
            for operator, name in (("ArnEquals", "SourceArn"), ("StringEquals", "SourceAccount"))
            if name in properties
        },
    }


def all_statements(template: Template) -> dict[Place, Json]:
    return {
        Place(holder, sid): statement
        for holder, resource in template.resources(**ALL).items()
        for sid, statement in policies(resource).items()
    }


def is_decided(policy: list[Json], call: Call, effect: str) -> bool:
    return is_allowed(policy, call) if effect == "Allow" else is_denied(policy, call)


def test_every_statement_of_every_policy_is_looked_at(template: Template) -> None:
    assert set(all_statements(template)) == set(DECIDED)


@pytest.mark.parametrize("place", DECIDED, ids="-".join)
def test_a_call_is_decided_by(template: Template, place: Place) -> None:
    found = policies(template.resources(**ALL)[place.holder])
    policy, effect = list(found.values()), found[place.sid]["Effect"]
    assert is_decided(policy, DECIDED[place], effect)


@pytest.mark.parametrize("place", DECIDED, ids="-".join)
def test_the_call_would_be_decided_otherwise_without(template: Template, place: Place) -> None:
    found = policies(template.resources(**ALL)[place.holder])
    effect = found.pop(place.sid)["Effect"]
    assert not is_decided(list(found.values()), DECIDED[place], effect)


@pytest.mark.parametrize("place", DECIDED, ids="-".join)
def test_the_fact_above_fails_on_a_template_without(template: Template, place: Place) -> None:
    with pytest.raises((AssertionError, KeyError)):
        test_a_call_is_decided_by(without(template, place), place)


def without(template: Template, place: Place) -> Template:
    """Cut one statement out of the template as it is written, conditions and all."""
    body = copy.deepcopy(template.body)
    if place.sid == INVOKE:
        del body["Resources"][place.holder]
        return Template(template.text, body)
    properties = body["Resources"][place.holder]["Properties"]
    documents = [properties.get("PolicyDocument"), properties.get("AssumeRolePolicyDocument")]
    documents += [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    before = sum(len(document["Statement"]) for document in documents if document)
    for document in documents:
        if document:
            document["Statement"] = [s for s in document["Statement"] if _sid(s) != place.sid]
    assert sum(len(document["Statement"]) for document in documents if document) == before - 1
    return Template(template.text, body)


def _sid(statement: Any) -> str:
    chosen = statement["Fn::If"][1] if "Fn::If" in statement else statement
    return str(chosen.get("Sid", TRUST))
