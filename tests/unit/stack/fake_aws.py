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


@dataclass
class FakeCloudFormation:
    """One stack. `frames` is what is seen at each look: the stack's status, and the events since the last look."""

    frames: list[tuple[str, list[dict[str, str]]]] = field(default_factory=list)
    exists: bool = False
    before: list[dict[str, str]] = field(default_factory=list)
    refusals: list[dict[str, str]] = field(default_factory=list)
    update_refusal: ClientError | None = None
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    exceptions: ClassVar[Any] = EXCEPTIONS

    def create_stack(self, **request: Any) -> dict[str, str]:
        self.calls.append(("create_stack", request))
        self.exists = True
        return {"StackId": "arn:stack"}

    def update_stack(self, **request: Any) -> dict[str, str]:
        self.calls.append(("update_stack", request))
        if self.update_refusal:
            raise self.update_refusal
        return {"StackId": "arn:stack"}

    def describe_stacks(self, **request: Any) -> dict[str, Any]:
        if not self.exists:
            raise refusal("ValidationError", f"Stack with id {request['StackName']} does not exist")
        status = "CREATE_COMPLETE"
        if self.calls and self.frames:
            status, fresh = self.frames.pop(0)
            self.before.extend(fresh)
        outputs = [{"OutputKey": key, "OutputValue": value} for key, value in OUTPUTS.items()]
        return {"Stacks": [{"StackStatus": status, "Outputs": outputs}]}

    def describe_events(self, **request: Any) -> dict[str, Any]:
        assert request["Filters"] == {"FailedEvents": True}
        return {"OperationEvents": self.refusals}

    def get_paginator(self, operation: str) -> "FakeCloudFormation":
        assert operation == "describe_stack_events"
        return self

    def paginate(self, **_request: Any) -> Iterator[dict[str, Any]]:
        newest_first = self.before[::-1]
        for start in range(0, len(newest_first), 2):  # pages of two
            yield {"StackEvents": newest_first[start : start + 2]}


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
