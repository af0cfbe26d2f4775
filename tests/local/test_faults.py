"""Each fault: what breaks, what a person sees of it, and that mending leaves the stack as it was."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from click.testing import CliRunner

from gistline.checks import doctor
from gistline.checks.check import Verdict
from gistline.checks.faults.catalogue import ALL, by_name
from gistline.checks.faults.fault import Fault
from gistline.checks.faults.levers import listen
from gistline.checks.faults.probe import FOLDER, Sighting, clear, during, look, send, watch
from gistline.checks.verify import verify
from gistline.commands.break_ import break_
from gistline.commands.lab import lab
from gistline.errors import StackError
from gistline.localcloud.up import target_of
from gistline.site.site import Site
from support.cloud import Stack, patience, until

every_fault = pytest.mark.parametrize("fault", ALL, ids=lambda fault: fault.name)


@pytest.fixture
def site(stack: Stack) -> Iterator[Site]:
    one = Site(target_of(stack.cloud.state), stack.cloud.settings.stack, stack.outputs)
    yield one
    clear(one)


@contextmanager
def broken(site: Site, stack: Stack, fault: Fault) -> Iterator[Sighting]:
    """Give what is to be seen when all is at rest: how much of it a person has seen by then, is the machine's affair."""
    try:
        fault.break_(site)
        seen = fault.symptom(site)
        stack.cloud.rest()
        yield look(site, seen.probe)
    finally:
        fault.repair(site)


def state(stack: Stack) -> dict[str, Any]:
    """All that a fault could move, as the services tell it."""
    client, name = stack.cloud.client, stack.outputs.summarizer_name
    lambda_, iam = client("lambda"), client("iam")
    function: Any = lambda_.get_function_configuration(FunctionName=name)
    role = function["Role"].rpartition("/")[2]
    notifications = client("s3").get_bucket_notification_configuration(Bucket=stack.outputs.bucket_name)
    policy: Any = iam.get_role_policy(RoleName=role, PolicyName="summarize")["PolicyDocument"]
    return {
        "permission": json.loads(lambda_.get_policy(FunctionName=name)["Policy"])["Statement"],
        "role": sorted(policy["Statement"], key=lambda one: one["Sid"]),
        "rules": [notifications["LambdaFunctionConfigurations"], "EventBridgeConfiguration" in notifications],
        "function": {key: function[key] for key in ("Handler", "Timeout", "MemorySize", "Environment")},
        "reserved": lambda_.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions"),
    }


def is_summarised(site: Site) -> bool:
    sent = send(site, "proof")
    return watch(site, sent, lambda seen: seen.summarised, during(site, (20.0, 20.0))).summarised


