"""What the stack costs while nothing arrives: nothing, but for SQS's answers to Lambda, which asks for failures.

What would cost more is a parameter, and off.
"""

from typing import Any

import pytest

from infrastructure.cfn import KEY, SWEPT, Template, as_text, statements

# Billed by use alone (AWS price pages of S3, Lambda, SQS, CloudWatch Logs; IAM is free).
FREE_WHILE_IDLE = {"AWS::S3", "AWS::Lambda", "AWS::SQS", "AWS::Logs", "AWS::IAM"}


def test_every_resource_is_free_while_idle(template: Template) -> None:
    kinds = {r["Type"].rsplit("::", 1)[0] for r in template.resources().values()}
    assert kinds == FREE_WHILE_IDLE


@pytest.mark.parametrize(
    "word", ["kms", "ReservedConcurrentExecutions", "ProvisionedConcurrency", "Schedule"]
)
def test_by_default_there_is_no(template: Template, word: str) -> None:
    assert word.lower() not in as_text(template.resources()).lower()


@pytest.mark.parametrize("number", [0, 5])
def test_concurrency_can_be_set_aside(template: Template, number: int) -> None:
    properties = template.properties("Summarizer", ReservedConcurrency=number)
    assert properties["ReservedConcurrentExecutions"] == number


@pytest.mark.parametrize("function", ["Summarizer", "Recorder", "Producer", "Sweeper"])
def test_logs_can_be_encrypted_with_ones_own_key(template: Template, function: str) -> None:
    assert template.properties(f"{function}LogGroup", KmsKeyArn=KEY, **SWEPT)["KmsKeyId"] == KEY


@pytest.mark.parametrize(
    ("role", "services"),
    [
        ("SummarizerRole", ["s3.eu-central-1.amazonaws.com", "sqs.eu-central-1.amazonaws.com"]),
        ("RecorderRole", ["s3.eu-central-1.amazonaws.com", "sqs.eu-central-1.amazonaws.com"]),
        ("ProducerRole", "s3.eu-central-1.amazonaws.com"),
    ],
)
def test_role_may_use_that_key_through_a_service_only(template: Template, role: str, services: Any) -> None:
    (policy,) = template.properties(role, KmsKeyArn=KEY)["Policies"]
    (use,) = [s for s in statements(policy["PolicyDocument"]) if KEY in s["Resource"]]
    assert use["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert use["Resource"] == [KEY]
    assert use["Condition"] == {"StringEquals": {"kms:ViaService": services}}


def test_the_sweeper_may_not_use_that_key_at_all(template: Template) -> None:
    """It lists, and asks for no checksum: S3 API Reference, HeadObject, x-amz-checksum-mode."""
    assert KEY not in as_text(template.properties("SweeperRole", KmsKeyArn=KEY, **SWEPT))
