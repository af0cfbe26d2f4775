"""What the search over all orders leaves out: waits, bounds, bodies, and S3's refusals."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes import NOON, PROFILER, FakeObjects, etag_of, reconciler
from gistline.aws.objects import Download
from gistline.aws.s3 import Token
from gistline.errors import (
    ContendedError,
    ObjectChangedError,
    ObjectForbiddenError,
    ObjectNotFoundError,
    ObjectStoreUnavailableError,
)
from gistline.pipeline.mark import Mark, Profiler
from gistline.pipeline.reconcile import LONGEST_WAIT, ROUNDS, Case, Reconciler, Ruling
from gistline.profile import Source, Summary

KEY, SUMMARY_KEY = "in/k.csv", "out/k.json"
BODY = b"a\n1\n"
TOKEN = Token(etag_of(BODY), len(BODY))


def judge(found: Download) -> Summary:
    return Summary("complete", NOON, Source("b", KEY, None, found.token.etag, found.token.size))


CASE = Case("b", KEY, SUMMARY_KEY, judge, stands=lambda _: True)


@dataclass
class Contended(FakeObjects):
    """A bucket in which the next swaps go wrong, each in its way: before they happen, or only for who asked."""

    faults: list[str | None] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def swap(self, key: str, body: bytes, metadata: Mapping[str, str], etag: str | None) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if fault == "changed":
            raise ObjectChangedError("HTTP 409")
        if fault == "unavailable":
            raise ObjectStoreUnavailableError("no answer")
        super().swap(key, body, metadata, etag)
        self.bodies.append(body)
        if fault == "lost, then changed":
            raise ObjectChangedError("HTTP 412")
        if fault == "lost":
            raise ObjectStoreUnavailableError("no answer")


def summary(objects: FakeObjects) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(objects.content[SUMMARY_KEY])
    return document


@given(st.lists(st.sampled_from(["changed", "unavailable"]), max_size=ROUNDS - 1))
def test_who_is_refused_looks_again(faults: list[str | None]) -> None:
    objects = Contended({KEY: BODY}, faults=list(faults))
    assert reconciler().reconcile(CASE, objects) == Ruling("written", TOKEN)
    assert summary(objects)["generation"] == 1


@given(st.lists(st.sampled_from(["changed", "unavailable"]), min_size=ROUNDS, max_size=ROUNDS))
def test_who_is_always_refused_gives_up_so_that_lambda_tries_again(faults: list[str | None]) -> None:
    objects = Contended({KEY: BODY}, faults=list(faults))
    with pytest.raises(ContendedError, match=r"'in/k\.csv' in bucket b") as caught:
        reconciler().reconcile(CASE, objects)
    assert caught.value.retryable
    assert not objects.faults
    assert SUMMARY_KEY not in objects.content


def test_after_eight_rounds_as_the_docs_say_it_is_left_to_lambda() -> None:
    objects = Contended({KEY: BODY}, faults=["changed"] * 100)
    with pytest.raises(ContendedError, match="in each of 8 rounds"):
        reconciler().reconcile(CASE, objects)
    assert objects.calls.count(f"GET {KEY}") == 8


@pytest.mark.parametrize("fault", ["lost", "lost, then changed"])
def test_a_write_whose_answer_is_lost_is_found_and_not_repeated(fault: str) -> None:
    objects = Contended({KEY: BODY}, faults=[fault])
    assert reconciler().reconcile(CASE, objects) == Ruling("already", TOKEN)
    assert len(objects.bodies) == 1


@given(st.floats(0, 1), st.integers(1, ROUNDS))
def test_the_waits_are_random_grow_and_are_bounded(dice: float, refusals: int) -> None:
    waits: list[float] = []
    patient = Reconciler(PROFILER, lambda: NOON, waits.append, lambda: dice)
    objects = Contended({KEY: BODY}, faults=["changed"] * refusals)
    if refusals == ROUNDS:
        with pytest.raises(ContendedError):
            patient.reconcile(CASE, objects)
    else:
        patient.reconcile(CASE, objects)
    assert len(waits) == min(refusals, ROUNDS - 1)
    assert waits == sorted(waits)
    assert all(0 <= wait <= LONGEST_WAIT * dice for wait in waits)
    assert waits[0] == pytest.approx(0.05 * dice)


def test_nobody_waits_who_is_not_refused() -> None:
    waits: list[float] = []
    Reconciler(PROFILER, lambda: NOON, waits.append, lambda: 1.0).reconcile(CASE, FakeObjects({KEY: BODY}))
    assert not waits


@given(st.binary(min_size=1, max_size=20), st.integers(0, 3))
def test_the_same_bytes_give_the_same_body_but_for_its_generation(content: bytes, earlier: int) -> None:
    fresh, old = Contended({KEY: content}), Contended({KEY: b"before"})
    for number in range(earlier):
        old.content[KEY] = b"before" + bytes([number])
        reconciler().reconcile(CASE, old)
    old.content[KEY] = content
    reconciler().reconcile(CASE, fresh)
    reconciler().reconcile(CASE, old)
    assert summary(old)["generation"] == earlier + 1
    assert old.bodies[-1].replace(b'"generation": %d' % (earlier + 1), b'"generation": 1') == fresh.bodies[-1]


def test_the_mark_repeats_what_stands_in_the_body() -> None:
    objects = FakeObjects({KEY: BODY})
    reconciler().reconcile(CASE, objects)
    mark = Mark.parse(objects.metadata[SUMMARY_KEY])
    body = summary(objects)
    assert mark == Mark("complete", body["generation"], TOKEN, PROFILER)
    assert (body["source"]["etag"], body["source"]["bytes"]) == (TOKEN.etag, TOKEN.size)


@pytest.mark.parametrize("foreign", [b"{}", b"no JSON", b""])
def test_what_somebody_else_has_put_there_is_replaced(foreign: bytes) -> None:
    objects = FakeObjects({KEY: BODY, SUMMARY_KEY: foreign})
    assert reconciler().reconcile(CASE, objects).outcome == "written"
    assert summary(objects)["status"] == "complete"


def test_a_source_that_changes_while_it_is_read_is_read_again() -> None:
    objects = FakeObjects({KEY: BODY})

    def slow(found: Download) -> Summary:
        objects.content[KEY] = b"a\n2\n"
        return judge(found)

    ruling = reconciler().reconcile(CASE._replace(judge=slow), objects)
    assert ruling == Ruling("written", Token(etag_of(b"a\n2\n"), 4))
    assert summary(objects)["generation"] == 2


def test_a_source_that_goes_while_it_is_downloaded_is_looked_for_again() -> None:
    objects = FakeObjects({KEY: BODY})

    def broken(_: Download) -> Summary:
        del objects.content[KEY]
        raise ObjectNotFoundError("it was taken up again, and had gone")

    assert reconciler().reconcile(CASE._replace(judge=broken), objects) == Ruling("nothing", None)


def test_a_source_that_goes_while_it_is_read_leaves_a_tombstone() -> None:
    objects = FakeObjects({KEY: BODY})

    def slow(found: Download) -> Summary:
        del objects.content[KEY]
        return judge(found)

    assert reconciler().reconcile(CASE._replace(judge=slow), objects) == Ruling("deleted", None)
    assert (summary(objects)["status"], summary(objects)["generation"]) == ("deleted", 2)
    assert (summary(objects)["source"]["bucket"], summary(objects)["source"]["key"]) == ("b", KEY)


def test_a_source_that_never_was_leaves_nothing() -> None:
    objects = FakeObjects()
    assert reconciler().reconcile(CASE, objects) == Ruling("nothing", None)
    assert not objects.content


@pytest.mark.parametrize("key", [KEY, SUMMARY_KEY])
@pytest.mark.parametrize("error", [ObjectForbiddenError("403"), ObjectStoreUnavailableError("503")])
def test_what_cannot_be_read_is_an_error_and_nothing_is_written(key: str, error: Exception) -> None:
    objects = FakeObjects({KEY: BODY}, errors={key: error})
    with pytest.raises(type(error)):
        reconciler().reconcile(CASE, objects)
    assert set(objects.content) == {KEY}


def test_a_tombstone_goes_too_when_that_is_what_is_wanted_now() -> None:
    objects = FakeObjects({KEY: BODY})
    reconciler().reconcile(CASE, objects)
    del objects.content[KEY]
    reconciler().reconcile(CASE, objects)
    assert reconciler("delete").reconcile(CASE, objects) == Ruling("deleted", None, removed=True)
    assert not objects.content


@pytest.mark.parametrize(
    ("stands", "outcome"), [(lambda _: True, "already"), (lambda _: False, "written")], ids=["stays", "falls"]
)
def test_whether_an_earlier_verdict_stays_is_for_the_case_to_say(
    stands: Callable[[Mark], bool], outcome: str
) -> None:
    objects = FakeObjects({KEY: BODY})
    reconciler(profiler=Profiler("0.1")).reconcile(CASE, objects)
    assert reconciler().reconcile(CASE._replace(stands=stands), objects).outcome == outcome
