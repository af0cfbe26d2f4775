"""Layer 1: a CSV arrives, S3 invokes the summarizer. Who may, for what, and nobody else."""

from gistline.config import Settings
from infrastructure.cfn import Template

# However an object comes, and however it goes (S3 User Guide, "Supported event types for SQS, SNS, and Lambda").
EVENTS = ("s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*")


def test_the_bucket_notifies_the_summarizer_of_csvs_under_the_input_prefix(template: Template) -> None:
    settings = Settings()
    assert template.properties("Bucket")["NotificationConfiguration"] == {
        "LambdaConfigurations": [
            {
                "Event": event,
                "Function": "${Summarizer.Arn}",
                "Filter": {
                    "S3Key": {
                        "Rules": [
                            {"Name": "prefix", "Value": settings.input_prefix},
                            {"Name": "suffix", "Value": settings.suffix},
                        ]
                    }
                },
            }
            for event in EVENTS
        ]
    }


def test_s3_may_invoke_the_summarizer_for_this_bucket_of_this_account(template: Template) -> None:
    assert template.of_type("AWS::Lambda::Permission") == {
        "InvokePermission": {
            "FunctionName": "${Summarizer}",
            "Action": "lambda:InvokeFunction",
            "Principal": "s3.amazonaws.com",
            "SourceArn": "arn:aws:s3:::bucket",
            "SourceAccount": "111122223333",
        }
    }


def test_the_bucket_comes_after_the_permission(template: Template) -> None:
    assert template.body["Resources"]["Bucket"]["DependsOn"] == "InvokePermission"


def test_the_bucket_of_the_permission_is_the_bucket(template: Template) -> None:
    name = template.properties("Bucket")["BucketName"]
    assert template.properties("InvokePermission")["SourceArn"] == f"arn:aws:s3:::{name}"


def test_a_summary_never_matches_the_trigger(template: Template) -> None:
    outputs = template.outputs()
    assert not outputs["OutputPrefix"].startswith(outputs["InputPrefix"])
    assert not outputs["InputPrefix"].startswith(outputs["OutputPrefix"])
    assert not ".json".endswith(outputs["Suffix"])


def test_nobody_but_s3_may_invoke_a_function(template: Template) -> None:
    """The recorder's messages are taken by Lambda's own poller, which asks the recorder's role and no such policy.

    A stack with a sweeper has one permission more: see test_sweeper.py.
    """
    assert list(template.of_type("AWS::Lambda::Permission")) == ["InvokePermission"]
    (mapping,) = template.of_type("AWS::Lambda::EventSourceMapping").values()
    assert mapping["FunctionName"] == "${Recorder}"
