import pytest

from gistline.stack.remedies import TOOK_BACK, remedy_for


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("Bucket: Unable to validate the following destination configurations (S3, 400)", "every destination"),
        ("User: x is not authorized to perform: iam:CreateRole with an explicit deny in a service control policy", "organisation"),
        ("Role: User: x is not authorized to perform: iam:CreateRole on resource: y", "--print-policy"),
        ("Bucket: Your previous request succeeded and you already own it (BucketAlreadyOwnedByYou)", "--existing-bucket"),
        ("The requested bucket name is not available. (BucketAlreadyExists)", "whole world"),
        ("Bucket: csvs already exists", "--existing-bucket"),
        ("Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [10].", "Service Quotas"),
        ("'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 3008", "--memory 3008"),
        ("The role defined for the function cannot be assumed by Lambda.", "again"),
        ("SummarizerLogGroup: Resource of type 'AWS::Logs::LogGroup' with identifier '/x' already exists.", "gistline destroy"),
        ("The bucket you tried to delete is not empty (S3, 409)", "destroy again"),
        ("Configurations overlap. Configurations on the same bucket cannot share a common event type.", "prefix or suffix"),
        ("SweepRule: Parameter ScheduleExpression is not valid. (Service: EventBridge, Status Code: 400)", "--sweep-schedule"),
        ("SummarizerLogGroup: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:x'", "logs.REGION"),
        ("Rate exceeded (Throttling)", "in a minute"),
    ],
)  # fmt: skip
def test_a_known_reason_has_its_remedy(reason: str, words: str) -> None:
    assert words in remedy_for(reason)


def test_an_unknown_reason_has_the_remedy_that_is_always_right() -> None:
    assert remedy_for("something new") == TOOK_BACK
    assert remedy_for("something new", "otherwise") == "otherwise"
