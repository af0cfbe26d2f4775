"""What becomes of an event that fails: two retries, a queue, the recorder; and it is never lost on the way."""

import pytest

from infrastructure.cfn import KEY, Template, statements

QUEUES = ["FailureQueue", "DeadLetterQueue"]


def test_a_failed_event_is_tried_again_and_then_goes_to_the_queue(template: Template) -> None:
    assert template.properties("AsyncInvocation") == {
        "FunctionName": "${Summarizer}",
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 6 * 60 * 60,
        "DestinationConfig": {"OnFailure": {"Destination": "${FailureQueue.Arn}"}},
    }


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_keeps_it_for_fourteen_days_and_encrypted(template: Template, queue: str) -> None:
    properties = template.properties(queue)
    assert properties["MessageRetentionPeriod"] == 14 * 24 * 60 * 60
    assert properties["SqsManagedSseEnabled"] is True


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_is_encrypted_with_ones_own_key(template: Template, queue: str) -> None:
    properties = template.properties(queue, KmsKeyArn=KEY)
    assert properties["KmsMasterKeyId"] == KEY
    assert "SqsManagedSseEnabled" not in properties


def test_the_recorder_gets_what_lies_on_the_queue_and_says_what_it_could_not_handle(
    template: Template,
) -> None:
    assert template.properties("FailureRecording") == {
        "FunctionName": "${Recorder}",
        "EventSourceArn": "${FailureQueue.Arn}",
        "BatchSize": 10,
        "FunctionResponseTypes": ["ReportBatchItemFailures"],
        "ScalingConfig": {"MaximumConcurrency": 2},
    }


def test_no_message_is_handed_out_twice_while_the_recorder_works_on_it(template: Template) -> None:
    """Lambda Developer Guide, "Using Lambda with Amazon SQS": at least six times the function's timeout."""
    hidden = template.properties("FailureQueue")["VisibilityTimeout"]
    assert hidden >= 6 * template.properties("Recorder")["Timeout"]


def test_what_the_recorder_cannot_handle_is_put_aside(template: Template) -> None:
    assert template.properties("FailureQueue").get("RedrivePolicy") == {
        "deadLetterTargetArn": "${DeadLetterQueue.Arn}",
        "maxReceiveCount": 5,
    }
    assert "RedrivePolicy" not in template.properties("DeadLetterQueue")


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_only_talks_over_tls(template: Template, queue: str) -> None:
    policy = template.properties(f"{queue}Policy")
    assert policy["Queues"] == [f"${{{queue}}}"]
    assert statements(policy["PolicyDocument"]) == [
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sqs:*"],
            "Resource": [f"${{{queue}.Arn}}"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
