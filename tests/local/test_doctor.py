"""The doctor on a stack of its own: silent while it is healthy, and exact about each fault."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from gistline.checks.asking import acquainted
from gistline.checks.check import Finding, Verdict
from gistline.checks.doctor import ALL, examine, repair, repairable
from gistline.checks.links import errors
from gistline.commands.doctor import doctor
from gistline.config import Settings
from gistline.localcloud.up import target_of, up
from gistline.site.site import Site, open_site
from support.cloud import Cloud, Stack, unique, until

Break = Callable[[Site], None]
CSV = b"n\n1\n"


@pytest.fixture(scope="module")
def site(server: Cloud) -> Site:
    """A second stack on the same server, on which no other test leaves errors behind; it has a sweeper too."""
    settings = server.settings._replace(
        stack="patient", bucket="patient-bucket", sweep_schedule="rate(1 day)"
    )
    up(settings, lambda _: None)
    return acquainted(open_site(target_of(server.state), settings.stack))


def remove_permission(site: Site) -> None:
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    for statement in json.loads(lambda_.get_policy(FunctionName=name)["Policy"])["Statement"]:
        lambda_.remove_permission(FunctionName=name, StatementId=statement["Sid"])


def name_another_bucket(site: Site) -> None:
    remove_permission(site)
    site.target.client("lambda").add_permission(
        FunctionName=site.outputs.summarizer_name,
        StatementId="stale",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::a-bucket-of-last-year",
        SourceAccount=site.account,
    )


def widen_permission(site: Site) -> None:
    remove_permission(site)
    site.target.client("lambda").add_permission(
        FunctionName=site.outputs.summarizer_name,
        StatementId="broad",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )


def change_role(change: Callable[[dict[str, Any]], None]) -> Break:
    def apply(site: Site) -> None:
        iam, lambda_ = site.target.client("iam"), site.target.client("lambda")
        arn = lambda_.get_function_configuration(FunctionName=site.outputs.summarizer_name)["Role"]
        role = arn.rpartition("/")[2]
        document: Any = iam.get_role_policy(RoleName=role, PolicyName="summarize")["PolicyDocument"]
        change(document)
        iam.put_role_policy(RoleName=role, PolicyName="summarize", PolicyDocument=json.dumps(document))

    return apply


def without(sid: str) -> Break:
    def change(document: dict[str, Any]) -> None:
        document["Statement"] = [s for s in document["Statement"] if s["Sid"] != sid]

    return change_role(change)


def allow_inputs(document: dict[str, Any]) -> None:
    for statement in document["Statement"]:
        if statement["Sid"] == "WriteSummaries":
            statement["Resource"] = "arn:aws:s3:::patient-bucket/*"


def ask_for_head_object(document: dict[str, Any]) -> None:
    for statement in document["Statement"]:
        if statement["Sid"] == "ReadCsvs":
            statement["Action"] = ["s3:GetObject", "s3:HeadObject"]


def filter_by(prefix: str, suffix: str) -> Break:
    def apply(site: Site) -> None:
        s3, bucket = site.target.client("s3"), site.outputs.bucket_name
        stored = s3.get_bucket_notification_configuration(Bucket=bucket)
        ours = stored["LambdaFunctionConfigurations"]
        values = [("prefix", prefix), ("suffix", suffix)]
        rules: Any = [{"Name": name, "Value": value} for name, value in values if value]
        for rule in ours:
            rule.pop("Filter", None)
            if rules:
                rule["Filter"] = {"Key": {"FilterRules": rules}}
        s3.put_bucket_notification_configuration(
            Bucket=bucket, NotificationConfiguration={"LambdaFunctionConfigurations": ours}
        )

    return apply


def no_notification(site: Site) -> None:
    site.target.client("s3").put_bucket_notification_configuration(
        Bucket=site.outputs.bucket_name, NotificationConfiguration={}
    )


def configure(**changes: Any) -> Break:
    def apply(site: Site) -> None:
        site.target.client("lambda").update_function_configuration(
            FunctionName=site.outputs.summarizer_name, **changes
        )

    return apply


def no_concurrency(site: Site) -> None:
    site.target.client("lambda").put_function_concurrency(
        FunctionName=site.outputs.summarizer_name, ReservedConcurrentExecutions=0
    )


def no_destination(site: Site) -> None:
    site.target.client("lambda").delete_function_event_invoke_config(
        FunctionName=site.outputs.summarizer_name, Qualifier="$LATEST"
    )


def loops_allowed(site: Site) -> None:
    site.target.client("lambda").put_function_recursion_config(
        FunctionName=site.outputs.summarizer_name, RecursiveLoop="Allow"
    )


def no_log_group(site: Site) -> None:
    site.target.client("logs").delete_log_group(logGroupName=site.outputs.summarizer_log_group_name)


def no_schedule(site: Site) -> None:
    events, name = site.target.client("events"), f"{site.stack}-sweep"
    events.remove_targets(Rule=name, Ids=["sweeper"])
    events.delete_rule(Name=name)


def schedule_off(site: Site) -> None:
    site.target.client("events").disable_rule(Name=f"{site.stack}-sweep")


def schedule_leads_elsewhere(site: Site) -> None:
    target = {"Id": "sweeper", "Arn": site.outputs.summarizer_arn}
    site.target.client("events").put_targets(Rule=f"{site.stack}-sweep", Targets=[target])


def sweeper_lets_nobody_in(site: Site) -> None:
    lambda_, name = site.target.client("lambda"), site.outputs.sweeper_name
    for statement in json.loads(lambda_.get_policy(FunctionName=name)["Policy"])["Statement"]:
        lambda_.remove_permission(FunctionName=name, StatementId=statement["Sid"])


def sweeper_lets_in(principal: str) -> Break:
    def apply(site: Site) -> None:
        site.target.client("lambda").add_permission(
            FunctionName=site.outputs.sweeper_name,
            StatementId="somebody",
            Action="lambda:InvokeFunction",
            Principal=principal,
        )

    return apply


def sweeper_may_nothing(site: Site) -> None:
    iam, lambda_ = site.target.client("iam"), site.target.client("lambda")
    arn = lambda_.get_function_configuration(FunctionName=site.outputs.sweeper_name)["Role"]
    iam.delete_role_policy(RoleName=arn.rpartition("/")[2], PolicyName="sweep")


FAULTS = {
    "permission removed": (remove_permission, "invoke-permission"),
    "permission names another bucket": (name_another_bucket, "invoke-permission"),
    "permission for any bucket": (widen_permission, "invoke-permission"),
    "role cannot read": (without("ReadCsvs"), "execution-role"),
    "role cannot write": (without("WriteSummaries"), "execution-role"),
    "role cannot report failures": (without("ReportFailures"), "execution-role"),
    "role can write inputs": (change_role(allow_inputs), "execution-role"),
    "action that does not exist": (change_role(ask_for_head_object), "iam-actions"),
    "rule without prefix and suffix": (filter_by("", ""), "loops"),
    "suffix in other case": (filter_by("synthetic-data/", ".CSV"), "notification"),
    "another prefix": (filter_by("synthetic/data/", ".csv"), "notification"),
    "no rule at all": (no_notification, "notification"),
    "concurrency zero": (no_concurrency, "function"),
    "handler that is not there": (
        configure(Handler="gistline.functions.summarizer.no_such_handler"),
        "function",
    ),
    "timeout of a second": (configure(Timeout=1), "function"),
    "variables changed": (
        configure(Environment={"Variables": {"GISTLINE_INPUT_PREFIX": "elsewhere/"}}),
        "function",
    ),
    "loop detection off": (loops_allowed, "function"),
    "no on-failure destination": (no_destination, "failure-queue"),
    "no log group": (no_log_group, "logs"),
    "no sweep schedule": (no_schedule, "sweep-schedule"),
    "sweep schedule switched off": (schedule_off, "sweep-schedule"),
    "sweep schedule leads elsewhere": (schedule_leads_elsewhere, "sweep-schedule"),
    "sweeper lets nobody in": (sweeper_lets_nobody_in, "sweep-schedule"),
    "sweeper lets everybody in": (sweeper_lets_in("*"), "sweep-schedule"),
    "sweeper lets another account in": (sweeper_lets_in("444455556666"), "sweep-schedule"),
    "sweeper lets any bucket in": (sweeper_lets_in("s3.amazonaws.com"), "sweep-schedule"),
    "sweeper may do nothing": (sweeper_may_nothing, "execution-role"),
}


def lets_s3_send(queue: str) -> str:
    who = {"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}}
    what = {"Action": "sqs:SendMessage", "Resource": queue}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**who, **what}]})


def failing(findings: tuple[Finding, ...]) -> list[str]:
    return [finding.check for finding in findings if finding.verdict is Verdict.FAIL]


@contextmanager
def broken(site: Site, fault: Break) -> Iterator[None]:
    """Break; the test repairs, and if it fails before that, this does."""
    fault(site)
    try:
        yield
    except BaseException:
        repair(site, examine(site))
        raise


def test_a_healthy_stack_makes_no_check_fail_or_warn_or_skip(site: Site) -> None:
    findings = examine(site)
    assert [finding.check for finding in findings] == [check.id for check in ALL]
    assert [finding for finding in findings if finding.verdict is not Verdict.OK] == []


@pytest.mark.parametrize(("fault", "check"), FAULTS.values(), ids=list(FAULTS))
def test_each_fault_makes_exactly_its_check_fail_and_is_repaired(
    site: Site, fault: Break, check: str
) -> None:
    with broken(site, fault):
        findings = examine(site)
        assert failing(findings) == [check]
        (finding,) = [finding for finding in findings if finding.check == check]
        assert finding.remedy is not None
        assert finding.remedy.command.startswith("aws ")
        assert repair(site, findings) == ()
        after = examine(site)
        assert [finding for finding in after if finding.verdict is not Verdict.OK] == []


def test_two_faults_of_which_one_hinders_the_other_repair_are_both_repaired(site: Site) -> None:
    """S3 takes the rule only once it may invoke the function, and the rule's check comes first."""
    with broken(site, no_notification):
        remove_permission(site)
        findings = examine(site)
        assert failing(findings) == ["notification", "invoke-permission"]
        assert repair(site, findings) == ()
        assert failing(examine(site)) == []