def changed(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    return [part for part in before if before[part] != after[part]]


@every_fault
def test_a_fault_shows_as_told_the_doctor_names_it_and_fixes_it_and_verify_passes(
    site: Site, stack: Stack, fault: Fault
) -> None:
    before = state(stack)
    with broken(site, stack, fault) as sighting:
        assert len(changed(before, state(stack))) == 1
        shows_as_told(fault, sighting)
        findings = doctor.examine(site)
        assert [one.check for one in findings if one.verdict is Verdict.FAIL] == [fault.check]
        assert doctor.repair(site, findings) == ()
        assert state(stack) == before
    clear(site)
    steps = verify(site, patience(stack, 20.0))
    assert [step for step in steps if not step.passed] == []


def shows_as_told(fault: Fault, sighting: Sighting) -> None:
    if fault.name == "slow-summary":
        shows_that_time_is_up(sighting)
        return
    summarised, invocations, given_up, words = EXPECTED[fault.name]
    seen = (sighting.summarised, sighting.invocations, sighting.given_up, len(sighting.errors))
    assert seen == (summarised, invocations, given_up, len(words))
    assert all(word in error for word, error in zip(words, sighting.errors, strict=True))
    assert sighting.ignored == (fault.name == "trigger-without-prefix")


# summarised, invocations, events given up, words in the log
EXPECTED: dict[str, tuple[bool, int, int, list[str]]] = {
    "invoke-permission-missing": (False, 0, 0, []),
    "invoke-permission-stale": (False, 0, 0, []),
    "role-without-read": (False, 3, 1, ["[object-forbidden]"]),
    "role-without-write": (False, 3, 1, ["[object-forbidden]"]),
    "trigger-without-prefix": (True, 2, 0, []),
    "wrong-case-suffix": (False, 0, 0, []),
    "concurrency-zero": (False, 0, 1, []),
    "handler-crashes": (False, 3, 1, ["no_such_handler"]),
}
# In a second the CSV is not even downloaded everywhere: then another attempt is made, of three.
TIME_IS_UP = ("[too-slow]", "[out-of-time]", "Task timed out")


def shows_that_time_is_up(sighting: Sighting) -> None:
    assert not sighting.summarised
    assert sighting.verdict
    assert sighting.errors
    assert all(any(words in error for words in TIME_IS_UP) for error in sighting.errors)


@every_fault
def test_breaking_and_mending_may_be_done_twice(site: Site, stack: Stack, fault: Fault) -> None:
    before = state(stack)
    try:
        fault.break_(site)
        once = state(stack)
        fault.break_(site)
        assert state(stack) == once
    finally:
        fault.repair(site)
        fault.repair(site)
    assert state(stack) == before


def test_what_one_process_broke_another_one_mends(site: Site, stack: Stack) -> None:
    before, name = state(stack), "concurrency-zero"
    try:
        broke = CliRunner().invoke(break_, [name, "--json"], obj=stack.cloud.settings)
        assert broke.exit_code == 0, broke.output
        assert json.loads(broke.output)["symptom"]["givenUp"] == 1
        assert state(stack) != before
        mended = CliRunner().invoke(break_, [name, "--repair"], obj=stack.cloud.settings)
        assert "Mended: concurrency-zero" in mended.output
        assert state(stack) == before
        assert not is_left(stack, site)
    finally:
        by_name(name).repair(site)


def test_the_tour_visits_a_fault_and_says_what_came_of_it(site: Site, stack: Stack) -> None:
    before = state(stack)
    toured = CliRunner(env={"COLUMNS": "200"}).invoke(
        lab, ["--yes", "--fault", "invoke-permission-missing"], obj=stack.cloud.settings
    )
    assert toured.exit_code == 0, toured.output
    titles = ("1 of 1", "Broken", "What one sees", "What the doctor finds", "Mended", "Proved", "works again")
    places = [toured.output.index(title) for title in titles]
    assert places == sorted(places)
    assert "Nothing at all" in toured.output
    assert state(stack) == before


def statement_ids(site: Site) -> list[str]:
    lambda_ = site.target.client("lambda")
    policy = lambda_.get_policy(FunctionName=site.outputs.summarizer_name)["Policy"]
    return [statement["Sid"] for statement in json.loads(policy)["Statement"]]


def test_somebody_elses_permission_stays(site: Site) -> None:
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    lambda_.add_permission(
        FunctionName=name,
        StatementId="foreign",
        Action="lambda:InvokeFunction",
        Principal="events.amazonaws.com",
    )
    fault = by_name("invoke-permission-missing")
    try:
        fault.break_(site)
        assert statement_ids(site) == ["foreign"]
    finally:
        fault.repair(site)
        lambda_.remove_permission(FunctionName=name, StatementId="foreign")


def test_somebody_elses_rules_and_the_eventbridge_flag_stay(site: Site, stack: Stack) -> None:
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    before: Any = s3.get_bucket_notification_configuration(Bucket=bucket)
    del before["ResponseMetadata"]
    foreign = {
        "Id": "foreign",
        "LambdaFunctionArn": site.outputs.summarizer_arn.replace("summarizer", "producer"),
        "Events": ["s3:ObjectRestore:*"],
    }
    more: Any = {
        "LambdaFunctionConfigurations": [*before["LambdaFunctionConfigurations"], foreign],
        "EventBridgeConfiguration": {},
    }
    s3.put_bucket_notification_configuration(
        Bucket=bucket, NotificationConfiguration=more, SkipDestinationValidation=True
    )
    try:
        with pytest.raises(StackError, match="Unable to validate"):
            listen(site, "", "")  # S3 looks at every destination, and the foreign one lets nobody in
        site.target.client("lambda").add_permission(
            FunctionName=site.outputs.producer_name,
            StatementId="foreign",
            Action="lambda:InvokeFunction",
            Principal="s3.amazonaws.com",
        )
        with_foreign = state(stack)["rules"]
        listen(site, "", "")
        listen(site, site.outputs.input_prefix, site.outputs.suffix)
        assert state(stack)["rules"] == with_foreign
        assert with_foreign[1]
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=before)
        site.target.client("lambda").remove_permission(
            FunctionName=site.outputs.producer_name, StatementId="foreign"
        )


def test_without_a_rule_of_ours_there_is_nothing_to_break(site: Site) -> None:
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    before: Any = s3.get_bucket_notification_configuration(Bucket=bucket)
    del before["ResponseMetadata"]
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
    try:
        with pytest.raises(StackError, match="no rule that invokes the summarizer"):
            by_name("wrong-case-suffix").break_(site)
    finally:
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=before)


def test_clearing_removes_probes_summaries_and_messages_and_nothing_else(site: Site, stack: Stack) -> None:
    sqs, url = site.target.client("sqs"), site.outputs.failure_queue_url
    sqs.purge_queue(QueueUrl=url)  # of what other tests have left
    sqs.send_message(QueueUrl=url, MessageBody="somebody else's")
    key = f"{site.outputs.input_prefix}kept.csv"
    stack.upload(key, b"a\n1\n")
    stack.summary(site.layout.summary_key(key))
    with broken(site, stack, by_name("concurrency-zero")):
        assert is_left(stack, site)
    assert is_summarised(site)
    clear(site)
    assert not is_left(stack, site)
    assert stack.object(key)
    assert stack.object(site.layout.summary_key(key))
    until(
        lambda: stack.unwritten() == 1
    )  # a message that is done goes a moment after its verdict was written
    assert send(site, "afterwards").waiting == 1
    sqs.purge_queue(QueueUrl=url)


def is_left(stack: Stack, site: Site) -> set[str]:
    prefixes = (site.outputs.input_prefix, site.outputs.output_prefix)
    return {key for prefix in prefixes for key in stack.keys(prefix + FOLDER)}
