"""The objects of one bucket, whatever their keys look like."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_s3 import FakeS3, fake_s3
from fakes import etag_of
from gistline.config import Settings
from gistline.errors import ObjectForbiddenError, ObjectStoreUnavailableError, SettingsError
from gistline.pipeline.objects import Objects

ENVIRON = {"AWS_ACCESS_KEY_ID": "AKID", "AWS_SECRET_ACCESS_KEY": "secret"}
ORDINARY, LITERAL = "a/b.csv", "a//b.csv"


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        yield fake


@pytest.fixture
def objects(s3: FakeS3) -> Objects:
    return Objects("bucket", s3.settings, ENVIRON)


@pytest.mark.parametrize("key", [ORDINARY, LITERAL, "a/../b.csv", "/a.csv"])
def test_what_was_put_is_downloaded(objects: Objects, s3: FakeS3, tmp_path: Path, key: str) -> None:
    body = b"0123456789" * 300_000
    objects.put(key, body)
    token = objects.download(key, tmp_path / "file")
    assert (tmp_path / "file").read_bytes() == body
    assert (token.etag, token.size) == (etag_of(body), len(body))
    assert list(s3.objects) == [f"/bucket/{key}"]


def test_summaries_are_json(objects: Objects, s3: FakeS3) -> None:
    objects.put("a.json", b"{}")
    assert s3.seen[0].headers["content-type"] == "application/json"


@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_a_body_that_breaks_off_is_no_download(
    objects: Objects, s3: FakeS3, tmp_path: Path, key: str
) -> None:
    objects.put(key, b"0123456789" * 1000)
    s3.faults = ["cut"]
    with pytest.raises(ObjectStoreUnavailableError) as caught:
        objects.download(key, tmp_path / "file")
    assert caught.value.retryable


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk, as Linux has one")
def test_a_full_disk_is_a_matter_of_settings_and_says_of_which(objects: Objects) -> None:
    objects.put(ORDINARY, b"x" * 100)
    with pytest.raises(SettingsError, match="100 bytes") as caught:
        objects.download(ORDINARY, Path("/dev/full"))
    assert caught.value.code == "disk-full"
    assert "EphemeralStorage" in caught.value.remedy


def test_any_other_trouble_with_the_disk_stays_what_it_is(objects: Objects, tmp_path: Path) -> None:
    objects.put(ORDINARY, b"x")
    with pytest.raises(FileNotFoundError):
        objects.download(ORDINARY, tmp_path / "no such folder" / "file")


def test_a_literal_key_needs_credentials_in_the_environment(s3: FakeS3) -> None:
    with pytest.raises(ObjectForbiddenError):
        Objects("bucket", s3.settings, {}).put(LITERAL, b"")


def test_nothing_connects_before_it_is_asked() -> None:
    assert Objects("bucket", Settings(endpoint="http://127.0.0.1:1"), ENVIRON).bucket == "bucket"
