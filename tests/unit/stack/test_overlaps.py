"""The pure rule; what S3 says about it stands in the tests of the local cloud's gate."""

import pytest

from gistline.stack.overlaps import Rule, overlapping

CREATED = ("s3:ObjectCreated:*",)


def rule(prefix: str, suffix: str, events: tuple[str, ...] = CREATED) -> Rule:
    return Rule("id", "arn", events, prefix, suffix)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (rule("", ""), True),
        (rule("in/2026/", ""), True),
        (rule("in/", "v"), True),
        (rule("", ".csv", ("s3:ObjectCreated:Put",)), True),
        (rule("in/", ".json"), False),
        (rule("out/", ".csv"), False),
        (rule("in/", ".csv", ("s3:ObjectRemoved:*",)), False),
    ],
)
def test_two_rules_overlap_when_one_event_on_one_key_passes_both(other: Rule, *, expected: bool) -> None:
    ours = rule("in/", ".csv")
    assert overlapping(ours, other) is expected
    assert overlapping(other, ours) is expected
