from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest

from gistline.errors import StackError
from gistline.stack.destroy import ROUNDS, Estate, destroy, left, survey
from gistline.stack.identity import Identity
from gistline.stack.probes import Thing
from gistline.stack.target import Target
from unit.stack.fake_aws import ACCOUNT, EXCEPTIONS, PARAMETERS, STACK_ID, refusal

WHO = Identity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")
CODE = f"gist-code-{ACCOUNT}-eu-west-1"
RESOURCES = {
    "AWS::S3::Bucket": "csvs",
    "AWS::Lambda::Function": "gist-summarizer",
    "AWS::IAM::Role": "gist-SummarizerRole-X",
    "AWS::Logs::LogGroup": "/aws/lambda/gist-summarizer",
    "AWS::SQS::Queue": "https://sqs/gist-FailureQueue",
    "AWS::Events::Rule": "gist-sweep",
    "AWS::Lambda::Permission": "no thing of its own",
}
RULE = {"Id": "gistline-gist-created", "LambdaFunctionArn": "arn:ours", "Events": ["s3:ObjectCreated:*"]}


@dataclass
class FakeAccount:
    """An account with one stack; deleting it takes away what CloudFormation made, unless the bucket is not empty."""

    there: set[str] = field(default_factory=lambda: {*RESOURCES.values(), CODE, "/aws/lambda/gist-producer"})
    objects: dict[str, list[str]] = field(default_factory=lambda: {"csvs": ["a.csv"], CODE: ["zip"]})
    stack: str = "CREATE_COMPLETE"
    parameters: dict[str, str] = field(default_factory=lambda: dict(PARAMETERS))
    rules: dict[str, Any] = field(default_factory=dict)
    late_writers: int = 0  # so often something writes between emptying and deleting
    log: list[str] = field(default_factory=list)
    exceptions: ClassVar[Any] = EXCEPTIONS

    def __post_init__(self) -> None:
        self.head_bucket = self._asks("Bucket", "404")
        self.get_function_configuration = self._asks("FunctionName", "ResourceNotFoundException")
        self.describe_rule = self._asks("Name", "ResourceNotFoundException")
        self.get_role = self._asks("RoleName", "NoSuchEntity")
        self.get_queue_attributes = self._asks("QueueUrl", "AWS.SimpleQueueService.NonExistentQueue")

    def _asks(self, name: str, code: str) -> Callable[..., None]:
        def ask(**request: Any) -> None:
            if request[name] not in self.there:
                raise refusal(code)

        return ask

    def describe_log_groups(self, **request: Any) -> dict[str, Any]:
        found = [name for name in self.there if name.startswith(request["logGroupNamePrefix"])]
        return {"logGroups": [{"logGroupName": name} for name in found]}

    def describe_stacks(self, **_request: Any) -> dict[str, Any]:
        if not self.stack:
            raise refusal("ValidationError", "Stack with id gist does not exist")
        given = [{"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()]
        return {"Stacks": [{"StackId": STACK_ID, "StackStatus": self.stack, "Parameters": given}]}

    def get_paginator(self, operation: str) -> Any:
        return SimpleNamespace(paginate=getattr(self, f"_{operation}"))

    def _list_stack_resources(self, **_request: Any) -> list[dict[str, Any]]:
        return [
            {"StackResourceSummaries": [{"ResourceType": kind, "PhysicalResourceId": name}]}
            for kind, name in RESOURCES.items()
            if kind != "AWS::S3::Bucket" or "CreateBucket" not in self.parameters
        ]

    def _describe_stack_events(self, **_request: Any) -> list[dict[str, Any]]:
        event = {
            "EventId": str(len(self.log)),
            "LogicalResourceId": "Bucket",
            "ResourceStatus": "DELETE_FAILED",
        }
        failed = self.stack == "DELETE_FAILED"
        reason = "The bucket you tried to delete is not empty"
        return [{"StackEvents": [{**event, "ResourceStatusReason": reason}] if failed else []}]

    def describe_events(self, **_request: Any) -> dict[str, Any]:
        return {"OperationEvents": []}

    def _list_object_versions(self, **request: Any) -> list[dict[str, Any]]:
        keys = self.objects.get(request["Bucket"], [])
        return [{"Versions": [{"Key": key, "VersionId": "null"} for key in keys]}]

    def _list_multipart_uploads(self, **_request: Any) -> list[dict[str, Any]]:
        return [{}]

    def delete_objects(self, **request: Any) -> dict[str, Any]:
        self.log.append(f"empty {request['Bucket']}")
        self.objects[request["Bucket"]] = []
        return {}

    def delete_stack(self, **_request: Any) -> None:
        self.log.append("delete stack")
        if self.late_writers:
            self.late_writers -= 1
            self.objects["csvs"] = ["summary.json"]
            self.stack = "DELETE_FAILED"
        else:
            self.stack = "DELETE_COMPLETE"
            self.there -= set(RESOURCES.values())

    def delete_log_group(self, **request: Any) -> None:
        self.log.append(f"delete {request['logGroupName']}")
        self.there.remove(request["logGroupName"])

    def delete_bucket(self, **request: Any) -> None:
        self.log.append(f"delete {request['Bucket']}")
        self.there.remove(request["Bucket"])

    def get_bucket_notification_configuration(self, **_request: Any) -> dict[str, Any]:
        return {**self.rules, "ResponseMetadata": {}}

    def put_bucket_notification_configuration(self, **request: Any) -> None:
        self.log.append("put notifications")
        self.rules = request["NotificationConfiguration"]


@dataclass(frozen=True, slots=True)
class AccountTarget(Target):
    """A target that is this account, whatever the service."""

    fake: FakeAccount = field(default_factory=FakeAccount)

    def client(self, service: str) -> Any:
        assert service
        return self.fake


def at(account: FakeAccount) -> AccountTarget:
    return AccountTarget("eu-west-1", fake=account)


def run(account: FakeAccount, folder: Path) -> Estate:
    estate = survey(at(account), "gist", WHO)
    destroy(at(account), estate, folder, on_event=lambda _event: None, sleep=lambda _seconds: None)
    return estate


def test_a_survey_touches_nothing_and_lists_what_is_there() -> None:
    account = FakeAccount()
    estate = survey(at(account), "gist", WHO)
    assert account.log == []
    assert [thing.kind for thing in estate.things] == [
        *("stack", "bucket", "function", "role", "log group", "queue", "schedule", "log group", "bucket")
    ]
    assert {name: content.versions for name, content in estate.contents.items()} == {"csvs": 1, CODE: 1}
    assert estate.things[0].words == "stack gist"


def test_everything_goes_in_order_and_is_asked_again(tmp_path: Path) -> None:
    account = FakeAccount()
    estate = run(account, tmp_path)
    assert account.log == [
        "empty csvs",
        "delete stack",
        "delete /aws/lambda/gist-producer",
        f"empty {CODE}",
        f"delete {CODE}",
    ]
    assert [stays for _, stays in left(at(account), estate)] == [False] * 9


def test_a_second_time_there_is_nothing(tmp_path: Path) -> None:
    account = FakeAccount()
    run(account, tmp_path)
    assert run(account, tmp_path).things == ()


def test_what_an_interrupted_run_left_is_found_without_the_stack(tmp_path: Path) -> None:
    account = FakeAccount(there={"/aws/lambda/gist-summarizer", "/aws/lambda/gist-sweeper", CODE}, stack="")
    estate = run(account, tmp_path)
    assert [thing.name for thing in estate.things] == [
        *("/aws/lambda/gist-summarizer", "/aws/lambda/gist-sweeper", CODE)
    ]
    assert account.there == set()


def test_what_writes_meanwhile_is_removed_too(tmp_path: Path) -> None:
    account = FakeAccount(late_writers=ROUNDS - 1)
    run(account, tmp_path)
    assert account.log.count("empty csvs") == ROUNDS
    assert account.there == set()


def test_what_never_stops_writing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(StackError, match="not empty") as failure:
        run(FakeAccount(late_writers=ROUNDS), tmp_path)
    assert "destroy again" in failure.value.remedy


def test_an_existing_bucket_loses_our_rule_and_no_object(tmp_path: Path) -> None:
    theirs = {**RULE, "Id": "theirs", "LambdaFunctionArn": "arn:theirs"}
    account = FakeAccount(
        parameters={**PARAMETERS, "CreateBucket": "false"},
        rules={"LambdaFunctionConfigurations": [theirs, RULE], "EventBridgeConfiguration": {}},
    )
    estate = run(account, tmp_path)
    assert estate.kept_bucket == "csvs"
    assert account.log[0] == "put notifications"
    assert account.rules == {"LambdaFunctionConfigurations": [theirs], "EventBridgeConfiguration": {}}
    assert account.objects["csvs"] == ["a.csv"]
    assert "empty csvs" not in account.log
    assert len(list(tmp_path.iterdir())) == 1


def test_a_stack_that_is_not_ours_is_left_alone() -> None:
    account = FakeAccount(parameters={"Other": "1"})
    with pytest.raises(StackError, match="was not made by gistline"):
        survey(at(account), "gist", WHO)
    assert account.log == []


def test_what_stays_is_said_after_a_while() -> None:
    account = FakeAccount()
    queue = Thing("queue", RESOURCES["AWS::SQS::Queue"])
    estate = Estate("gist", ACCOUNT, None, Thing("bucket", CODE), (queue,), {})
    waited: list[float] = []
    assert list(left(at(account), estate, sleep=waited.append)) == [(queue, True)]
    assert 60 < sum(waited) < 100


def test_a_service_that_does_not_say_is_an_error_and_not_a_proof() -> None:
    account = FakeAccount()
    account.get_role = lambda **_request: (_ for _ in ()).throw(refusal("AccessDenied"))
    with pytest.raises(StackError, match="AccessDenied"):
        survey(at(account), "gist", WHO)
