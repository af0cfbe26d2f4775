"""The deployer's policy: enough for every resource of the template, and nothing beyond the stack."""

import json
import re

import pytest
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER

from gistline.stack.policies import Deployment, deployer_policy, required
from infrastructure.cfn import SWEPT, Json, Template, applies

ACCOUNT, REGION = "111122223333", "eu-central-1"
NEW = Deployment("gist", "csvs", ACCOUNT, REGION)
EXISTING = Deployment("gist", "csvs", ACCOUNT, REGION, existing_bucket=True)
KEYED = Deployment("gist", "csvs", ACCOUNT, REGION, keyed=True)
SWEEPING = Deployment("gist", "csvs", ACCOUNT, REGION, sweeps=True)
LARGEST = Deployment("gist", "csvs", ACCOUNT, REGION, sweeps=True, keyed=True)
# Stack and bucket as they are called where nobody says otherwise.
DEFAULT = Deployment("gistline", f"gistline-{ACCOUNT}-{REGION}", ACCOUNT, REGION, sweeps=True, keyed=True)
SERVICES = f"arn:aws:%s:{REGION}:{ACCOUNT}:"
# In the schemas, for properties that our template does not set.
UNUSED = re.compile(
    r"(ec2|elasticfilesystem|firehose|kms|s3files|s3tables):.*|s3:REST.*|s3:GetObjectVersion|s3:PutObjectAcl"
    r"|s3:(Put|Create)(Accelerate|Analytics|BucketAbac|BucketCORS|BucketLogging|BucketMetadata|BucketObjectLock"
    r"|BucketReplication|BucketTagging|BucketVersioning|BucketWebsite|IntelligentTiering|Inventory|Metrics|ObjectLock"
    r"|Replication).*|s3:TagResource"
    r"|lambda:(AssociateRuntimeAlias|GetCodeSigningConfig|GetLayerVersion|PassCapacityProvider)"
    r"|lambda:Put(FunctionScaling|RuntimeManagement)Config|iam:(Attach|Detach)RolePolicy"
    r"|logs:(CreateLogDelivery|(Put|Delete)(BearerToken|DataProtection|Index|Resource).*)"
)
# The calls that our own code makes beside CloudFormation.
CALLS = [
    ("cloudformation:CreateChangeSet", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/gist/1a"),
    ("cloudformation:ListStackResources", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/gist/1a"),
    ("s3:PutObject", f"arn:aws:s3:::gist-code-{ACCOUNT}-{REGION}/zip"),
    ("s3:DeleteObjectVersion", "arn:aws:s3:::csvs/synthetic-data/a.csv"),
    ("s3:ListBucketMultipartUploads", "arn:aws:s3:::csvs"),
    ("logs:DescribeLogGroups", f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:x"),
]


def allowed(deployment: Deployment, action: str, resource: str) -> bool:
    return any(applies(statement, action, resource) for statement in statements(deployment))


def statements(deployment: Deployment) -> list[Json]:
    found: list[Json] = deployer_policy(deployment)["Statement"]
    return found


@pytest.mark.parametrize("handler", ["create", "read", "delete"])
def test_whatever_the_templates_resources_need_is_provided_for(template: Template, handler: str) -> None:
    given = {action for statement in statements(SWEEPING) for action in statement["Action"]}
    for kind in {resource["Type"] for resource in template.body["Resources"].values()}:
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema
        needed = set(schema["handlers"].get(handler, {}).get("permissions", []))
        assert {action for action in needed - given if not UNUSED.fullmatch(action)} == set(), kind


def test_the_mapping_may_be_tagged_as_cloudformation_tags_what_it_makes(template: Template) -> None:
    """The action alone is not enough: Lambda asks for it on the mapping."""
    assert template.of_type("AWS::Lambda::EventSourceMapping")
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, "AWS::Lambda::EventSourceMapping").schema
    assert schema["tagging"]["cloudFormationSystemTags"]
    assert allowed(NEW, "lambda:TagResource", f"{SERVICES % 'lambda'}event-source-mapping:*")


def test_reading_back_is_not_called_required() -> None:
    policy = deployer_policy(NEW)
    left_out = [s["Sid"] for s in policy["Statement"] if s not in required(policy)["Statement"]]
    assert left_out == ["ReadBackTheBucket", "ReadBackTheLogGroups"]
    existing = deployer_policy(EXISTING)
    ours = {s["Sid"] for s in existing["Statement"] if s not in required(existing)["Statement"]}
    assert ours == {"ReadBackItsEncryption", "ReadBackItsKey", "ReadBackTheLogGroups"}
    assert all(
        "Put" not in a and "Delete" not in a
        for s in policy["Statement"]
        if s["Sid"] in left_out
        for a in s["Action"]
    )


@pytest.mark.parametrize(("action", "resource"), CALLS)
def test_our_own_calls_are_provided_for(action: str, resource: str) -> None:
    assert allowed(NEW, action, resource)


def test_a_stack_that_never_had_a_sweeper_asks_nothing_for_one() -> None:
    words = json.dumps(deployer_policy(NEW))
    assert "events:" not in words
    assert "weep" not in words


def test_the_policy_for_a_sweeper_names_its_rule_function_role_and_log_group() -> None:
    for action, resource in (
        ("events:PutRule", f"{SERVICES % 'events'}rule/gist-sweep"),
        ("lambda:CreateFunction", f"{SERVICES % 'lambda'}function:gist-sweeper"),
        ("iam:CreateRole", f"arn:aws:iam::{ACCOUNT}:role/gist-SweeperRole-ABC"),
        ("logs:CreateLogGroup", f"{SERVICES % 'logs'}log-group:/aws/lambda/gist-sweeper:*"),
    ):
        assert allowed(SWEEPING, action, resource)
        assert not allowed(NEW, action, resource)
    assert not allowed(SWEEPING, "events:PutRule", f"{SERVICES % 'events'}rule/gist-another")


def test_the_rule_has_the_name_that_a_deployer_may_make(template: Template) -> None:
    name = template.properties("SweepRule", **SWEPT)["Name"]
    assert allowed(SWEEPING, "events:PutRule", f"{SERVICES % 'events'}rule/{name}")


def test_log_groups_get_a_key_and_lose_it_where_there_is_one(template: Template) -> None:
    """CloudFormation's schema names these two for an update only; the group that is there already gets them so."""
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, "AWS::Logs::LogGroup").schema
    asked = {a for a in schema["handlers"]["update"]["permissions"] if "Kms" in a}
    assert asked == {"logs:AssociateKmsKey", "logs:DisassociateKmsKey"}
    group = template.properties("SummarizerLogGroup")["LogGroupName"].replace("${AWS::StackName}", "gist")
    for action in asked:
        assert allowed(KEYED, action, f"{SERVICES % 'logs'}log-group:{group}")
        assert not allowed(NEW, action, f"{SERVICES % 'logs'}log-group:{group}")


def test_of_an_existing_bucket_the_encryption_may_be_looked_at_and_the_key_that_it_names() -> None:
    assert allowed(EXISTING, "s3:GetEncryptionConfiguration", "arn:aws:s3:::csvs")
    assert allowed(EXISTING, "kms:DescribeKey", f"{SERVICES % 'kms'}key/1a-2b")
    assert "kms:" not in json.dumps(deployer_policy(LARGEST))


@pytest.mark.parametrize(
    "deployment",
    [NEW, EXISTING, SWEEPING, KEYED],
    ids=["new bucket", "existing bucket", "with a sweeper", "with a key"],
)
def test_no_action_is_a_pattern_and_only_looking_is_for_all_resources(deployment: Deployment) -> None:
    for statement in statements(deployment):
        assert not [
            action for action in statement["Action"] if not re.fullmatch(r"[a-z]+\d?:[A-Za-z]+", action)
        ]
        if statement["Sid"] == "MapTheQueueToTheRecorder":
            (arn,) = statement["Condition"]["ArnEquals"].values()
            assert arn == f"{SERVICES % 'lambda'}function:gist-recorder"
        elif statement["Sid"] == "ReadBackItsKey":
            assert statement["Action"] == ["kms:DescribeKey"]
        elif "*" in statement["Resource"]:
            assert all(re.match(r"logs:(Describe|Get)", action) for action in statement["Action"])
        else:
            named = [arn for arn in statement["Resource"] if not arn.endswith(":event-source-mapping:*")]
            assert all("gist" in arn or "csvs" in arn for arn in named)


@pytest.mark.parametrize("other", ["gistline", "other"])
def test_another_stack_is_out_of_reach(other: str) -> None:
    assert not allowed(NEW, "cloudformation:DeleteStack", f"{SERVICES % 'cloudformation'}stack/{other}/1a")
    assert not allowed(NEW, "lambda:DeleteFunction", f"{SERVICES % 'lambda'}function:{other}-summarizer")
    assert not allowed(SWEEPING, "events:DeleteRule", f"{SERVICES % 'events'}rule/{other}-sweep")
    assert not allowed(NEW, "iam:DeleteRole", f"arn:aws:iam::{ACCOUNT}:role/{other}-SummarizerRole-ABC")


def test_of_an_existing_bucket_only_the_notification_can_be_changed() -> None:
    assert allowed(EXISTING, "s3:PutBucketNotification", "arn:aws:s3:::csvs")
    for action in ("s3:DeleteBucket", "s3:PutBucketPolicy", "s3:PutLifecycleConfiguration"):
        assert not allowed(EXISTING, action, "arn:aws:s3:::csvs")
    for action in ("s3:DeleteObject", "s3:PutObject", "s3:GetObject"):
        assert not allowed(EXISTING, action, "arn:aws:s3:::csvs/synthetic-data/a.csv")


def test_roles_go_to_lambda_only() -> None:
    (passing,) = [s for s in statements(NEW) if "iam:PassRole" in s["Action"]]
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}
    assert passing["Action"] == ["iam:PassRole"]


@pytest.mark.parametrize(
    "deployment",
    [NEW, SWEEPING, LARGEST, DEFAULT],
    ids=["without a sweeper", "with one", "with a key too", "as by default"],
)
def test_the_policy_fits_into_one_managed_policy(deployment: Deployment) -> None:
    """6,144 characters without white space (AWS: IAM quotas)."""
    assert len(json.dumps(deployer_policy(deployment), separators=(",", ":"))) <= 6144
