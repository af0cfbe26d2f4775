"""A KMS key of the customer's: given to a stack, kept, taken away, and found on a bucket that was there before.

The local cloud encrypts nothing and asks for no right on a key: that the functions can work with one, only AWS shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from gistline.checks.check import Finding, Verdict
from gistline.checks.links import bucket as bucket_check
from gistline.errors import SettingsError, StackError
from gistline.site.site import open_site
from local.test_deploy import CSV, Person
from support.cloud import ACCOUNT, REGION, Cloud, Stack, unique


@pytest.fixture
def person(server: Cloud) -> Iterator[Person]:
    person = Person(server, server.settings._replace(stack=unique("keyed"), bucket=""))
    yield person
    person.destroy("--yes")


def new_key(cloud: Cloud) -> str:
    key: str = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    return key


@dataclass(frozen=True)
class Theirs:
    """Somebody's bucket, and the key with which it encrypts, of which there is an alias."""

    cloud: Cloud
    bucket: str
    key: str
    alias: str

    def encrypt_with(self, named: str) -> None:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": named}
        self.put({"Rules": [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}]})

    def put(self, configuration: dict[str, Any]) -> None:
        self.cloud.client("s3").put_bucket_encryption(
            Bucket=self.bucket, ServerSideEncryptionConfiguration=configuration
        )


@pytest.fixture
def theirs(server: Cloud) -> Iterator[Theirs]:
    s3, name, key = server.client("s3"), unique("theirs"), new_key(server)
    server.client("kms").create_alias(AliasName=f"alias/{name}", TargetKeyId=key)
    s3.create_bucket(Bucket=name)
    theirs = Theirs(server, name, key, f"alias/{name}")
    theirs.encrypt_with(key)
    yield theirs
    for entry in s3.list_objects_v2(Bucket=name).get("Contents", []):
        s3.delete_object(Bucket=name, Key=entry["Key"])
    s3.delete_bucket(Bucket=name)


def keys_of(person: Person) -> set[str | None]:
    """The keys of failure queue and log group; the local cloud's CloudFormation gives a bucket none."""
    outputs, cloud = person.outputs, person.cloud
    url, name = outputs.failure_queue_url, outputs.summarizer_log_group_name
    queue = cloud.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    (group,) = cloud.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    return {queue.get("KmsMasterKeyId") or None, group.get("kmsKeyId")}


def test_a_key_comes_with_rights_on_it_stays_and_goes_again(person: Person) -> None:
    key = new_key(person.cloud)
    shown = person.deploy("--plan", "--kms-key", key)
    assert "+ SummarizerRole, UseKeyThroughS3AndSqs" in shown
    assert f"Allow: kms:Decrypt, kms:GenerateDataKey on {key}" in shown
    assert f"s3.{REGION}.amazonaws.com" in shown
    person.deploy("--kms-key", key)
    assert keys_of(person) == {key}
    stack = Stack(person.cloud, person.outputs)
    stack.upload("synthetic-data/orders.csv", CSV)
    assert stack.summary("summaries/summary_orders.json")["table"]["rowCount"] == 2
    assert look(person).verdict is Verdict.OK
    assert "Nothing to change." in person.deploy()  # what is not said stays
    assert "- RecorderRole, UseKeyThroughS3AndSqs" in person.deploy("--kms-key", "")
    assert keys_of(person) == {None}


def look(person: Person) -> Finding:
    return bucket_check.look(open_site(person.target, person.settings.stack))


@pytest.mark.parametrize("key", ["alias/mine", "arn:aws:kms:us-east-1:1:key/x"])
def test_what_is_not_the_arn_of_a_key_is_refused_before_anything_is_made(person: Person, key: str) -> None:
    with pytest.raises(SettingsError, match="is not the ARN of a KMS key"):
        person.deploy("--kms-key", key)
    assert not person.exists()


def test_a_key_of_another_region_is_refused_before_anything_is_made(person: Person) -> None:
    with pytest.raises(SettingsError, match=f"is in eu-west-1, the stack in {REGION}"):
        person.deploy("--kms-key", f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1a-2b")
    assert not person.exists()


@pytest.mark.parametrize(("named", "plan"), [("key", []), ("alias", ["--plan"])], ids=["deploy", "plan"])
def test_an_existing_bucket_with_a_key_is_refused_by_naming_it(
    person: Person, theirs: Theirs, named: str, plan: list[str]
) -> None:
    theirs.encrypt_with(getattr(theirs, named))
    with pytest.raises(StackError, match=f"encrypts with the KMS key {theirs.key}") as refused:
        person.deploy("--existing-bucket", theirs.bucket, *plan)
    assert refused.value.code == "kms-key"
    assert refused.value.remedy == f"deploy with --kms-key {theirs.key}"
    assert not person.exists()


def test_an_existing_bucket_works_with_its_key_and_not_without(person: Person, theirs: Theirs) -> None:
    theirs.encrypt_with(theirs.alias)
    said = person.deploy("--existing-bucket", theirs.bucket, "--kms-key", theirs.key)
    assert f"encryption    with the KMS key {theirs.key}" in said
    assert look(person).verdict is Verdict.OK
    assert "Nothing to change." in person.deploy()
    with pytest.raises(StackError, match="would get no right"):
        person.deploy("--kms-key", "")
    with pytest.raises(StackError, match="would get no right"):
        person.deploy("--kms-key", new_key(person.cloud))


def test_an_existing_bucket_without_a_key_of_a_customer_wants_none(person: Person, theirs: Theirs) -> None:
    theirs.put({"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}]})
    assert "encryption " not in person.deploy("--existing-bucket", theirs.bucket)
    assert look(person).verdict is not Verdict.FAIL


def test_the_doctor_finds_the_key_that_a_bucket_got_after_its_stack(person: Person, theirs: Theirs) -> None:
    theirs.put({"Rules": [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}]})
    person.deploy("--existing-bucket", theirs.bucket)
    theirs.encrypt_with(theirs.alias)
    finding = look(person)
    assert finding.verdict is Verdict.FAIL
    assert f"encrypts with the KMS key {theirs.key}" in finding.evidence
    assert finding.remedy is not None
    assert finding.remedy.words.startswith(f"deploy with --kms-key {theirs.key}")
