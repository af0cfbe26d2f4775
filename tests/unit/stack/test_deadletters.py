"""Messages and the keys that they wait for; how they are taken from the queue is in `test_failures`."""

import json
from itertools import permutations

import pytest

from fakes import s3_event, s3_record
from gistline.pipeline.record import Defeat
from gistline.stack.deadletters import Awaited, DeadLetter
from unit.stack.simulated import NOON

BUCKET = "bucket"


def letter(name: str, *keys: str, more: tuple[object, ...] = ()) -> DeadLetter:
    records = [*s3_event(*keys)["Records"], *more]
    record = {"requestContext": {}, "requestPayload": {"Records": records}}
    return DeadLetter(name, name, NOON, json.dumps(record), Defeat.parse(record))


def settled(awaited: Awaited, *keys: str) -> list[str]:
    return [each.id for key in keys for each in awaited.settle(key)]


def test_a_message_is_given_with_the_last_of_its_keys_in_whatever_order_they_come() -> None:
    for keys in permutations("abc"):
        awaited = Awaited([letter("m", "a", "b", "c")], BUCKET)
        assert settled(awaited, *keys[:2]) == []
        assert settled(awaited, keys[2]) == ["m"]


def test_each_message_about_a_key_is_given_and_none_twice() -> None:
    awaited = Awaited([letter("one", "a"), letter("two", "a"), letter("more", "a", "b")], BUCKET)
    assert settled(awaited, "a", "a") == ["one", "two"]
    assert settled(awaited, "b", "b") == ["more"]


@pytest.mark.parametrize("body", ["", "{}"])
def test_a_message_that_is_about_no_key_is_never_given(body: str) -> None:
    awaited = Awaited([DeadLetter("m", "m", NOON, body, None)], BUCKET)
    assert settled(awaited, "", "m") == []


@pytest.mark.parametrize("also", [s3_record("a", bucket="another"), {"eventSource": "aws:s3"}])
def test_a_message_that_is_also_about_something_else_is_never_given(also: object) -> None:
    """A CSV of another bucket, or a record that cannot be read: to have done the others is not all."""
    mixed = letter("m", "a", more=(also,))
    assert settled(Awaited([mixed], BUCKET), "a") == []
    assert mixed.keys_in(BUCKET) == ("a",)
    assert letter("m", "a").keys_in("another") == ()


def test_however_many_keys_are_settled_each_message_is_looked_at_once() -> None:
    looks = []

    class Counted(DeadLetter):
        @property
        def keys(self) -> tuple[str, ...]:
            looks.append(self.id)
            return ("a",)

    whole = letter("m", "a")
    awaited = Awaited([Counted("m", "m", NOON, whole.body, whole.defeat)], BUCKET)
    assert settled(awaited, *map(str, range(1000)), "a") == ["m"]
    assert looks == ["m"]
