"""The objects of one bucket, whatever their keys look like."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_s3 import FakeS3, fake_s3
from fakes import etag_of
from gistline.config import Settings
from gistline.errors import (
    ObjectChangedError,
    ObjectForbiddenError,
    ObjectStoreError,
    ObjectStoreUnavailableError,
    SettingsError,
)
from gistline.pipeline.objects import Download, Objects
from gistline.pipeline.s3 import Token

ENVIRON = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
ORDINARY, LITERAL = "a/b.csv", "a//b.csv"


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        yield fake


@pytest.fixture
def objects(s3: FakeS3) -> Objects:
    return Objects("bucket", s3.settings, ENVIRON)


def _download(objects: Objects, key: str, path: Path) -> Token:
    found = objects.open(key)
    assert found
    found.save(path)
    return found.token


@pytest.mark.parametrize("body", [b"1234", b"123456"], ids=["short", "long"])
def test_a_body_of_another_length_than_s3_said_is_no_download(body: bytes, tmp_path: Path) -> None:
    with pytest.raises(ObjectStoreUnavailableError, match=f"broke off after {len(body)} of 5 bytes"):
        Download("it", Token("etag", 5), iter([body])).save(tmp_path / "file")


@pytest.mark.parametrize("key", [ORDINARY, LITERAL, "a/../b.csv", "/a.csv"])
def test_what_was_put_is_downloaded(objects: Objects, s3: FakeS3, tmp_path: Path, key: str) -> None:
    body = b"0123456789" * 300_000
    objects.put(key, body, "text/csv")
    token = _download(objects, key, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == body
    assert (token.etag, token.size) == (etag_of(body), len(body))
    assert list(s3.objects) == [f"/bucket/{key}"]


@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_what_is_not_there_is_none(objects: Objects, key: str) -> None:
    assert objects.head(key) is None
    assert objects.open(key) is None


@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_a_bucket_that_is_not_there_is_an_error(objects: Objects, s3: FakeS3, key: str) -> None:
    s3.codes[404] = "NoSuchBucket"
    with pytest.raises(ObjectStoreError, match="HTTP 404 NoSuchBucket"):
        objects.open(key)


@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_what_may_not_be_seen_is_not_absent(objects: Objects, s3: FakeS3, key: str) -> None:
    s3.faults = [403, 403]
    with pytest.raises(ObjectForbiddenError):
        objects.head(key)
    with pytest.raises(ObjectForbiddenError):
        objects.open(key)


@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_a_summary_is_removed_only_if_it_is_the_one(objects: Objects, s3: FakeS3, key: str) -> None:
    objects.swap(key, b"{}", {}, None)
    with pytest.raises(ObjectChangedError):
        objects.remove(key, "another")
    objects.remove(key, etag_of(b"{}"))
    assert not s3.objects
    with pytest.raises(ObjectChangedError):
        objects.remove(key, etag_of(b"{}"))


@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_a_body_that_breaks_off_is_no_download(
    objects: Objects, s3: FakeS3, tmp_path: Path, key: str
) -> None:
    objects.put(key, b"0123456789" * 1000, "text/csv")
    s3.faults = ["cut"]
    with pytest.raises(ObjectStoreUnavailableError) as caught:
        _download(objects, key, tmp_path / "file")
    assert caught.value.retryable


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk, as Linux has one")
def test_a_full_disk_is_a_matter_of_settings_and_says_of_which(objects: Objects) -> None:
    objects.put(ORDINARY, b"x" * 100, "text/csv")
    with pytest.raises(SettingsError, match="100 bytes") as caught:
        _download(objects, ORDINARY, Path("/dev/full"))
    assert caught.value.code == "disk-full"
    assert "EphemeralStorage" in caught.value.remedy


def test_any_other_trouble_with_the_disk_stays_what_it_is(objects: Objects, tmp_path: Path) -> None:
    objects.put(ORDINARY, b"x", "text/csv")
    with pytest.raises(FileNotFoundError):
        _download(objects, ORDINARY, tmp_path / "no such folder" / "file")


def test_a_literal_key_needs_credentials_in_the_environment(s3: FakeS3) -> None:
    with pytest.raises(ObjectForbiddenError):
        Objects("bucket", s3.settings, {}).put(LITERAL, b"", "text/csv")


def test_nothing_connects_before_it_is_asked() -> None:
    assert Objects("bucket", Settings(endpoint="http://127.0.0.1:1"), ENVIRON).bucket == "bucket"
