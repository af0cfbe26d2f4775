from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gistline.checks.rules import merged, restore
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
    assert right["Id"] == (f"ours-{ours[0]}" if ours else "gistline-gist-created")
    assert ("EventBridgeConfiguration" in after) == bool(hub)
    assert merged(after, site_where()) == after


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
