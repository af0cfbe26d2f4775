"""Messages and the keys that they wait for; how they are taken from the queue is in `test_failures`."""

import json
from itertools import permutations

import pytest

from fakes import s3_event, s3_record
from gistline.pipeline.record import Defeat
from gistline.site.deadletters import Awaited, DeadLetter
from unit.site.simulated import NOON

BUCKET = "bucket"


def letter(name: str, *keys: str, more: tuple[object, ...] = ()) -> DeadLetter:
    records = [*s3_event(*keys)["Records"], *more]
    record = {"requestContext": {}, "requestPayload": {"Records": records}}
    return DeadLetter(name, name, NOON, json.dumps(record), Defeat.parse(record))


def settled(awaited: Awaited, *keys: str) -> list[str]:
    return [each.id for key in keys for each in awaited.settle(key)]


def test_a_message_is_given_with_the_last_of_its_keys_in_whatever_order_they_come() -> None:
    for keys in permutations("abc"):
        awaited = Awaited([(letter("m"), "abc")])
        assert settled(awaited, *keys[:2]) == []
        assert settled(awaited, keys[2]) == ["m"]


def test_each_message_about_a_key_is_given_and_none_twice() -> None:
    awaited = Awaited([(letter("one"), "a"), (letter("two"), "a"), (letter("more"), "ab")])
    assert settled(awaited, "a", "a") == ["one", "two"]
    assert settled(awaited, "b", "b") == ["more"]


def test_a_message_that_waits_for_no_key_is_never_given() -> None:
    assert settled(Awaited([(letter("m"), ())]), "", "m") == []


@pytest.mark.parametrize("also", [s3_record("a", bucket="another"), {"eventSource": "aws:s3"}])
def test_a_message_tells_what_it_is_about_beside_keys_of_the_bucket(also: object) -> None:
    """A CSV of another bucket, or a record that cannot be read."""
    assert letter("m", "a").is_all_in(BUCKET)
    assert not letter("m", "a", more=(also,)).is_all_in(BUCKET)
    assert letter("m", "a", more=(also,)).keys_in(BUCKET) == ("a",)
    assert letter("m", "a").keys_in("another") == ()
    assert not DeadLetter("m", "m", NOON, "{}", None).is_all_in(BUCKET)


def test_however_many_keys_are_settled_each_message_is_given_once() -> None:
    awaited = Awaited([(letter("m"), "a")])
    assert settled(awaited, *map(str, range(1000)), "a", "a") == ["m"]
