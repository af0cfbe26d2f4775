"""S3's lists, page by page, whatever the keys look like."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_s3 import FakeS3, fake_s3
from gistline.aws.listing import Lister
from gistline.aws.s3 import Address, Credentials, Listed
from gistline.aws.wire import Wire
from gistline.errors import ObjectForbiddenError, ObjectStoreUnavailableError

FIRST = "/bucket/?encoding-type=url&list-type=2&prefix=in%2F"
KEYS = st.lists(st.text(st.sampled_from("a /\\\n\x00\x7f<&>%+?#é🌹"), min_size=1, max_size=12), max_size=4)


@pytest.fixture(scope="module")
def s3() -> Iterator[FakeS3]:
    with fake_s3() as fake:
        yield fake


def lister(s3: FakeS3) -> Lister:
    address = Address.of("bucket", s3.settings)
    return Lister(
        Wire("s3", "eu-west-1", s3.endpoint, Credentials("AKID", "secret"), sleep=lambda _: None), address
    )


def page(*keys: str, more: str = "") -> bytes:
    """Write a page as S3 does (S3 API Reference, ListObjectsV2, examples)."""
    contents = "".join(
        f"<Contents><Key>{quote_plus(key, safe='/')}</Key><LastModified>2026-11-23T12:00:00.000Z</LastModified>"
        f"<ETag>&quot;e1&quot;</ETag><Size>3</Size><StorageClass>STANDARD</StorageClass></Contents>"
        for key in keys
    )
    following = f"<NextContinuationToken>{more}</NextContinuationToken>" if more else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
        f"<Name>bucket</Name><EncodingType>url</EncodingType>{contents}{following}</ListBucketResult>"
    ).encode()


def test_an_object_is_given_as_s3_lists_it(s3: FakeS3) -> None:
    s3.objects = {FIRST: page("in/a.csv")}
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert list(lister(s3).list("in/")) == [Listed("in/a.csv", "e1", 3, noon)]


@given(KEYS)
def test_any_key_arrives_letter_by_letter(s3: FakeS3, keys: list[str]) -> None:
    s3.objects = {FIRST: page(*keys)}
    assert [each.key for each in lister(s3).list("in/")] == keys


def test_what_lies_in_an_archive_is_marked(s3: FakeS3) -> None:
    s3.objects = {FIRST: page("in/a").replace(b"STANDARD", b"DEEP_ARCHIVE")}
    assert [each.archived for each in lister(s3).list("in/")] == [True]


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"<html>",
        b"<ListBucketResult/>",
        b"<Error><Code>InternalError</Code></Error>",
        page().replace(b"<Name>", b"<IsTruncated>true</IsTruncated><Name>"),
    ],
)
def test_what_is_no_whole_list_is_never_taken_for_an_empty_one(s3: FakeS3, answer: bytes) -> None:
    s3.objects = {FIRST: answer}
    with pytest.raises(ObjectStoreUnavailableError):
        list(lister(s3).list("in/"))


def test_page_follows_page_only_as_far_as_asked_for(s3: FakeS3) -> None:
    second = FIRST.replace("/?", "/?continuation-token=t%2B1%2F%3D&")
    s3.objects, s3.seen = {FIRST: page("in/a", "in/b", more="t+1/="), second: page("in/c")}, []
    found = lister(s3).list("in/")
    assert [next(found).key, next(found).key, len(s3.seen)] == ["in/a", "in/b", 1]
    assert [each.key for each in found] == ["in/c"]


def test_it_begins_behind_the_key_that_is_named(s3: FakeS3) -> None:
    s3.objects = {f"{FIRST}&start-after=in%2Fb%20%2B": page("in/c")}
    assert [each.key for each in lister(s3).list("in/", "in/b +")] == ["in/c"]


def test_a_page_that_breaks_off_is_asked_for_again(s3: FakeS3) -> None:
    s3.objects, s3.faults = {FIRST: page("in/a")}, ["cut"]
    assert [each.key for each in lister(s3).list("in/")] == ["in/a"]


@pytest.mark.parametrize(
    ("faults", "error"), [([403], ObjectForbiddenError), ([503] * 4, ObjectStoreUnavailableError)]
)
def test_a_refusal_is_no_end_of_the_list(s3: FakeS3, faults: list[int], error: type[Exception]) -> None:
    s3.objects, s3.faults = {FIRST: page("in/a")}, [*faults]
    with pytest.raises(error, match="ListBucket 'in/' in bucket bucket"):
        list(lister(s3).list("in/"))
