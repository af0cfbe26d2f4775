"""The key of a bucket: a customer's or not, the stack's or not, and what is said of it."""

from dataclasses import dataclass, field
from typing import Any, ClassVar

import pytest

from gistline.errors import SettingsError, StackError
from gistline.stack.encryption import BucketKey, default_key, inspect, refuse_other_region
from gistline.stack.target import Target
from unit.stack.fake_aws import ACCOUNT, EXCEPTIONS, refusal

ID, OTHER_ID = "1a-2b", "3c-4d"
KEY, OTHER = (f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/{key}" for key in (ID, OTHER_ID))
ALIAS_ARN = f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/k"


@dataclass
class FakeS3:
    """A bucket whose default encryption is this, or an error."""

    default: dict[str, str] | Exception
    exceptions: ClassVar[Any] = EXCEPTIONS

    def get_bucket_encryption(self, **request: str) -> dict[str, Any]:
        assert request == {"Bucket": "csvs", "ExpectedBucketOwner": ACCOUNT}
        if isinstance(self.default, Exception):
            raise self.default
        rules = [{"ApplyServerSideEncryptionByDefault": self.default, "BucketKeyEnabled": True}]
        return {"ServerSideEncryptionConfiguration": {"Rules": rules}}


@dataclass
class FakeKms:
    """Keys by whatever names them, with who manages them; asked about another one, it refuses."""

    keys: dict[str, tuple[str, str]] = field(default_factory=dict)

    def describe_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's name
        if KeyId not in self.keys:
            raise refusal("AccessDeniedException", "not authorized to perform: kms:DescribeKey")
        arn, manager = self.keys[KeyId]
        return {"KeyMetadata": {"Arn": arn, "KeyManager": manager}}


@dataclass(frozen=True, slots=True)
class FakeTarget(Target):
    """An account of which S3 and KMS are asked."""

    s3: FakeS3 = field(default_factory=lambda: FakeS3({"SSEAlgorithm": "AES256"}))
    kms: FakeKms = field(default_factory=FakeKms)

    def client(self, service: str) -> Any:
        return {"s3": self.s3, "kms": self.kms}[service]


def target(default: dict[str, str] | Exception, **keys: tuple[str, str]) -> FakeTarget:
    return FakeTarget("eu-west-1", s3=FakeS3(default), kms=FakeKms(keys))


def names(key: str, algorithm: str = "aws:kms") -> dict[str, str]:
    return {"SSEAlgorithm": algorithm, "KMSMasterKeyID": key}


def knowing(named: str, arn: str = KEY, manager: str = "CUSTOMER") -> FakeTarget:
    return target(names(named), **{named: (arn, manager)})


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(target({"SSEAlgorithm": "AES256"}), id="SSE-S3"),
        pytest.param(target({"SSEAlgorithm": "aws:kms"}), id="aws/s3 without a name"),
        pytest.param(target(names("alias/aws/s3")), id="aws/s3 by its alias"),
        pytest.param(
            target(names(ALIAS_ARN.replace("alias/k", "alias/aws/s3"))), id="aws/s3 by its alias' ARN"
        ),
        pytest.param(knowing(KEY, manager="AWS"), id="aws/s3 by its own ARN"),
        pytest.param(target(refusal("ServerSideEncryptionConfigurationNotFoundError")), id="none at all"),
    ],
)
def test_a_bucket_without_a_customers_key_needs_none(place: FakeTarget) -> None:
    assert default_key(place, "csvs", ACCOUNT) is None
    assert inspect(place, "csvs", ACCOUNT, "") == ""
    assert inspect(place, "csvs", ACCOUNT, KEY) == ""


@pytest.mark.parametrize("named", [KEY, ID, "alias/k", ALIAS_ARN])
def test_a_customers_key_has_the_arn_that_kms_tells(named: str) -> None:
    assert default_key(knowing(named), "csvs", ACCOUNT) == BucketKey(named, KEY)


def test_two_layers_of_encryption_are_with_a_key_as_well_as_one() -> None:
    place = target(names(KEY, "aws:kms:dsse"))
    assert default_key(place, "csvs", ACCOUNT) == BucketKey(KEY, KEY)


@pytest.mark.parametrize(("named", "arn"), [(KEY, KEY), (ID, ""), ("alias/k", ""), (ALIAS_ARN, "")])
def test_where_kms_does_not_tell_the_name_has_to_do(named: str, arn: str) -> None:
    assert default_key(target(names(named)), "csvs", ACCOUNT) == BucketKey(named, arn)


@pytest.mark.parametrize(
    ("key", "arn", "same"),
    [
        (BucketKey("alias/k", KEY), KEY, True),
        (BucketKey("alias/k", KEY), OTHER, False),
        (BucketKey(KEY, KEY), "", False),
        (BucketKey(ID, ""), KEY, True),
        (BucketKey(ID, ""), OTHER, False),
        (BucketKey("alias/k", ""), KEY, None),
        (BucketKey("alias/k", ""), "", False),
    ],
)
def test_it_is_the_stacks_key_or_not_or_nobody_knows(key: BucketKey, arn: str, *, same: bool | None) -> None:
    assert key.is_key(arn) is same


@pytest.mark.parametrize("given", ["", OTHER])
def test_a_key_without_a_right_on_it_is_refused_and_the_one_to_give_is_named(given: str) -> None:
    with pytest.raises(StackError, match=f"encrypts with the KMS key {KEY}") as refused:
        inspect(knowing("alias/k"), "csvs", ACCOUNT, given)
    assert refused.value.code == "kms-key"
    assert refused.value.remedy == f"deploy with --kms-key {KEY}"


def test_of_an_alias_that_kms_does_not_tell_the_remedy_says_how_to_find_the_key() -> None:
    with pytest.raises(StackError, match="the KMS key alias/k,") as refused:
        inspect(target(names("alias/k")), "csvs", ACCOUNT, "")
    assert "aws kms describe-key --key-id alias/k" in refused.value.remedy


def test_the_key_that_was_given_is_said() -> None:
    assert inspect(knowing("alias/k"), "csvs", ACCOUNT, KEY) == f"with the KMS key {KEY}"


def test_an_alias_that_kms_does_not_tell_stops_nobody_who_has_given_a_key() -> None:
    said = inspect(target(names("alias/k")), "csvs", ACCOUNT, KEY)
    assert said == f"with alias/k; KMS does not tell you whether that is {KEY}"


def test_whoever_may_not_look_is_told_so_and_goes_on() -> None:
    said = inspect(target(refusal("AccessDenied", "no s3:GetEncryptionConfiguration")), "csvs", ACCOUNT, "")
    assert said.startswith("not known (reading the default encryption of the bucket csvs: AccessDenied")
    assert "--kms-key" in said


def test_a_key_of_another_region_is_refused_with_both_regions() -> None:
    with pytest.raises(SettingsError, match="is in eu-west-1, the stack in us-east-1"):
        refuse_other_region(KEY, "us-east-1")


@pytest.mark.parametrize("key", [KEY, "", None])
def test_a_key_of_the_stacks_region_and_none_will_do(key: str | None) -> None:
    refuse_other_region(key, "eu-west-1")