def test_restoring_our_rule_keeps_everybody_elses(site: Site) -> None:
    s3, sqs, bucket = site.target.client("s3"), site.target.client("sqs"), site.outputs.bucket_name
    url = sqs.create_queue(QueueName=unique("foreign"))["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": lets_s3_send(arn)})
    foreign: Any = {"Id": "theirs", "QueueArn": arn, "Events": ["s3:ObjectRestore:*"]}
    healthy: Any = s3.get_bucket_notification_configuration(Bucket=bucket)
    healthy.pop("ResponseMetadata")
    with broken(site, no_notification):
        s3.put_bucket_notification_configuration(
            Bucket=bucket,
            NotificationConfiguration={"QueueConfigurations": [foreign], "EventBridgeConfiguration": {}},
        )
        repair(site, examine(site))
        stored = s3.get_bucket_notification_configuration(Bucket=bucket)
        assert stored["QueueConfigurations"] == [foreign]
        assert "EventBridgeConfiguration" in stored
        assert failing(examine(site)) == []
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=healthy)


def test_a_group_that_never_forgets_is_a_warning_that_can_be_repaired(site: Site) -> None:
    logs, group = site.target.client("logs"), site.outputs.producer_log_group_name
    logs.delete_retention_policy(logGroupName=group)
    findings = examine(site)
    assert [finding.check for finding in repairable(findings)] == ["logs"]
    assert failing(findings) == []
    assert repair(site, findings) == ()
    assert logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"][0]["retentionInDays"] == 14


