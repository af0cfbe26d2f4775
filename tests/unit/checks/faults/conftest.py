"""An account without a network, as far as a probe looks: objects, the summarizer's log, the on-failure queue."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError

from gistline.site.site import Site
from gistline.stack.target import Credentials, Target
from support.fake_pipeline import OUTPUTS


@dataclass
class Account:
    """One class for the three services, as none of their calls has the name of another's."""

    objects: dict[str, bytes] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    in_flight: set[str] = field(default_factory=set)

    @property
    def site(self) -> Site:
        target = FakeTarget("us-east-1", "http://fake", Credentials("key", "secret"))
        object.__setattr__(target, "account", self)
        return Site(target, "gistline", OUTPUTS)

    def put_object(self, *, Bucket: str, Key: str, Body: bytes) -> None:  # noqa: N803 - boto3's names
        self.objects[Key] = Body

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803 - boto3's names
        del self.objects[Key]

    def list_objects_v2(self, *, Bucket: str, Prefix: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        found = [{"Key": key} for key in self.objects if key.startswith(Prefix)]
        return {"KeyCount": len(found), "Contents": found}

    def get_object(self, *, Key: str, **_request: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        if Key not in self.objects:
            raise ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject")
        return {"Body": BytesIO(self.objects[Key])}

    @property
    def exceptions(self) -> Any:
        return SimpleNamespace(ClientError=ClientError)

    def get_paginator(self, operation: str) -> "Pages":
        return Pages(self, operation)

    def get_queue_attributes(self, **_request: Any) -> dict[str, Any]:
        return {
            "Attributes": {
                "ApproximateNumberOfMessages": str(len(self.messages) - len(self.in_flight)),
                "ApproximateNumberOfMessagesNotVisible": str(len(self.in_flight)),
            }
        }

    def receive_message(self, **_request: Any) -> dict[str, Any]:
        received = [body for body in self.messages if body not in self.in_flight][:1]
        self.in_flight.update(received)
        return {"Messages": [{"Body": body, "ReceiptHandle": body} for body in received]} if received else {}

    def delete_message(self, *, QueueUrl: str, ReceiptHandle: str) -> None:  # noqa: N803 - boto3's names
        self.messages.remove(ReceiptHandle)
        self.in_flight.discard(ReceiptHandle)


@dataclass
class Pages:
    """One page of whatever is listed."""

    account: Account
    operation: str

    def paginate(self, **request: Any) -> Iterator[dict[str, Any]]:
        if self.operation == "list_objects_v2":
            yield self.account.list_objects_v2(**request)
        else:
            since = request["startTime"]
            yield {
                "events": [
                    {"timestamp": since + number, "message": line, "logStreamName": "stream"}
                    for number, line in enumerate(self.account.lines)
                ]
            }


@dataclass(frozen=True, slots=True)
class FakeTarget(Target):
    """The account above, whatever service is asked for."""

    account: Account = field(default_factory=Account)

    def client(self, service: str) -> Any:
        return self.account


@pytest.fixture
def account() -> Account:
    """Make an empty account."""
    return Account()
