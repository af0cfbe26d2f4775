import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from gistline.errors import StackError
from gistline.stack.existing import TRIES, Backups, attach, detach, inspect, rule_id, rule_of
from gistline.stack.identity import Identity
from gistline.stack.notifications import Configuration, rules_of
from unit.stack.fake_aws import ACCOUNT, EXCEPTIONS, FakeS3, FakeTarget, refusal

FUNCTION = f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:gist-summarizer"
THEIRS = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:theirs"
RULE = rule_of("gist", FUNCTION)
WHO = Identity(ACCOUNT, f"arn:aws:iam::{ACCOUNT}:root")


def theirs(prefix: str = "images/") -> Configuration:
    filtered = {"Key": {"FilterRules": [{"Name": "Prefix", "Value": prefix}]}}
    rule = {"Id": "theirs", "QueueArn": THEIRS, "Events": ["s3:ObjectCreated:*"], "Filter": filtered}
    return {"QueueConfigurations": [rule], "EventBridgeConfiguration": {}}


@dataclass
class FakeNotifications:
    """A bucket's configuration; the first writes are refused because of `unreachable` destinations."""

    unreachable: list[str] = field(default_factory=list)
    content: Configuration = field(default_factory=theirs)
    writes: int = 0

    def read(self) -> Configuration:
        return self.content

    def write(self, configuration: Configuration, *, ask_destinations: bool) -> None:
        self.writes += 1
        if ask_destinations and self.unreachable:
            raise _cannot_reach(self.unreachable.pop(0))
        self.content = configuration


def _cannot_reach(arn: str) -> ClientError:
    detail: Any = {
        "Code": "InvalidArgument",
        "Message": "Unable to validate the following destination configurations",
        "ArgumentName1": f"{arn}, null",
        "ArgumentValue1": f"Not authorized to invoke function [{arn}]",
    }
    return ClientError({"Error": detail}, "PutBucketNotificationConfiguration")


@pytest.fixture
def backups(tmp_path: Path) -> Backups:
    return Backups(tmp_path / "backups", "csvs", lambda: datetime(2026, 11, 23, 12, tzinfo=UTC))


def attached(store: FakeNotifications, backups: Backups) -> Path | None:
    return attach(store, RULE, backups, sleep=lambda _seconds: None)


def test_our_rule_has_the_stacks_name_and_the_words_of_the_template() -> None:
    assert (RULE.id, RULE.prefix, RULE.suffix) == ("gistline-gist-created", "synthetic-data/", ".csv")


def test_the_old_configuration_lies_in_a_file_that_the_aws_command_takes(backups: Backups) -> None:
    path = attached(FakeNotifications(), backups)
    assert path is not None
    assert path.name == "csvs-notifications-20261123T120000.000000Z.json"
    assert json.loads(path.read_text(encoding="utf-8")) == theirs()


def test_attaching_twice_changes_once_and_detaching_gives_back_what_was(backups: Backups) -> None:
    store = FakeNotifications()
    attached(store, backups)
    assert attached(store, backups) is None
    assert RULE in rules_of(store.content)
    assert detach(store, "gist", backups) is not None
    assert store.content == theirs()
    assert detach(store, "gist", backups) is None


def test_a_permission_that_is_not_known_everywhere_yet_is_waited_for(backups: Backups) -> None:
    store = FakeNotifications(unreachable=[FUNCTION, FUNCTION])
    assert attached(store, backups) is not None
    assert store.writes == 3


def test_a_permission_that_never_comes_is_an_error(backups: Backups) -> None:
    store = FakeNotifications(unreachable=[FUNCTION] * TRIES)
    with pytest.raises(StackError, match="Unable to validate"):
        attached(store, backups)
    assert store.content == theirs()


def test_a_dead_destination_of_somebody_else_is_named_at_once(backups: Backups) -> None:
    store = FakeNotifications(unreachable=[THEIRS])
    with pytest.raises(StackError, match=f"another one: 'theirs', for {THEIRS}"):
        attached(store, backups)
    assert (store.writes, store.content) == (1, theirs())


def test_an_overlap_is_refused_before_anything_is_written(backups: Backups) -> None:
    store = FakeNotifications(content=theirs("synthetic-"))
    with pytest.raises(StackError, match="'theirs' of the bucket"):
        attached(store, backups)
    assert store.writes == 0
    assert not backups.folder.exists()


def test_another_refusal_is_told_in_its_own_words(backups: Backups) -> None:
    @dataclass
    class Refusing(FakeNotifications):
        def write(self, configuration: Configuration, *, ask_destinations: bool) -> None:
            raise refusal("AccessDenied", "not authorized to perform: s3:PutBucketNotification")

    with pytest.raises(StackError, match="adding our rule to the bucket csvs: AccessDenied"):
        attached(Refusing(), backups)


def test_ids_of_two_stacks_differ() -> None:
    assert rule_id("one") != rule_id("two")


@dataclass
class RegionalS3(FakeS3):
    """A bucket somewhere."""

    region: str = "eu-west-1"
    exceptions = EXCEPTIONS

    def head_bucket(self, **request: Any) -> Any:
        super().head_bucket(**request)
        assert request["ExpectedBucketOwner"] == ACCOUNT
        return {"ResponseMetadata": {"HTTPHeaders": {"x-amz-bucket-region": self.region}}}


def look_at(s3: FakeS3) -> None:
    inspect(FakeTarget("eu-west-1", s3=s3), "csvs", WHO)


def test_a_bucket_of_ours_in_our_region_will_do() -> None:
    look_at(RegionalS3(buckets={"csvs": {}}))


@pytest.mark.parametrize(
    ("s3", "message", "remedy"),
    [
        (RegionalS3(), "there is no bucket csvs", "--bucket"),
        (RegionalS3(foreign={"csvs"}), "not the account's", "of this account"),
        (RegionalS3(buckets={"csvs": {}}, region="us-west-2"), "is in us-west-2", "--region us-west-2"),
    ],
    ids=["missing", "foreign", "elsewhere"],
)
def test_a_bucket_that_will_not_do_is_refused_with_the_way_out(s3: FakeS3, message: str, remedy: str) -> None:
    with pytest.raises(StackError, match=message) as refused:
        look_at(s3)
    assert remedy in refused.value.remedy
