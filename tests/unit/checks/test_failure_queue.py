from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.failure_queue import look
from support.fake_aws import QUEUE, refused, site_where

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


def waiting(visible: int, taken: int) -> dict[str, Any]:
    counts = {
        "ApproximateNumberOfMessages": str(visible),
        "ApproximateNumberOfMessagesNotVisible": str(taken),
    }
    return {"sqs.get_queue_attributes": {"Attributes": {"QueueArn": QUEUE, **counts}}}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "which is empty", id="healthy"),
        pytest.param(
            {"sqs.get_queue_attributes": refused("AWS.SimpleQueueService.NonExistentQueue")},
            FAIL,
            "there is no queue",
            id="no queue",
        ),
        pytest.param(
            {"lambda.get_function_event_invoke_config": refused("ResourceNotFoundException")},
            FAIL,
            "nowhere",
            id="no destination",
        ),
        pytest.param(
            {"lambda.get_function_event_invoke_config": {"DestinationConfig": {"OnFailure": {}}}},
            FAIL,
            "nowhere",
            id="an empty destination",
        ),
        pytest.param(
            {
                "lambda.get_function_event_invoke_config": {
                    "DestinationConfig": {"OnFailure": {"Destination": "arn:x"}}
                }
            },
            WARN,
            "arn:x",
            id="another destination",
        ),
        pytest.param(waiting(2, 1), WARN, "3 event(s)", id="events wait"),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)
