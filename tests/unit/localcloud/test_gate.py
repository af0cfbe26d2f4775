"""S3's rule on overlapping notification rules (S3 User Guide, "notification-how-to-filtering")."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.localcloud.gate import OVERLAP_FILTERED, OVERLAP_UNFILTERED, matches, overlap
from gistline.localcloud.gate import rule as stored_rule
from gistline.stack.overlaps import Rule

CREATED = ("s3:ObjectCreated:*",)
FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:f"


def rule(prefix: str = "", suffix: str = "", events: tuple[str, ...] = CREATED) -> Rule:
    return Rule("id", FUNCTION, events, prefix, suffix)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(rule("images"), rule("images/raw"), id="a prefix within a prefix"),
        pytest.param(rule("", ".jpg"), rule("", "pg"), id="a suffix within a suffix"),
        pytest.param(rule("images/", ".csv"), rule("", ".csv"), id="no prefix overlaps every prefix"),
        pytest.param(rule("images/", ".csv"), rule("images/", ""), id="no suffix overlaps every suffix"),
        pytest.param(
            rule("a"), rule("a", events=("s3:ObjectCreated:Put",)), id="a wildcard covers its events"
        ),
    ],
)
def test_two_rules_that_would_match_one_event_on_one_key_are_refused(one: Rule, other: Rule) -> None:
    assert overlap([one, other]) == OVERLAP_FILTERED
    assert overlap([other, one]) == OVERLAP_FILTERED


def test_two_rules_without_filters_are_refused_in_other_words() -> None:
    assert overlap([rule(), rule()]) == OVERLAP_UNFILTERED


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param(rule("images/"), rule("logs/"), id="other prefixes"),
        pytest.param(rule("images", ".jpg"), rule("images", ".png"), id="one prefix, other suffixes"),
        pytest.param(rule("images"), rule("images", events=("s3:ObjectRemoved:*",)), id="other event types"),
        pytest.param(rule("Images/"), rule("images/"), id="prefixes are case-sensitive"),
    ],
)
def test_two_rules_that_can_match_no_common_event_are_allowed(one: Rule, other: Rule) -> None:
    assert overlap([one, other]) is None


@given(
    st.text("ab", max_size=3), st.text("ab", max_size=3), st.text("ab", max_size=3), st.text("ab", max_size=3)
)
def test_two_rules_overlap_exactly_when_some_key_passes_both(p1: str, s1: str, p2: str, s2: str) -> None:
    """A key that starts with the longer prefix and ends with the longer suffix is the witness."""
    witness = max(p1, p2, key=len) + "-" + max(s1, s2, key=len)
    passes_both = all(witness.startswith(p) for p in (p1, p2)) and all(witness.endswith(s) for s in (s1, s2))
    assert (overlap([rule(p1, s1), rule(p2, s2)]) is not None) == passes_both


def test_a_filter_is_decoded_before_a_key_is_compared_with_it() -> None:
    assert matches("year=2026/my files/a.csv", "year%3D2026/my+files/", ".csv")
    assert not matches("year%3D2026/my+files/a.csv", "year%3D2026/my+files/", ".csv")
    assert matches("a.csv", None, None)


def test_a_stored_rule_is_read_with_its_filter_decoded() -> None:
    stored = {"id": "id", "arn": FUNCTION, "events": list(CREATED), "filter_prefix": "my+files/"}
    assert stored_rule({**stored, "filter_suffix": None}) == rule("my files/")
