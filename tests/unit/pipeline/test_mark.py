"""What a summary says of itself in its metadata."""

from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.aws.s3 import Token
from gistline.pipeline.mark import Mark, Profiler
from gistline.profile.summary import Status

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
TIMES = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
TOKENS = st.builds(
    Token,
    etag=st.none() | WORDS,
    size=st.integers(0, 5 * 10**12),
    version_id=st.none() | WORDS,
    last_modified=st.none() | TIMES.map(lambda moment: moment.replace(microsecond=0)),
)
MARKS = st.builds(
    Mark,
    status=st.sampled_from(get_args(Status)),
    generation=st.integers(1, 10**9),
    token=st.none() | TOKENS,
    profiler=st.builds(Profiler, WORDS, st.just("") | WORDS),
    code=st.none() | st.from_regex(r"[a-z]+(-[a-z]+)*", fullmatch=True).filter(lambda code: len(code) < 40),
)


@given(MARKS)
def test_what_is_written_is_read_again(mark: Mark) -> None:
    assert Mark.parse(mark.metadata()) == mark


@given(MARKS)
def test_it_is_one_short_header_in_ascii(mark: Mark) -> None:
    ((name, text),) = mark.metadata().items()
    assert name == "gistline"
    assert text.isascii()
    assert text.isprintable()
    assert len(text) < 2048  # S3's limit for all metadata of an object


@pytest.mark.parametrize(
    "text",
    [
        "",
        "status=complete",
        "status=splendid&generation=1&profiler=1",
        "status=complete&generation=one&profiler=1",
        "status=complete&generation=1",
        "status=complete&generation=1&profiler=1&bytes=many",
        "status=complete&generation=1&profiler=1&bytes=1&modified=99999999999999999999",
    ],
)
def test_what_cannot_be_read_is_no_mark(text: str) -> None:
    assert Mark.parse({"gistline": text}) is None


@given(st.text(max_size=40))
def test_nothing_that_stands_there_is_an_error(text: str) -> None:
    Mark.parse({"gistline": text})


def test_an_object_without_one_has_none() -> None:
    assert Mark.parse({"another": "word"}) is None


@pytest.mark.parametrize(
    ("one", "other", "replaces"),
    [
        (Profiler("1.10.0"), Profiler("1.9.0"), True),
        (Profiler("1.9.0"), Profiler("1.10.0"), False),
        (Profiler("1.0.0", "a"), Profiler("1.0.0", "a"), False),
        (Profiler("1.0.0", "a"), Profiler("1.0.0", "b"), True),
        (Profiler("1.0.0", "a"), Profiler("2.0.0", "b"), False),
        (Profiler("1.0.0.dev1", "a"), Profiler("1.0.0", "a"), False),
        (Profiler("0.2.0", "a"), Profiler("0.2.1rc1", "a"), False),
        (Profiler("0.2.1rc1", "a"), Profiler("0.2.0", "a"), True),
        (Profiler("0.2.1rc1", "a"), Profiler("0.2.1", "a"), False),
        (Profiler("0.2.1+g12.5", "a"), Profiler("0.2.1", "a"), False),
        (Profiler("new", "a"), Profiler("0.0.1", "a"), False),
        (Profiler("1.0.0", "a"), Profiler("1.0.0.dev1", "a"), False),
    ],
)
def test_a_newer_profiler_replaces_or_one_with_other_options(
    one: Profiler,
    other: Profiler,
    replaces: bool,  # noqa: FBT001 - drawn
) -> None:
    assert one.replaces(other) is replaces


NEWER, OWN, OLDER = Profiler("1.1.0"), Profiler("1.0.0"), Profiler("0.9.0")


@pytest.mark.parametrize(
    ("status", "by", "anew", "stays"),
    [
        ("complete", OWN, None, True),
        ("complete", NEWER, None, True),
        ("complete", OLDER, None, False),
        ("complete", OWN, 7, True),
        ("deleted", OWN, None, True),
        ("failed", OWN, None, False),
        ("failed", NEWER, None, False),
        ("rejected", OWN, None, True),
        ("rejected", OWN, 6, True),
        ("rejected", OWN, 7, False),
        ("rejected", NEWER, 7, True),
    ],
)
def test_a_verdict_stays_unless_it_is_no_verdict_or_an_older_one_or_one_that_somebody_wants_anew(
    status: Status,
    by: Profiler,
    anew: int | None,
    stays: bool,  # noqa: FBT001 - drawn
) -> None:
    assert Mark(status, 7, None, by).stands(OWN, anew) is stays


@pytest.mark.parametrize(
    ("status", "code", "untried"),
    [
        ("failed", "overtaken", True),
        ("failed", "killed", False),
        ("failed", None, False),
        ("rejected", "empty-file", False),
    ],
)
def test_a_failure_that_is_about_another_state_alone_is_no_verdict(
    status: Status,
    code: str | None,
    untried: bool,  # noqa: FBT001 - drawn
) -> None:
    assert Mark(status, 1, None, OWN, code).is_untried is untried


def test_the_same_options_have_the_same_digest_in_any_order() -> None:
    assert Profiler.of("1", a="x", b="y") == Profiler.of("1", b="y", a="x")
    assert Profiler.of("1", a="x") != Profiler.of("1", a="y")
