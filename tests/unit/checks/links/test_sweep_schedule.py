from collections.abc import Callable
from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.sweep_schedule import look, restore, restore_permission
from gistline.site.site import Site
from support.fake_aws import (
    ACCOUNT,
    ROLE,
    SCHEDULE,
    SUMMARIZER,
    SWEEP_RULE,
    SWEEPER,
    calls_of,
    from_bucket,
    policy_answer,
    refused,
    site_where,
    sweep_permission,
    sweep_permissions,
    swept_site_where,
)

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL
STRANGERS = "444455556666"


def unconditional(sid: str, principal: Any) -> dict[str, Any]:
    return {**sweep_permission(sid), "Principal": principal, "Condition": {}}


OTHER = sweep_permission("other", ArnLike={"AWS:SourceArn": f"{SWEEP_RULE}-of-somebody"})
WIDE = sweep_permission("wide", StringEquals={"AWS:SourceAccount": "111122223333"})
PATTERN = sweep_permission("pattern", ArnLike={"AWS:SourceArn": SWEEP_RULE.replace("gist-sweep", "*")})
ABROAD = sweep_permission("abroad", ArnLike={"AWS:SourceArn": SWEEP_RULE.replace(ACCOUNT, STRANGERS)})
THEIR_COPY = sweep_permission(
    "copy", ArnLike={"AWS:SourceArn": SWEEP_RULE}, StringEquals={"AWS:SourceAccount": STRANGERS}
)
BUCKETS = {**sweep_permission("buckets", **from_bucket()), "Principal": {"Service": "s3.amazonaws.com"}}
ANYTHING = {**sweep_permission("anything"), "Action": "lambda:*"}
ANY_BUCKETS = unconditional("any-buckets", {"Service": "s3.amazonaws.com"})
ACCOUNT_OF_STRANGERS = unconditional("strangers", {"AWS": f"arn:aws:iam::{STRANGERS}:root"})
OWN_ROLE = unconditional("role", {"AWS": ROLE})
EVERYBODY = unconditional("all", "*")
BY_URL = {**EVERYBODY, "Sid": "url", "Action": "lambda:InvokeFunctionUrl"}
FOREIGN = {
    "another rule's": (OTHER, WARN, "to events.amazonaws.com for"),
    "a rule's of another account": (ABROAD, FAIL, STRANGERS),
    "our rule's, if it were another account's": (THEIR_COPY, FAIL, f"of {STRANGERS}"),
    "our bucket's": (BUCKETS, WARN, "to s3.amazonaws.com for arn:aws:s3:::csvs"),
    "any bucket's": (ANY_BUCKETS, FAIL, "to s3.amazonaws.com for any source"),
    "a whole account's": (ACCOUNT_OF_STRANGERS, FAIL, f"to arn:aws:iam::{STRANGERS}:root"),
    "a role's of our own account": (OWN_ROLE, WARN, f"to {ROLE}"),
    "everybody's": (EVERYBODY, FAIL, "to everybody for any source"),
    "everybody's who knows a URL": (BY_URL, FAIL, "allows lambda:InvokeFunctionUrl to everybody"),
    "our rule's, for any action": (ANYTHING, FAIL, "allows lambda:* to"),
    "any rule's": (WIDE, FAIL, "for any source of 111122223333"),
    "every rule's of the account": (PATTERN, FAIL, "rule/*"),
}


def rule(**changes: Any) -> dict[str, Any]:
    described = {"Name": "gist-sweep", "State": "ENABLED", "ScheduleExpression": SCHEDULE, **changes}
    return {"events.describe_rule": described}


def started(*arns: str) -> dict[str, Any]:
    return {"events.list_targets_by_rule": {"Targets": [{"Id": arn, "Arn": arn} for arn in arns]}}


