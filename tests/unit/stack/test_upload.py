import base64
import hashlib

import pytest

from gistline.errors import StackError
from gistline.stack.package import Package
from gistline.stack.spec import Code
from gistline.stack.upload import upload
from unit.stack.fake_aws import ACCOUNT, FakeS3, FakeTarget, names

BUCKET = f"gist-code-{ACCOUNT}-eu-west-1"


def test_the_zip_lies_under_its_hash_in_the_stacks_code_bucket(package: Package) -> None:
    s3 = FakeS3()
    assert upload(FakeTarget("eu-west-1", s3=s3), "gist", package) == Code(
        BUCKET, f"{package.sha256}.zip", "arm64"
    )
    assert s3.buckets == {BUCKET: {f"{package.sha256}.zip": b"code"}}


def test_s3_checks_the_bytes_that_arrive(package: Package) -> None:
    s3 = FakeS3()
    upload(FakeTarget("eu-west-1", s3=s3), "gist", package)
    request = dict(s3.calls)["put_object"]
    assert base64.b64decode(request["ChecksumSHA256"]) == hashlib.sha256(b"code").digest()


def test_the_bucket_is_private_and_encrypted(package: Package) -> None:
    s3 = FakeS3()
    upload(FakeTarget("eu-west-1", s3=s3), "gist", package)
    requests = dict(s3.calls)
    assert set(requests["put_public_access_block"]["PublicAccessBlockConfiguration"].values()) == {True}
    assert "AES256" in str(requests["put_bucket_encryption"])


@pytest.mark.parametrize(
    ("region", "configuration"),
    [("us-east-1", None), ("eu-west-1", {"LocationConstraint": "eu-west-1"})],
)
def test_the_bucket_is_made_in_the_stacks_region(
    package: Package, region: str, configuration: dict[str, str] | None
) -> None:
    s3 = FakeS3()
    upload(FakeTarget(region, s3=s3), "gist", package)
    assert dict(s3.calls)["create_bucket"].get("CreateBucketConfiguration") == configuration


def test_the_same_bytes_are_sent_once(package: Package) -> None:
    s3 = FakeS3()
    target = FakeTarget("eu-west-1", s3=s3)
    assert upload(target, "gist", package) == upload(target, "gist", package)
    assert names(s3.calls).count("put_object") == 1
    assert names(s3.calls).count("create_bucket") == 1


def test_a_bucket_left_half_made_gets_its_settings(package: Package) -> None:
    s3 = FakeS3(buckets={BUCKET: {}})
    upload(FakeTarget("eu-west-1", s3=s3), "gist", package)
    assert names(s3.calls) == ["put_public_access_block", "put_bucket_encryption", "put_object"]


def test_code_is_never_put_into_somebody_elses_bucket(package: Package) -> None:
    s3 = FakeS3(foreign={BUCKET})
    with pytest.raises(StackError, match="is not yours"):
        upload(FakeTarget("eu-west-1", s3=s3), "gist", package)
    assert s3.calls == []


def test_every_call_on_the_bucket_expects_our_account(package: Package) -> None:
    s3 = FakeS3(buckets={BUCKET: {}})
    upload(FakeTarget("eu-west-1", s3=s3), "gist", package)
    assert {request["ExpectedBucketOwner"] for _, request in s3.calls} == {ACCOUNT}
