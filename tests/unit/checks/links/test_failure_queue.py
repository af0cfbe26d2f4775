from typing import Any

import pytest

from gistline.checks.check import Verdict
from gistline.checks.links.failure_queue import look
from support.fake_aws import DEAD_URL, QUEUE, QUEUE_URL, mapping, refused, site_where

OK, WARN, FAIL = Verdict.OK, Verdict.WARN, Verdict.FAIL


def waiting(visible: int, taken: int, *, url: str = QUEUE_URL) -> dict[str, Any]:
    def attributes(**arguments: Any) -> dict[str, Any]:
        ours = arguments["QueueUrl"] == url
        counts = {
            "ApproximateNumberOfMessages": str(visible * ours),
            "ApproximateNumberOfMessagesNotVisible": str(taken * ours),
        }
        return {"Attributes": {"QueueArn": QUEUE, **counts}}

    return {"sqs.get_queue_attributes": attributes}


def mapped(*mappings: dict[str, Any]) -> dict[str, Any]:
    return {"lambda.list_event_source_mappings": {"EventSourceMappings": list(mappings)}}


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        pytest.param({}, OK, "it is empty, and nothing was put aside", id="healthy"),
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
        pytest.param(waiting(2, 1), WARN, "3 event(s) failed for good and wait", id="events wait"),
        pytest.param(waiting(1, 1, url=DEAD_URL), WARN, "2 event(s) were put aside", id="events put aside"),
        pytest.param(mapped(), FAIL, "nothing leads from", id="nobody takes"),
        pytest.param(mapped(mapping(EventSourceArn="arn:x")), FAIL, "nothing leads from", id="of another"),
        pytest.param(mapped(mapping(State="Disabled")), FAIL, "is disabled", id="the way is shut"),
        pytest.param(mapped(mapping(State="Updating")), OK, "", id="the way is being changed"),
    ],
)
def test_verdict(changes: dict[str, Any], verdict: Verdict, words: str) -> None:
    finding = look(site_where(**changes))
    assert finding.verdict is verdict, finding.evidence
    assert words in finding.evidence
    assert (finding.remedy is None) == (verdict is OK)
