import json
import shlex
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.notification import look, settling
from gistline.stack.existing import CREATED, EVENTS, EXPIRED, REMOVED
from support.fake_aws import ACCOUNT, REGION, SUMMARIZER, filtered, notifications, refused, rule, site_where

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL
OTHER = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:other"
TO_QUEUE = {
    "Id": "theirs",
    "QueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:theirs",
    "Events": ["s3:ObjectRemoved:*"],
}
TO_TOPIC = {
    "Id": "topic",
    "TopicArn": f"arn:aws:sns:{REGION}:{ACCOUNT}:theirs",
    "Events": ["s3:ObjectRestore:*"],
}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "exactly one rule of uploads", id="healthy"),
        pytest.param(notifications(), FAIL, "no rule leads to gist-summarizer", id="no rule"),
        pytest.param(
            notifications(rule(LambdaFunctionArn=OTHER)),
            FAIL,
            "such uploads go to arn:aws:lambda",
            id="leads to another function",
        ),
        pytest.param(
            notifications(rule(Filter=filtered("synthetic-data/", ".CSV"))),
            FAIL,
            "capital letters",
            id="suffix in other case",
        ),
        pytest.param(notifications(rule(Filter=filtered("in/", ".csv"))), FAIL, "'in/'", id="another prefix"),
        pytest.param(
            notifications(rule(Events=["s3:ObjectRemoved:*"])),
            FAIL,
            "not for created objects",
            id="another event",
        ),
        pytest.param(
            notifications(rule(Events=["s3:ObjectCreated:Put", REMOVED, EXPIRED])),
            WARN,
            "multipart",
            id="one way of uploading only",
        ),
        pytest.param(
            notifications(rule(), rule(Id="more", LambdaFunctionArn=f"{SUMMARIZER}:live")),
            FAIL,
            "2 rules match",
            id="twice",
        ),
        pytest.param(
            notifications(*(rule(Id=event, Events=[event]) for event in EVENTS)),
            OK,
            "",
            id="a rule for each event, as CloudFormation makes them",
        ),
        pytest.param(
            notifications(rule(Events=[CREATED])),
            WARN,
            "no rule is for s3:ObjectRemoved:* and s3:LifecycleExpiration:*",
            id="nobody hears of removals",
        ),
        pytest.param(
            notifications(rule(Events=[CREATED, EXPIRED]), rule(Events=[REMOVED], Filter=filtered("in/"))),
            WARN,
            "no rule is for s3:ObjectRemoved:*:",
            id="removals elsewhere",
        ),
        pytest.param(notifications(rule(Filter={})), OK, "", id="no filter is for loops to judge"),
        pytest.param(notifications(rule(LambdaFunctionArn=f"{SUMMARIZER}:live")), OK, "", id="an alias"),
        pytest.param(
            {
                **notifications(rule(), rule(Id="dead", LambdaFunctionArn=OTHER, Filter=filtered("x/"))),
                "lambda.get_function_configuration": refused("ResourceNotFoundException"),
            },
            WARN,
            "the rule dead leads to",
            id="a dead foreign function",
        ),
        pytest.param(
            {
                **notifications(rule(), QueueConfigurations=[TO_QUEUE]),
                "sqs.get_queue_url": refused("QueueDoesNotExist"),
            },
            WARN,
            "the rule theirs leads to",
            id="a dead foreign queue",
        ),
        pytest.param(
            notifications(rule(), QueueConfigurations=[TO_QUEUE], TopicConfigurations=[TO_TOPIC]),
            OK,
            "",
            id="living foreign destinations",
        ),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)


@pytest.mark.parametrize(("age", "words"), [(299, "five minutes"), (300, "")])
def test_a_change_is_given_five_minutes_to_settle(age: int, words: str) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    said = settling(now - timedelta(seconds=age), now)
    assert words in said
    assert bool(said) == bool(words)


def test_the_command_of_the_remedy_keeps_the_foreign_rules() -> None:
    remedy = look(site_where(**notifications(QueueConfigurations=[TO_QUEUE]))).remedy
    assert remedy is not None
    written = json.loads(shlex.split(remedy.command)[6])
    assert written["QueueConfigurations"] == [TO_QUEUE]
    (ours,) = written["LambdaFunctionConfigurations"]
    assert ours["LambdaFunctionArn"] == SUMMARIZER
