"""What obstore and plain HTTP must both do: the contract of `s3.Adapter`, over a tiny S3 on loopback."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from traceback import format_exception

import pytest

from fake_s3 import FakeS3, Fault, fake_s3, nobody
from fakes import etag_of
from gistline.aws.literalkeys import LiteralAdapter
from gistline.aws.obstores import ObstoreAdapter
from gistline.aws.s3 import Adapter, Address, Credentials, Token
from gistline.config import Settings
from gistline.errors import (
    ObjectChangedError,
    ObjectForbiddenError,
    ObjectNotFoundError,
    ObjectStoreError,
    ObjectStoreUnavailableError,
)

KEYS = Credentials("AKID", "secret", "session")
Make = Callable[[Settings], Adapter]


def _obstore(settings: Settings) -> Adapter:
    return ObstoreAdapter(Address.of("bucket", settings), KEYS)


def _literal(settings: Settings) -> Adapter:
    return LiteralAdapter(Address.of("bucket", settings), KEYS, sleep=lambda _: None)


@pytest.fixture(params=[_obstore, _literal], ids=["obstore", "literal"])
def make(request: pytest.FixtureRequest) -> Make:
    maker: Make = request.param
    return maker


@pytest.fixture
def s3() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        yield fake


@pytest.fixture
def adapter(make: Make, s3: FakeS3) -> Adapter:
    return make(s3.settings)


def test_an_object_comes_with_the_token_of_its_bytes(adapter: Adapter, s3: FakeS3) -> None:
    s3.objects["/bucket/a.csv"] = b"a,b\n1,2\n"
    s3.versions["/bucket/a.csv"] = "v1"
    token, chunks = adapter.get("a.csv")
    assert b"".join(chunks) == b"a,b\n1,2\n"
    assert token == Token(etag_of(b"a,b\n1,2\n"), 8, "v1", datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert len(s3.seen) == 1


def test_an_empty_object_is_an_object(adapter: Adapter, s3: FakeS3) -> None:
    s3.objects["/bucket/a.csv"] = b""
    token, chunks = adapter.get("a.csv")
    assert list(chunks) == []
    assert (token.size, token.version_id) == (0, None)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("plain.csv", "/bucket/plain.csv"),
        ("a b+c%20.csv", "/bucket/a%20b%2Bc%2520.csv"),
        ("é🌹/x~.csv", "/bucket/%C3%A9%F0%9F%8C%B9/x~.csv"),
        ("?#[]&='\"\\.csv", "/bucket/%3F%23%5B%5D%26%3D%27%22%5C.csv"),
        ("x" * 1000, "/bucket/" + "x" * 1000),
    ],
)
def test_a_key_travels_letter_by_letter(adapter: Adapter, s3: FakeS3, key: str, path: str) -> None:
    adapter.put(key, b"gist", "application/json")
    assert s3.objects == {path: b"gist"}
    assert b"".join(adapter.get(key)[1]) == b"gist"


@pytest.mark.parametrize("kind", [ObstoreAdapter, LiteralAdapter])
def test_a_bucket_that_the_host_names_is_not_in_the_path(
    kind: type[ObstoreAdapter | LiteralAdapter], s3: FakeS3
) -> None:
    adapter = kind(Address("bucket", "eu-west-1", s3.endpoint, ""), KEYS)
    adapter.put("a/b.csv", b"gist", "text/csv")
    assert s3.objects == {"/a/b.csv": b"gist"}
    assert "/eu-west-1/s3/aws4_request" in s3.seen[0].headers["authorization"]


def test_a_put_says_what_it_carries_and_signs_it(adapter: Adapter, s3: FakeS3) -> None:
    adapter.put("a.json", b"{}", "application/json")
    headers = s3.seen[0].headers
    assert headers["content-type"] == "application/json"
    assert headers["x-amz-security-token"] == "session"
    assert (
        headers["x-amz-content-sha256"] == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    )
    assert headers["authorization"].startswith("AWS4-HMAC-SHA256 Credential=AKID/")


@pytest.mark.parametrize("body", [b"", b"x" * 100_000], ids=["empty", "long"])
def test_a_file_is_stored_like_bytes(adapter: Adapter, s3: FakeS3, tmp_path: Path, body: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(body)
    adapter.put("a.csv", file, "text/csv")
    assert s3.objects == {"/bucket/a.csv": body}


MARK = {"gistline": "status=complete&key=%C3%A9"}


def test_metadata_comes_back_with_a_head(adapter: Adapter, s3: FakeS3) -> None:
    adapter.swap("a.json", b"{}", MARK, None)
    stored = adapter.head("a.json")
    assert stored.metadata["gistline"] == MARK["gistline"]
    assert stored.token == Token(etag_of(b"{}"), 2, None, datetime(2026, 11, 23, 8, tzinfo=UTC))
    assert [seen.method for seen in s3.seen] == ["PUT", "HEAD"]


def test_a_swap_is_json_and_signed_with_its_condition(adapter: Adapter, s3: FakeS3) -> None:
    adapter.swap("a.json", b"{}", MARK, None)
    adapter.swap("a.json", b"[]", MARK, etag_of(b"{}"))
    assert [seen.headers["content-type"] for seen in s3.seen] == ["application/json"] * 2
    assert s3.seen[0].headers["if-none-match"] == "*"
    assert s3.seen[1].headers["if-match"] == f'"{etag_of(b"{}")}"'
    assert "x-amz-meta-gistline" in s3.seen[1].headers["authorization"]


@pytest.mark.parametrize(("there", "expected"), [(b"{}", None), (b"{}", "another"), (None, "another")])
def test_what_has_changed_is_not_overwritten(
    adapter: Adapter, s3: FakeS3, there: bytes | None, expected: str | None
) -> None:
    if there is not None:
        s3.objects["/bucket/a.json"] = there
    before = dict(s3.objects)
    with pytest.raises(ObjectChangedError) as caught:
        adapter.swap("a.json", b"new", {}, expected)
    assert s3.objects == before
    assert caught.value.retryable


@pytest.mark.parametrize("expected", [None, etag_of(b"{}")], ids=["create", "update"])
def test_another_writer_at_the_same_time_is_a_change_too(
    adapter: Adapter, s3: FakeS3, expected: str | None
) -> None:
    s3.objects["/bucket/a.json"] = b"{}"
    s3.faults = [409] * 4
    with pytest.raises(ObjectChangedError):
        adapter.swap("a.json", b"new", {}, expected)


@pytest.mark.parametrize(
    ("fault", "kind", "attempts"),
    [
        (403, ObjectForbiddenError, 1),
        (503, ObjectStoreUnavailableError, 4),
        ("silence", ObjectStoreUnavailableError, 4),
    ],
)
def test_a_swap_that_is_refused_is_not_taken_for_a_change(
    adapter: Adapter, s3: FakeS3, fault: Fault, kind: type[ObjectStoreError], attempts: int
) -> None:
    s3.faults = [fault] * 9
    with pytest.raises(kind):
        adapter.swap("a.json", b"new", {}, None)
    assert len(s3.seen) == attempts


@pytest.mark.parametrize("there", [None, b"{}"], ids=["create", "update"])
def test_a_swap_whose_answer_is_lost_meets_its_own_write(
    adapter: Adapter, s3: FakeS3, there: bytes | None
) -> None:
    if there is not None:
        s3.objects["/bucket/a.json"] = there
    s3.faults = ["lost"]
    with pytest.raises(ObjectChangedError):
        adapter.swap("a.json", b"new", {}, None if there is None else etag_of(there))
    assert s3.objects == {"/bucket/a.json": b"new"}
    assert len(s3.seen) == 2


@pytest.mark.parametrize(("status", "kind"), [(404, ObjectNotFoundError), (403, ObjectForbiddenError)])
def test_a_head_that_is_refused_says_why_without_a_body(
    adapter: Adapter, s3: FakeS3, status: int, kind: type[ObjectStoreError]
) -> None:
    s3.faults = [status]
    with pytest.raises(kind, match=f"HeadObject 'a.csv' in bucket bucket: HTTP {status}"):
        adapter.head("a.csv")


def test_a_missing_object_is_not_found(adapter: Adapter) -> None:
    with pytest.raises(ObjectNotFoundError, match=r"GetObject 'a\.csv' in bucket bucket: HTTP 404 NoSuchKey"):
        adapter.get("a.csv")


@pytest.mark.parametrize(
    ("ask", "action"),
    [
        (lambda adapter: adapter.get("a.csv"), "GetObject"),
        (lambda adapter: adapter.put("a.csv", b"", "text/csv"), "PutObject"),
    ],
    ids=["get", "put"],
)
class TestRefusals:
    """However S3 refuses, both adapters say the same."""

    def test_forbidden(
        self, adapter: Adapter, s3: FakeS3, ask: Callable[[Adapter], None], action: str
    ) -> None:
        s3.faults = [403]
        with pytest.raises(ObjectForbiddenError) as caught:
            ask(adapter)
        assert caught.value.message == f"{action} 'a.csv' in bucket bucket: HTTP 403 AccessDenied"
        assert len(s3.seen) == 1

    def test_what_the_answer_says_besides_its_code_is_not_repeated(
        self, adapter: Adapter, s3: FakeS3, ask: Callable[[Adapter], None], action: str
    ) -> None:
        s3.faults = [403]
        with pytest.raises(ObjectForbiddenError) as caught:
            ask(adapter)
        assert "hush-hush" not in "".join(format_exception(caught.value))

    def test_conflict(
        self, adapter: Adapter, s3: FakeS3, ask: Callable[[Adapter], None], action: str
    ) -> None:
        s3.faults = [409]
        with pytest.raises(ObjectStoreError, match="HTTP 409 OperationAborted"):
            ask(adapter)
        assert len(s3.seen) == 1

    def test_a_passing_fault_is_waited_out(
        self, adapter: Adapter, s3: FakeS3, ask: Callable[[Adapter], None], action: str
    ) -> None:
        s3.objects["/bucket/a.csv"] = b""
        s3.faults = [503]
        ask(adapter)
        assert len(s3.seen) == 2

    def test_a_lasting_fault_is_given_up_after_four_attempts(
        self, adapter: Adapter, s3: FakeS3, ask: Callable[[Adapter], None], action: str
    ) -> None:
        s3.faults = [503] * 9
        with pytest.raises(ObjectStoreUnavailableError, match="HTTP 503 SlowDown") as caught:
            ask(adapter)
        assert caught.value.retryable
        assert len(s3.seen) == 4

    def test_silence(self, adapter: Adapter, s3: FakeS3, ask: Callable[[Adapter], None], action: str) -> None:
        s3.objects["/bucket/a.csv"] = b""
        s3.faults = ["silence"] * 9
        with pytest.raises(ObjectStoreUnavailableError):
            ask(adapter)


def test_nobody_there(make: Make) -> None:
    with nobody() as endpoint, pytest.raises(ObjectStoreUnavailableError):
        make(Settings(endpoint=endpoint)).get("a.csv")
