"""With a bucket that was there before: the stack makes all but the bucket and its policy."""

import pytest

from gistline.stack.existing import EVENTS, rule_of
from infrastructure.cfn import Template


def test_bucket_and_bucket_policy_are_not_created(template: Template) -> None:
    own, existing = template.resources(), template.resources(CreateBucket="false")
    assert set(own) - set(existing) == {"Bucket", "BucketPolicy"}
    assert {name: own[name] for name in existing} == existing


def test_nothing_that_is_created_refers_to_them(template: Template) -> None:
    references = template.references()
    for name in template.resources(CreateBucket="false"):
        assert not references[name] & {"Bucket", "BucketPolicy"}, name


def test_by_default_the_bucket_is_created(template: Template) -> None:
    parameter = template.body["Parameters"]["CreateBucket"]
    assert (parameter["Default"], parameter["AllowedValues"]) == ("true", ["true", "false"])


@pytest.mark.parametrize("create", ["true", "false"])
def test_the_output_names_the_bucket_either_way(template: Template, create: str) -> None:
    output = template.body["Outputs"]["BucketName"]["Value"]
    assert output == {"Fn::If": ["CreatesBucket", {"Ref": "Bucket"}, {"Ref": "BucketName"}]}
    assert template.properties("InvokePermission", CreateBucket=create)["SourceArn"] == "arn:aws:s3:::bucket"


def test_the_rule_that_we_merge_is_the_templates(template: Template) -> None:
    rules = template.properties("Bucket")["NotificationConfiguration"]["LambdaConfigurations"]
    ours = rule_of("gist", "${Summarizer.Arn}")
    assert ours.events == EVENTS == tuple(rule["Event"] for rule in rules)
    for rule in rules:
        filters = {entry["Name"]: entry["Value"] for entry in rule["Filter"]["S3Key"]["Rules"]}
        assert rule["Function"] == ours.destination
        assert (ours.prefix, ours.suffix) == (filters["prefix"], filters["suffix"])
