"""What is obstore's own: which keys it reaches, and that a body which breaks off is resumed or refused."""

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_s3 import FakeS3, fake_s3
from gistline.aws.lineage import NO_TRACE
from gistline.aws.obstores import ObstoreAdapter, can_address, client_config
from gistline.aws.s3 import CONNECT_SECONDS, READ_SECONDS, Address, Credentials
from gistline.errors import ObjectStoreUnavailableError

KEYS = st.text(st.sampled_from("a./\\\n\x7f\x80 %+é🌹"), min_size=1, max_size=8)


@pytest.fixture(scope="module")
def s3() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        yield fake


def _adapter(s3: FakeS3) -> ObstoreAdapter:
    return ObstoreAdapter(Address.of("bucket", s3.settings), Credentials("AKID", "secret"))


@given(KEYS | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8))
def test_every_key_it_is_said_to_reach_it_reaches(s3: FakeS3, key: str) -> None:
    if can_address(key):
        s3.objects.clear()
        _adapter(s3).put(key, b"", "text/plain")
        (path,) = s3.objects
        assert unquote(path) == f"/bucket/{key}"


@pytest.mark.parametrize(
    "key",
    [
        *("a//b", "/a", "a/", "", ".", "..", "a/../b", "a/./b", "a\nb", "a\x00b", "a\x7fb", "a/.."),
        # In its errors the key stands before S3's answer, and these read like one.
        *("status code: 404.csv", "<Code>NoSuchBucket</Code>", "non UTF-8 characters.csv"),
    ],
)
def test_keys_that_it_refuses_or_would_change_are_known(key: str) -> None:
    assert not can_address(key)


@pytest.mark.parametrize("key", ["a", "a/b", "...", "a/.b", "a..b", "a b", "é", "\u0085", "%2e%2e/a", "a\\b"])
def test_keys_that_only_look_odd_are_left_to_it(key: str) -> None:
    assert can_address(key)


def test_who_says_nothing_is_given_up_long_before_the_function_is(s3: FakeS3) -> None:
    config = client_config(Address.of("bucket", s3.settings), NO_TRACE)
    assert config["connect_timeout"] == timedelta(seconds=CONNECT_SECONDS)
    assert config["read_timeout"] == timedelta(seconds=READ_SECONDS)


def test_bytes_of_two_states_never_mix(s3: FakeS3) -> None:
    """A body breaks off, and the object that is asked for the rest is another one by then."""
    s3.objects["/bucket/a.csv"] = b"old " * 1000
    s3.faults = ["cut"]
    _, chunks = _adapter(s3).get("a.csv")
    s3.objects["/bucket/a.csv"] = b"new " * 1000
    with pytest.raises(ObjectStoreUnavailableError):
        b"".join(chunks)
