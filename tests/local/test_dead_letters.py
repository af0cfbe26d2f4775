"""What the recorder cannot handle is put aside after five attempts, and holds up nothing."""

from collections.abc import Iterator

import pytest

from support.cloud import Stack, unique, until


@pytest.fixture
def impatient(stack: Stack) -> Iterator[Stack]:
    """The stack, whose failure queue hands a message out again at once; and what is put aside is thrown away."""
    sqs, url = stack.cloud.client("sqs"), stack.outputs.failure_queue_url
    usual = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["VisibilityTimeout"])["Attributes"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "0"})
    yield stack
    sqs.set_queue_attributes(QueueUrl=url, Attributes=usual)
    sqs.purge_queue(QueueUrl=stack.outputs.dead_letter_queue_url)


def test_a_message_that_is_no_failure_is_put_aside_and_holds_up_no_other(impatient: Stack) -> None:
    sqs, outputs = impatient.cloud.client("sqs"), impatient.outputs
    lambda_, name = impatient.cloud.client("lambda"), unique("behind")
    strange = unique("strange")
    sqs.send_message(QueueUrl=outputs.failure_queue_url, MessageBody=strange)
    lambda_.put_function_concurrency(FunctionName=outputs.summarizer_name, ReservedConcurrentExecutions=0)
    try:
        impatient.upload(f"synthetic-data/{name}.csv", b"id\n1\n")
        assert impatient.failure(f"synthetic-data/{name}.csv")["error"]["code"] == "switched-off"
    finally:
        lambda_.delete_function_concurrency(FunctionName=outputs.summarizer_name)

    def aside() -> bool:
        got = sqs.receive_message(
            QueueUrl=outputs.dead_letter_queue_url, VisibilityTimeout=0, MaxNumberOfMessages=10
        )
        return strange in [message["Body"] for message in got.get("Messages", [])]

    until(aside)
