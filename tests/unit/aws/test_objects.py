"""The objects of one bucket, whatever their keys look like."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_s3 import FakeS3, fake_s3
from fakes import etag_of
from gistline.aws.objects import Download, Objects
from gistline.aws.s3 import Token
from gistline.config import Settings
from gistline.errors import (
    ObjectChangedError,
    ObjectForbiddenError,
    ObjectStoreError,
    ObjectStoreUnavailableError,
    SettingsError,
)

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


@pytest.mark.parametrize("body", [b"", b"id\n1\n"], ids=["empty", "whole"])
@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_an_answer_that_does_not_say_its_length_is_no_download(
    objects: Objects, s3: FakeS3, tmp_path: Path, key: str, body: bytes
) -> None:
    """Nobody could tell whether it broke off; of an empty one not even that it did not at once."""
    s3.objects, s3.faults = {f"/bucket/{key}": body}, ["unsized"]
    with pytest.raises(ObjectStoreUnavailableError):
        _download(objects, key, tmp_path / "file")


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


def _in_lambda(environ: dict[str, str], lineage: str, root: str = "1-a") -> None:
    """Set what Lambda sets for each invocation."""
    trace = f"Root={root};Lineage={lineage}"
    environ.update(AWS_LAMBDA_FUNCTION_NAME="f", _X_AMZN_TRACE_ID=trace)


@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_each_summary_hands_on_the_lineage_of_its_own_invocation(s3: FakeS3, key: str) -> None:
    environ = dict(ENVIRON)
    objects = Objects("bucket", s3.settings, environ)
    for round_ in range(6):
        _in_lambda(environ, f"1:a87bd80c:{round_}")
        objects.swap(key, b"{}", {}, None)
        s3.objects.clear()
    sent = [seen.headers["x-amzn-trace-id"] for seen in s3.seen]
    assert sent == [f"Root=1-a;Lineage=1:a87bd80c:{number}" for number in range(6)]


@pytest.mark.parametrize("key", [ORDINARY, LITERAL])
def test_outside_lambda_no_trace_header_is_sent(s3: FakeS3, objects: Objects, key: str) -> None:
    objects.swap(key, b"{}", {}, None)
    assert "x-amzn-trace-id" not in s3.seen[-1].headers


def test_what_is_only_read_needs_no_lineage(s3: FakeS3) -> None:
    environ = dict(ENVIRON)
    _in_lambda(environ, "1:a87bd80c:0")
    Objects("bucket", s3.settings, environ).head(ORDINARY)
    assert "x-amzn-trace-id" not in s3.seen[-1].headers


def test_where_the_signed_lineage_is_refused_the_summary_is_stored_without_it(s3: FakeS3) -> None:
    environ = dict(ENVIRON)
    _in_lambda(environ, "1:a87bd80c:0")
    s3.faults, s3.codes = [403], {**s3.codes, 403: "SignatureDoesNotMatch"}
    Objects("bucket", s3.settings, environ).swap(ORDINARY, b"{}", {}, None)
    assert [*s3.objects.values()] == [b"{}"]
    assert ["x-amzn-trace-id" in seen.headers for seen in s3.seen] == [True, False]


def test_a_wrong_key_stays_an_error(s3: FakeS3) -> None:
    environ = dict(ENVIRON)
    _in_lambda(environ, "1:a87bd80c:0")
    s3.faults, s3.codes = [403, 403], {**s3.codes, 403: "SignatureDoesNotMatch"}
    with pytest.raises(ObjectForbiddenError, match="SignatureDoesNotMatch"):
        Objects("bucket", s3.settings, environ).swap(ORDINARY, b"{}", {}, None)


def test_invocations_of_one_lineage_share_a_store(s3: FakeS3) -> None:
    """The Root tells which invocation the store was made for; what Lambda counts is the lineage."""
    environ = dict(ENVIRON)
    objects = Objects("bucket", s3.settings, environ)
    for number in range(20):
        _in_lambda(environ, "1:a87bd80c:0", root=f"1-{number}")
        objects.swap(f"{ORDINARY}{number}", b"{}", {}, None)
    assert [seen.headers["x-amzn-trace-id"] for seen in s3.seen] == ["Root=1-0;Lineage=1:a87bd80c:0"] * 20


def test_a_chain_that_rises_gets_stores_of_its_own_and_the_ordinary_one_stays(s3: FakeS3) -> None:
    environ = dict(ENVIRON)
    objects = Objects("bucket", s3.settings, environ)
    for number, rounds in enumerate([0, 1, 2, 0, 3, 0, 4, 0, 5, 0]):
        _in_lambda(environ, f"1:a87bd80c:{rounds}", root=f"1-{number}")
        objects.swap(f"{ORDINARY}{number}", b"{}", {}, None)
    roots = [seen.headers["x-amzn-trace-id"].partition(";")[0] for seen in s3.seen]
    assert roots == [f"Root=1-{number}" for number in (0, 1, 2, 0, 4, 0, 6, 0, 8, 0)]