def test_a_stack_without_a_schedule_is_asked_nothing() -> None:
    site = site_where()
    finding = look(site)
    assert finding.verdict is OK
    assert "gistline reconcile" in finding.evidence
    assert calls_of(site) == []


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "starts gist-sweeper by rate(1 day)", id="healthy"),
        pytest.param(
            {"events.describe_rule": refused("ResourceNotFoundException")},
            FAIL,
            "no rule gist-sweep",
            id="no rule",
        ),
        pytest.param(rule(State="DISABLED"), FAIL, "the rule is disabled", id="switched off"),
        pytest.param(
            rule(ScheduleExpression="rate(7 days)"), WARN, "rate(7 days), deployed was", id="another time"
        ),
        pytest.param(rule(ScheduleExpression=""), WARN, "its schedule is none", id="no time"),
        pytest.param(started(), FAIL, "it starts nothing", id="no target"),
        pytest.param(started(SUMMARIZER), FAIL, f"it starts {SUMMARIZER}", id="another target"),
        pytest.param(started(SUMMARIZER, SWEEPER), OK, "", id="a second target"),
        pytest.param(
            {"lambda.get_policy": refused("ResourceNotFoundException")},
            FAIL,
            "each sweep is dropped",
            id="no policy",
        ),
        pytest.param(sweep_permissions(), FAIL, "no statement lets events.amazonaws.com", id="no statement"),
        pytest.param(sweep_permissions(OTHER), FAIL, "each sweep is dropped", id="another rule's"),
        pytest.param(sweep_permissions(BUCKETS), FAIL, "each sweep is dropped", id="a bucket's"),
        pytest.param(sweep_permissions(WIDE), FAIL, "the statement wide allows", id="any rule's"),
        pytest.param(
            sweep_permissions(
                sweep_permission(
                    ArnLike={"AWS:SourceArn": SWEEP_RULE}, StringEquals={"AWS:SourceAccount": ACCOUNT}
                )
            ),
            OK,
            "",
            id="ours, which names the account besides",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(swept_site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


@pytest.mark.parametrize(("statement", "verdict", "words"), FOREIGN.values(), ids=list(FOREIGN))
def test_every_statement_beside_ours_is_told_and_the_remedy_removes_it(
    statement: dict[str, Any], verdict: Verdict, words: str
) -> None:
    beside = sweep_permissions(sweep_permission(), statement)
    finding = look(swept_site_where(**beside))
    assert (finding.verdict, finding.remedy is None) == (verdict, False), finding.evidence
    assert f"the statement {statement['Sid']} allows" in finding.evidence
    assert words in finding.evidence
    assert written(restore_permission, **beside) == [
        ("lambda.remove_permission", {"FunctionName": "gist-sweeper", "StatementId": statement["Sid"]})
    ]


def test_once_all_others_are_removed_nothing_is_told_any_more() -> None:
    standing = {each["Sid"]: each for each in (sweep_permission(), *(each for each, *_ in FOREIGN.values()))}

    def policy(**_: Any) -> dict[str, Any]:
        return policy_answer(*standing.values())

    def remove(**arguments: Any) -> None:
        del standing[arguments["StatementId"]]

    site = swept_site_where(**{"lambda.get_policy": policy, "lambda.remove_permission": remove})
    finding = look(site)
    assert finding.remedy is not None
    assert finding.remedy.apply is not None
    assert finding.remedy.command.count("aws lambda remove-permission") == len(FOREIGN)
    finding.remedy.apply(site)
    assert list(standing) == ["gist-SweepPermission-1"]
    assert look(site).verdict is OK


def written(deed: Callable[[Site], None], **changes: Any) -> list[tuple[str, Any]]:
    site = swept_site_where(**changes)
    deed(site)
    verbs = ("put_", "add_", "remove_")
    return [(call, arguments) for call, arguments in calls_of(site) if call.split(".")[1].startswith(verbs)]


def test_the_rule_gets_the_schedule_and_the_target_of_the_template() -> None:
    (put, rule_), (aim, targets) = written(restore)
    assert (put, aim) == ("events.put_rule", "events.put_targets")
    assert (rule_["Name"], rule_["ScheduleExpression"], rule_["State"]) == ("gist-sweep", SCHEDULE, "ENABLED")
    assert targets == {"Rule": "gist-sweep", "Targets": [{"Id": "sweeper", "Arn": SWEEPER}]}


def test_a_permission_that_is_missing_is_added_under_the_id_that_the_stack_knows() -> None:
    assert written(restore_permission, **sweep_permissions()) == [
        (
            "lambda.add_permission",
            {
                "FunctionName": "gist-sweeper",
                "StatementId": "gist-SweepPermission-1",
                "Action": "lambda:InvokeFunction",
                "Principal": "events.amazonaws.com",
                "SourceArn": SWEEP_RULE,
            },
        )
    ]


def test_one_that_is_too_wide_goes_after_the_right_one_has_come() -> None:
    (added, first), (removed, then) = written(restore_permission, **sweep_permissions(WIDE))
    assert (added, first["SourceArn"]) == ("lambda.add_permission", SWEEP_RULE)
    assert (removed, then["StatementId"]) == ("lambda.remove_permission", "wide")


def test_the_right_one_is_left_as_it_is() -> None:
    assert written(restore_permission) == []


def test_the_commands_say_what_the_deeds_do() -> None:
    remedy = look(swept_site_where(**rule(State="DISABLED"))).remedy
    assert remedy is not None
    assert f"--schedule-expression '{SCHEDULE}'" in remedy.command
    assert f"--targets Id=sweeper,Arn={SWEEPER}" in remedy.command
    remedy = look(swept_site_where(**sweep_permissions(WIDE))).remedy
    assert remedy is not None
    assert f"--principal events.amazonaws.com --source-arn {SWEEP_RULE}" in remedy.command
    assert "remove-permission --function-name gist-sweeper --statement-id wide" in remedy.command