def test_what_a_broken_layer_left_behind_is_a_warning(stack: Stack) -> None:
    """On the shared stack, for its warnings stay: what failed is counted for an hour."""
    site = open_site(target_of(stack.cloud.state), stack.cloud.settings.stack)
    # "!" comes first in S3's order: the doctor looks at a few hundred inputs only, and other tests leave many.
    refused, key = stack.counted("refused"), f"synthetic-data/!{unique('refused')}.csv"
    with broken(site, remove_permission):
        stack.upload(key, CSV)
        until(lambda: stack.counted("refused") == refused + 1)
        findings = examine(site)
        by_check = {finding.check: finding for finding in findings}
        repair(site, findings)
    stack.cloud.client("s3").delete_object(Bucket=site.outputs.bucket_name, Key=key)
    assert by_check["invoke-permission"].verdict is Verdict.FAIL
    assert by_check["errors"].verdict is Verdict.WARN
    assert "refused" in by_check["errors"].evidence
    assert by_check["missing-summaries"].verdict is Verdict.WARN


def test_a_sweep_that_failed_is_a_warning_with_its_log(server: Cloud) -> None:
    """On a stack of its own, for this warning stays too."""
    name = unique("swept")
    settings = server.settings._replace(stack=name, bucket=name, sweep_schedule="rate(1 day)")
    up(settings, lambda _: None)
    site = open_site(target_of(server.state), name)
    (before,) = examine(site, [errors.CHECK])
    assert before.verdict is Verdict.OK
    lambda_, sweeper = site.target.client("lambda"), site.outputs.sweeper_name
    lambda_.update_function_configuration(FunctionName=sweeper, Handler="gistline.functions.sweeper.nobody")
    assert "FunctionError" in lambda_.invoke(FunctionName=sweeper, Payload="{}")
    (after,) = examine(site, [errors.CHECK])
    assert after.verdict is Verdict.WARN
    assert f"{sweeper}: 1 attempt(s) failed" in after.evidence
    assert after.remedy is not None
    assert f"aws logs tail /aws/lambda/{sweeper} --since 20" in after.remedy.command


