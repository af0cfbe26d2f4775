"""What plain HTTP is there for: keys that no URL library leaves alone."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_s3 import FakeS3, fake_s3
from gistline.aws.literalkeys import LiteralAdapter
from gistline.aws.s3 import Address, Credentials
from gistline.aws.signature import encode_path
from gistline.errors import ObjectStoreUnavailableError

KEYS = st.text(st.sampled_from("a./\\\n\x00\x7f %+?#é🌹"), min_size=1, max_size=12)


@pytest.fixture(scope="module")
def s3() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        yield fake


def _adapter(s3: FakeS3, waits: list[float] | None = None) -> LiteralAdapter:
    sleep = (waits if waits is not None else []).append
    return LiteralAdapter(Address.of("bucket", s3.settings), Credentials("AKID", "secret"), sleep=sleep)


@given(KEYS)
def test_any_key_travels_letter_by_letter(s3: FakeS3, key: str) -> None:
    s3.objects.clear()
    adapter = _adapter(s3)
    adapter.put(key, key.encode(), "text/plain")
    assert s3.objects == {encode_path(f"/bucket/{key}"): key.encode()}
    assert b"".join(adapter.get(key)[1]) == key.encode()


def test_it_waits_longer_after_each_attempt(s3: FakeS3) -> None:
    waits: list[float] = []
    s3.faults = [503] * 4
    with pytest.raises(ObjectStoreUnavailableError):
        _adapter(s3, waits).get("a//b")
    assert waits == [0.1, 0.2, 0.4]
