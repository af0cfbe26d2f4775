"""Whether a summary says what its CSV is, by their tokens alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.aws.s3 import Stored, Token
from gistline.functions.hands import Hands
from gistline.pipeline.lack import Lack, Rules, Seen, lack_of, same
from gistline.pipeline.mark import Mark, Profiler

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RULES = Rules.of("tombstone")
TOKEN = Token("e1", 3, "v1", NOON)


def mark_of(token: Token | None, status: Any = "complete") -> Mark:
    """The mark that the newest profiler leaves."""
    return Mark(status, 1, token, RULES.profiler)


def seen(source: Token | None, mark: Mark | None) -> Seen:
    return Seen("k", source, Stored(Token("s", 1), mark.metadata() if mark else {}))


def test_the_newest_profiler_is_the_one_that_the_functions_are() -> None:
    assert RULES.profiler == Hands.from_environ({}).reconciler.profiler


def test_a_summary_of_this_state_lacks_nothing_whatever_its_verdict() -> None:
    for status in ("complete", "rejected", "failed"):
        assert lack_of(seen(TOKEN, mark_of(TOKEN, status)), RULES) is None


@pytest.mark.parametrize(
    "other",
    [
        TOKEN._replace(etag="e2"),
        TOKEN._replace(size=4),
        TOKEN._replace(version_id="v2"),
        TOKEN._replace(last_modified=NOON - timedelta(seconds=2)),
        TOKEN._replace(last_modified=NOON + timedelta(days=1)),
    ],
)
def test_a_summary_of_another_state_is_out_of_date_be_it_older_or_newer(other: Token) -> None:
    assert lack_of(seen(TOKEN, mark_of(other)), RULES) is Lack.OUT_OF_DATE


def test_a_tombstone_beside_a_csv_is_out_of_date() -> None:
    assert lack_of(seen(TOKEN, mark_of(None, "deleted")), RULES) is Lack.OUT_OF_DATE


def test_a_failure_that_is_about_another_state_is_to_be_done_and_any_other_is_a_verdict() -> None:
    failed = mark_of(TOKEN, "failed")
    assert lack_of(seen(TOKEN, failed._replace(code="overtaken")), RULES) is Lack.UNTRIED
    assert lack_of(seen(TOKEN, failed._replace(code="killed")), RULES) is None


def test_no_summary_and_one_without_a_mark_are_told_apart() -> None:
    assert lack_of(Seen("k", TOKEN, None), RULES) is Lack.NO_SUMMARY
    assert lack_of(seen(TOKEN, None), RULES) is Lack.UNREADABLE


def test_what_an_older_version_said_is_to_be_done_anew_but_not_what_a_newer_one_said() -> None:
    older, newer = Profiler("0.0.0"), Profiler("999.0.0")
    assert lack_of(seen(TOKEN, mark_of(TOKEN)._replace(profiler=older)), RULES) is Lack.OLDER
    assert lack_of(seen(TOKEN, mark_of(TOKEN)._replace(profiler=newer)), RULES) is None
    failed = mark_of(TOKEN, "failed")._replace(profiler=older)
    assert lack_of(seen(TOKEN, failed), RULES) is None


@pytest.mark.parametrize(
    ("seconds", "lack"), [(-2, Lack.OUT_OF_DATE), (-1, None), (1, None), (2, Lack.OUT_OF_DATE)]
)
def test_a_list_may_be_a_second_off_but_no_more(seconds: int, lack: Lack | None) -> None:
    listed = TOKEN._replace(last_modified=NOON + timedelta(seconds=seconds))
    assert lack_of(seen(listed, mark_of(TOKEN._replace(last_modified=NOON))), RULES) is lack


@pytest.mark.parametrize(
    ("on_delete", "status", "lack"),
    [
        ("tombstone", "complete", Lack.ORPHANED),
        ("tombstone", "failed", Lack.ORPHANED),
        ("tombstone", "deleted", None),
        ("delete", "complete", Lack.ORPHANED),
        ("delete", "deleted", Lack.ORPHANED),
        ("keep", "complete", None),
    ],
)
def test_a_summary_without_a_csv_is_left_or_not_as_the_stack_is_told(
    on_delete: str, status: str, lack: Lack | None
) -> None:
    assert lack_of(seen(None, mark_of(TOKEN, status)), Rules.of(on_delete)) is lack


def test_where_nothing_lies_or_something_foreign_without_a_csv_nothing_lacks() -> None:
    assert lack_of(Seen("k", None, None), RULES) is None
    assert lack_of(seen(None, None), RULES) is None


TOKENS = st.builds(
    Token,
    st.sampled_from(["a", "b"]),
    st.sampled_from([1, 2]),
    st.sampled_from([None, "1", "2"]),
    st.sampled_from([None, NOON, NOON + timedelta(milliseconds=400), NOON + timedelta(seconds=1)]),
)


def _coarse(value: object) -> object:
    return value.replace(microsecond=0) if isinstance(value, datetime) else value


@given(TOKENS, TOKENS)
def test_tokens_are_the_same_as_far_as_both_know(one: Token, other: Token) -> None:
    assert same(one, other) == same(other, one)
    assert same(one, one)
    known = [(a, b) for a, b in zip(one, other, strict=True) if a is not None and b is not None]
    told_apart = any(_coarse(a) != _coarse(b) for a, b in known)
    assert same(one, other) == (not told_apart)


def test_the_status_of_a_sight_is_the_marks_or_says_that_there_is_none() -> None:
    assert seen(TOKEN, mark_of(TOKEN, "rejected")).status == "rejected"
    assert [Seen("k", TOKEN, None).status, Seen("k", None, None).status] == ["none", "removed"]
    assert seen(TOKEN, None).status == "none"