def typed(site: Site, settings: Settings, *arguments: str) -> int:
    """Run the verb as a person types it; give its exit code."""
    answer: Any = doctor.main(["--stack", site.stack, *arguments], obj=settings, standalone_mode=False)
    return int(answer)


def test_the_verb_shows_asks_repairs_and_looks_again(
    site: Site, server: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    with broken(site, no_concurrency):
        assert typed(site, server.settings) == 1
        said = capsys.readouterr().out
        assert "reserved concurrency is 0" in " ".join(said.split())
        command = (
            "aws lambda delete-function-concurrency --function-name patient-summarizer --region us-east-1"
        )
        assert f"{command} --endpoint-url {server.state.endpoint}\n" in said
        assert typed(site, server.settings, "--fix", "--yes") == 0
        assert "Looking again" in capsys.readouterr().out
    assert typed(site, server.settings) == 0


def test_the_verb_answers_a_program_in_json(
    site: Site, server: Cloud, capsys: pytest.CaptureFixture[str]
) -> None:
    with broken(site, no_concurrency):
        assert typed(site, server.settings, "--json") == 1
        listed = {entry["check"]: entry for entry in json.loads(capsys.readouterr().out)}
        assert listed["function"]["verdict"] == "fail"
        assert listed["function"]["remedy"]["safe"] is True
        assert listed["identity"]["remedy"] is None
        assert typed(site, server.settings, "--json", "--fix", "--yes") == 0
        assert {entry["verdict"] for entry in json.loads(capsys.readouterr().out)} == {"ok"}
