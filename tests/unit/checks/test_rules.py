from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gistline.checks.rules import merged, restore
from gistline.stack.existing import EVENTS
from support.fake_aws import SUMMARIZER, calls_of, filtered, notifications, rule, site_where

NAMES = st.text("abc", min_size=1, max_size=3)


def foreign(name: str) -> dict[str, Any]:
    return rule(Id=f"theirs-{name}", LambdaFunctionArn="arn:aws:lambda:eu-central-1:1:function:theirs")


@given(
    st.lists(NAMES, unique=True),
    st.lists(NAMES, unique=True),
    st.sampled_from([{}, {"EventBridgeConfiguration": {}}]),
)
def test_every_foreign_rule_stays_and_one_rule_leads_to_us(
    theirs: list[str], ours: list[str], hub: dict[str, Any]
) -> None:
    others = [foreign(name) for name in theirs]
    wrong = [rule(Id=f"ours-{name}", Filter=filtered("x/")) for name in ours]
    configuration = {"LambdaFunctionConfigurations": [*wrong, *others], **hub}
    after = merged(configuration, site_where())
    rules = after["LambdaFunctionConfigurations"]
    assert [r for r in rules if r["LambdaFunctionArn"] != SUMMARIZER] == others
    (right,) = [r for r in rules if r["LambdaFunctionArn"] == SUMMARIZER]
    assert sorted(right["Events"]) == sorted(EVENTS)
    assert right["Id"] == (f"ours-{ours[0]}" if ours else "gistline-gist-created")
    assert ("EventBridgeConfiguration" in after) == bool(hub)
    assert merged(after, site_where()) == after


@given(st.lists(st.sets(st.sampled_from([*EVENTS, "s3:ObjectCreated:Put"]), min_size=1), max_size=4))
def test_each_event_is_in_one_of_our_rules_and_a_rule_that_is_needed_keeps_its_id(
    shares: list[set[str]],
) -> None:
    ours = [rule(Id=f"ours-{n}", Events=sorted(share)) for n, share in enumerate(shares)]
    after = merged({"LambdaFunctionConfigurations": ours}, site_where())
    events = [event for one in after["LambdaFunctionConfigurations"] for event in one["Events"]]
    assert sorted(events) == sorted(EVENTS)
    assert all(one["Events"] for one in after["LambdaFunctionConfigurations"])


def test_the_rules_that_cloudformation_has_made_stay_as_many_as_they_are() -> None:
    wrong = [rule(Id=event, Events=[event], Filter=filtered("x/")) for event in EVENTS]
    after = merged({"LambdaFunctionConfigurations": wrong}, site_where())["LambdaFunctionConfigurations"]
    assert [(one["Id"], one["Events"]) for one in after] == [(event, [event]) for event in EVENTS]
    assert all("synthetic-data/" in str(one["Filter"]) for one in after)


def test_a_rule_that_is_right_is_not_written_again() -> None:
    site = site_where()
    restore(site)
    assert [call for call, _ in calls_of(site)] == ["s3.get_bucket_notification_configuration"]


def test_a_wrong_rule_is_put_right_in_the_bucket_of_our_account() -> None:
    site = site_where(**notifications(rule(Filter={})))
    restore(site)
    call, arguments = calls_of(site)[-1]
    assert call == "s3.put_bucket_notification_configuration"
    assert arguments["ExpectedBucketOwner"] == "111122223333"
    (written,) = arguments["NotificationConfiguration"]["LambdaFunctionConfigurations"]
    values = {f["Name"].lower(): f["Value"] for f in written["Filter"]["Key"]["FilterRules"]}
    assert values == {"prefix": "synthetic-data/", "suffix": ".csv"}
