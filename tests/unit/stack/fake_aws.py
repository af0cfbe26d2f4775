"""The few calls of S3, STS and CloudFormation that deploying needs, without a network.

Comes in: how the account looks before, and what CloudFormation will do. Goes out: a `Target` whose clients
answer so, and what they were asked. Called by the tests of `upload`, `progress` and `apply`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, ClassVar

from botocore.exceptions import ClientError

from gistline.stack.target import Target

ACCOUNT = "111122223333"
EXCEPTIONS = SimpleNamespace(ClientError=ClientError)
OUTPUTS = {
    "BucketName": "csvs",
    "InputPrefix": "synthetic-data/",
    "Suffix": ".csv",
    "OutputPrefix": "summaries/",
    "SummarizerName": "gist-summarizer",
    "SummarizerArn": "arn:aws:lambda:eu-west-1:111122223333:function:gist-summarizer",
    "SummarizerLogGroupName": "/aws/lambda/gist-summarizer",
    "ProducerName": "gist-producer",
    "ProducerLogGroupName": "/aws/lambda/gist-producer",
    "OnSourceDelete": "tombstone",
    "RecorderName": "gist-recorder",
    "RecorderLogGroupName": "/aws/lambda/gist-recorder",
    "DeadLetterQueueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/gist-DeadLetterQueue",
    "FailureQueueUrl": "https://sqs.eu-west-1.amazonaws.com/111122223333/gist-FailureQueue",
}


def refusal(code: str, message: str = "") -> ClientError:
    """Make what boto3 raises when a service refuses."""
    return ClientError({"Error": {"Code": code, "Message": message}}, "Call")


@dataclass
class FakeS3:
    """Buckets with objects; `foreign` are the names that somebody else has taken."""

    buckets: dict[str, dict[str, bytes]] = field(default_factory=dict)
    foreign: set[str] = field(default_factory=set)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    exceptions: ClassVar[Any] = EXCEPTIONS

    def head_bucket(self, **request: Any) -> None:
        if request["Bucket"] in self.foreign:
            raise refusal("403", "Forbidden")
        if request["Bucket"] not in self.buckets:
            raise refusal("404", "Not Found")

    def create_bucket(self, **request: Any) -> None:
        self.calls.append(("create_bucket", request))
        self.buckets[request["Bucket"]] = {}

    def put_public_access_block(self, **request: Any) -> None:
        self.calls.append(("put_public_access_block", request))

    def put_bucket_encryption(self, **request: Any) -> None:
        self.calls.append(("put_bucket_encryption", request))

    def head_object(self, **request: Any) -> None:
        if request["Key"] not in self.buckets[request["Bucket"]]:
            raise refusal("404", "Not Found")

    def put_object(self, **request: Any) -> None:
        self.calls.append(("put_object", request))
        self.buckets[request["Bucket"]][request["Key"]] = request["Body"]


class FakeSts:
    """Somebody of our account."""

    def get_caller_identity(self) -> dict[str, str]:
        return {"Account": ACCOUNT}


def event(resource: str, status: str, reason: str = "") -> dict[str, str]:
    """Make a stack event as CloudFormation gives it; its id says what it is."""
    return {
        "EventId": f"{resource} {status}",
        "LogicalResourceId": resource,
        "ResourceStatus": status,
        "ResourceStatusReason": reason,
    }


PARAMETERS = {"BucketName": "csvs", "CodeBucket": "code", "CodeKey": "zip"}
STACK_ID = "arn:aws:cloudformation:eu-west-1:111122223333:stack/gist/1"
NO_CHANGES = (
    "The submitted information didn't contain changes. Submit different information to create a change set."
)


def resource_change(action: str, resource: str, kind: str, **about: Any) -> dict[str, Any]:
    """Make one entry of a change set."""
    change = {"Action": action, "LogicalResourceId": resource, "ResourceType": kind, **about}
    return {"Type": "Resource", "ResourceChange": change}


@dataclass
class FakeCloudFormation:
    """One stack. `frames` is what is seen at each look: the stack's status, and the events since the last look.

    `change_set` is what is seen of the change set at each look: status and reason; `changes` is what it holds.
    """

    frames: list[tuple[str, list[dict[str, str]]]] = field(default_factory=list)
    exists: bool = False
    status: str = "CREATE_COMPLETE"
    parameters: dict[str, str] = field(default_factory=lambda: dict(PARAMETERS))
    template: str = ""
    before: list[dict[str, str]] = field(default_factory=list)
    refusals: list[dict[str, str]] = field(default_factory=list)
    change_set: list[tuple[str, str]] = field(default_factory=lambda: [("CREATE_COMPLETE", "")])
    change_sets: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    exceptions: ClassVar[Any] = EXCEPTIONS

    def create_change_set(self, **request: Any) -> dict[str, str]:
        self.calls.append(("create_change_set", request))
        self.exists = True
        return {"StackId": STACK_ID, "Id": "change-set-1"}

    def describe_change_set(self, **_request: Any) -> dict[str, Any]:
        status, reason = self.change_set.pop(0) if len(self.change_set) > 1 else self.change_set[0]
        return {"Status": status, "StatusReason": reason}

    def list_change_sets(self, **_request: Any) -> dict[str, Any]:
        return {"Summaries": [{"ChangeSetName": name} for name in self.change_sets]}

    def execute_change_set(self, **request: Any) -> None:
        self.calls.append(("execute_change_set", request))

    def delete_change_set(self, **request: Any) -> None:
        self.calls.append(("delete_change_set", request))

    def delete_stack(self, **request: Any) -> None:
        self.calls.append(("delete_stack", request))

    def get_template(self, **_request: Any) -> dict[str, Any]:
        return {"TemplateBody": self.template}

    def describe_stacks(self, **request: Any) -> dict[str, Any]:
        if not self.exists:
            raise refusal("ValidationError", f"Stack with id {request['StackName']} does not exist")
        if self.calls and self.frames:
            self.status, fresh = self.frames.pop(0)
            self.before.extend(fresh)
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
        given = [{"ParameterKey": key, "ParameterValue": value} for key, value in self.parameters.items()]
        stack = {"StackId": STACK_ID, "StackStatus": self.status, "Outputs": outputs, "Parameters": given}
        return {"Stacks": [stack]}

    def describe_events(self, **request: Any) -> dict[str, Any]:
        assert request["Filters"] == {"FailedEvents": True}
        return {"OperationEvents": self.refusals}

    def get_paginator(self, operation: str) -> Any:
        pages = {"describe_stack_events": self._events, "describe_change_set": self._changes}
        return SimpleNamespace(paginate=pages[operation])

    def _events(self, **_request: Any) -> Iterator[dict[str, Any]]:
        newest_first = self.before[::-1]
        for start in range(0, len(newest_first), 2):  # pages of two
            yield {"StackEvents": newest_first[start : start + 2]}

    def _changes(self, **_request: Any) -> Iterator[dict[str, Any]]:
        for change in self.changes:  # pages of one
            yield {"Changes": [change]}


@dataclass(frozen=True, slots=True)
class FakeTarget(Target):
    """An account that is made of the fakes above."""

    s3: FakeS3 = field(default_factory=FakeS3)
    cloudformation: FakeCloudFormation = field(default_factory=FakeCloudFormation)

    def client(self, service: str) -> Any:
        return {"s3": self.s3, "cloudformation": self.cloudformation, "sts": FakeSts()}[service]


def names(calls: Iterable[tuple[str, dict[str, Any]]]) -> list[str]:
    """Give what was called, without the arguments."""
    return [name for name, _ in calls]
