"""What becomes of an event that fails: two retries, then a queue, and it is never lost on the way."""

from infrastructure.cfn import KEY, Template, statements


def test_a_failed_event_is_tried_again_and_then_goes_to_the_queue(template: Template) -> None:
    assert template.properties("AsyncInvocation") == {
        "FunctionName": "${Summarizer}",
        "Qualifier": "$LATEST",
        "MaximumRetryAttempts": 2,
        "MaximumEventAgeInSeconds": 6 * 60 * 60,
        "DestinationConfig": {"OnFailure": {"Destination": "${FailureQueue.Arn}"}},
    }


def test_the_queue_keeps_it_for_fourteen_days_and_encrypted(template: Template) -> None:
    assert template.properties("FailureQueue") == {
        "MessageRetentionPeriod": 14 * 24 * 60 * 60,
        "SqsManagedSseEnabled": True,
    }


def test_the_queue_is_encrypted_with_ones_own_key(template: Template) -> None:
    properties = template.properties("FailureQueue", KmsKeyArn=KEY)
    assert properties["KmsMasterKeyId"] == KEY
    assert "SqsManagedSseEnabled" not in properties


def test_the_queue_only_talks_over_tls(template: Template) -> None:
    policy = template.properties("FailureQueuePolicy")
    assert policy["Queues"] == ["${FailureQueue}"]
    assert statements(policy["PolicyDocument"]) == [
        {
            "Sid": "OnlyOverTls",
            "Effect": "Deny",
            "Principal": "*",
            "Action": ["sqs:*"],
            "Resource": ["${FailureQueue.Arn}"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ]
