"""Our rule in and out of a configuration that belongs to others."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.errors import StackError
from gistline.stack.notifications import (
    DESTINATIONS,
    FUNCTIONS,
    Configuration,
    merge,
    refuse_conflicts,
    remove,
    rewrite,
    rules_of,
    same,
)
from gistline.stack.overlaps import Rule

CREATED = ("s3:ObjectCreated:*",)
OURS = Rule("ours", "arn:aws:lambda:eu-west-1:1:function:ours", CREATED, "in/", ".csv")
WRITTEN = Rule("", "", CREATED, "out/", ".json")
COPY = Path("copy.json")

names = st.text("abc", min_size=1, max_size=4)
filters = st.lists(
    st.fixed_dictionaries(
        {"Name": st.sampled_from(["prefix", "Prefix", "suffix", "Suffix"]), "Value": names}
    ),
    max_size=2,
    unique_by=lambda entry: entry["Name"].lower(),
)
events = st.lists(st.sampled_from(["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]), min_size=1, unique=True)


def rule_of_kind(kind: str) -> st.SearchStrategy[Configuration]:
    required = {"Id": names, DESTINATIONS[kind]: names.map("arn:aws:{}".format), "Events": events}
    optional = {"Filter": st.builds(lambda rules: {"Key": {"FilterRules": rules}}, filters)}
    return st.fixed_dictionaries(required, optional=optional)


configurations = st.fixed_dictionaries(
    {},
    optional={
        **{kind: st.lists(rule_of_kind(kind), min_size=1, max_size=3) for kind in DESTINATIONS},
        "EventBridgeConfiguration": st.just({}),
    },
)


@given(configurations)
def test_what_is_merged_and_removed_leaves_the_configuration_as_it_was(theirs: Configuration) -> None:
    before = copy.deepcopy(theirs)
    assert remove(merge(theirs, OURS), OURS.id) == before
    assert theirs == before


@given(configurations)
def test_merging_keeps_every_rule_of_others_and_the_flag_of_eventbridge(theirs: Configuration) -> None:
    merged = merge(theirs, OURS)
    assert [rule for rule in merged[FUNCTIONS] if rule["Id"] != OURS.id] == theirs.get(FUNCTIONS, [])
    assert {k: v for k, v in merged.items() if k != FUNCTIONS} == {
        k: v for k, v in theirs.items() if k != FUNCTIONS
    }


@given(configurations)
def test_merging_and_removing_twice_is_doing_it_once(theirs: Configuration) -> None:
    merged = merge(theirs, OURS)
    assert merge(merged, OURS) == merged
    assert remove(remove(merged, OURS.id), OURS.id) == remove(merged, OURS.id)


@given(configurations)
def test_our_rule_is_read_as_it_was_merged(theirs: Configuration) -> None:
    assert [rule for rule in rules_of(merge(theirs, OURS)) if rule.id == OURS.id] == [OURS]


@given(configurations, st.randoms())
def test_order_and_the_case_of_filter_names_mean_nothing(theirs: Configuration, random: Any) -> None:
    other = copy.deepcopy(theirs)
    for kind in DESTINATIONS:
        random.shuffle(other.get(kind, []))
        for rule in other.get(kind, []):
            for entry in rule.get("Filter", {}).get("Key", {}).get("FilterRules", []):
                entry["Name"] = entry["Name"].swapcase()
    assert same(theirs, other)
    assert not same(theirs, merge(other, OURS))


def test_an_old_rule_of_ours_is_replaced_in_its_place() -> None:
    old = merge({FUNCTIONS: [entry("a", "x/")]}, Rule("ours", "arn:old", CREATED, "old/", ".csv"))
    old[FUNCTIONS].append(entry("b", "y/"))
    assert [rule.id for rule in rules_of(merge(old, OURS))] == ["a", "ours", "b"]
    assert OURS in rules_of(merge(old, OURS))


def test_the_flag_of_eventbridge_is_part_of_the_comparison() -> None:
    assert not same({}, {"EventBridgeConfiguration": {}})


def entry(name: str, prefix: str, kind: str = FUNCTIONS, destination: str = "arn:other") -> Configuration:
    filtered = {"Key": {"FilterRules": [{"Name": "Prefix", "Value": prefix}]}}
    return {"Id": name, DESTINATIONS[kind]: destination, "Events": [*CREATED], "Filter": filtered}


@pytest.mark.parametrize("kind", DESTINATIONS)
def test_an_overlap_names_the_other_rule_and_its_destination(kind: str) -> None:
    theirs = {kind: [entry("theirs", "in/2026/", kind, "arn:theirs")]}
    with pytest.raises(StackError, match=r"'theirs' of the bucket, for arn:theirs, overlaps") as refused:
        refuse_conflicts(theirs, OURS, WRITTEN)
    assert "begins with 'in/2026/' and ends with '.csv'" in refused.value.message


def test_a_rule_that_feeds_us_what_we_write_is_a_loop() -> None:
    theirs = {FUNCTIONS: [entry("round", "out/", destination=f"{OURS.destination}:live")]}
    with pytest.raises(StackError, match=r"'round' .*a loop"):
        refuse_conflicts(theirs, OURS, WRITTEN)


def test_somebody_else_may_listen_to_what_we_write_and_our_own_old_rule_is_no_conflict() -> None:
    theirs = {FUNCTIONS: [entry("reader", "out/"), entry("ours", "in/")]}
    refuse_conflicts(theirs, OURS, WRITTEN)


@dataclass
class FakeStore:
    """A configuration that lies here; `on_write` may alter what arrives, or raise."""

    content: Configuration = field(default_factory=lambda: {FUNCTIONS: [entry("theirs", "x/")]})
    on_write: Callable[[Configuration], Configuration] = lambda new: new
    asked: list[bool] = field(default_factory=list)

    def read(self) -> Configuration:
        return copy.deepcopy(self.content)

    def write(self, configuration: Configuration, *, ask_destinations: bool) -> None:
        self.asked.append(ask_destinations)
        on_write, self.on_write = self.on_write, lambda new: new
        self.content = on_write(configuration)


def with_ours(configuration: Configuration) -> Configuration:
    return merge(configuration, OURS)


def test_a_rewrite_keeps_a_copy_of_what_was_before() -> None:
    store, kept = FakeStore(), []
    before = store.read()

    def back_up(configuration: Configuration) -> Path:
        kept.append(configuration)
        return COPY

    assert rewrite(store, with_ours, back_up) == COPY
    assert kept == [before]
    assert OURS in rules_of(store.content)


def test_a_rewrite_without_a_change_writes_and_keeps_nothing() -> None:
    store = FakeStore(with_ours(FakeStore().content))
    assert rewrite(store, with_ours, lambda _: pytest.fail("nothing to keep")) is None
    assert store.asked == []


def test_taking_a_rule_away_does_not_ask_the_destinations_of_others() -> None:
    store = FakeStore()
    rewrite(store, with_ours, lambda _: COPY)
    rewrite(store, lambda configuration: remove(configuration, OURS.id), lambda _: COPY)
    assert store.asked == [True, False]


def test_what_is_not_stored_as_written_is_put_back() -> None:
    store = FakeStore(on_write=lambda new: {FUNCTIONS: new[FUNCTIONS][1:]})
    before = store.read()
    with pytest.raises(StackError, match=r"not what was written.*copy\.json"):
        rewrite(store, with_ours, lambda _: COPY)
    assert store.content == before


@pytest.mark.parametrize("failure", [KeyboardInterrupt, TimeoutError])
def test_a_write_that_breaks_off_leaves_it_as_it_was(failure: type[BaseException]) -> None:
    def dies(_new: Configuration) -> Configuration:
        raise failure

    store = FakeStore(on_write=dies)
    before = store.read()
    with pytest.raises(failure):
        rewrite(store, with_ours, lambda _: COPY)
    assert store.content == before


def test_no_copy_no_change() -> None:
    def full(_configuration: Configuration) -> Path:
        raise OSError("No space left on device")

    store = FakeStore()
    with pytest.raises(OSError, match="No space"):
        rewrite(store, with_ours, full)
    assert store.asked == []
