"""The bucket: private, encrypted, over TLS only, closed to loops, its summaries written by our functions alone."""

import pytest

from infrastructure.cfn import KEY, Template
from infrastructure.iam import BUCKET, CSV, SUMMARY, Call, bucket_policy, is_denied

ARNS = [BUCKET, CSV]
WRITERS = ["${SummarizerRole.Arn}", "${RecorderRole.Arn}"]
PRODUCER, ADMIN = "${ProducerRole.Arn}", "arn:aws:iam::111122223333:role/Administrator"
EMERGENCY = "arn:aws:iam::111122223333:role/Emergency"
IF_MATCH, IF_NONE = {"s3:if-match": '"9a03"'}, {"s3:if-none-match": "*"}
WHATEVER = f"{BUCKET}/summaries/index.html"
WRITES = [
    "s3:AbortMultipartUpload",
    "s3:DeleteBucketPolicy",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:PutBucketNotification",
    "s3:PutBucketPolicy",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "s3:PutObjectTagging",
    "s3:ReplicateObject",
    "s3:RestoreObject",
]


def test_public_access_is_blocked_in_all_four_ways(template: Template) -> None:
    assert template.properties("Bucket")["PublicAccessBlockConfiguration"] == {
        "BlockPublicAcls": True,
        "BlockPublicPolicy": True,
        "IgnorePublicAcls": True,
        "RestrictPublicBuckets": True,
    }


def test_acls_are_off(template: Template) -> None:
    rules = template.properties("Bucket")["OwnershipControls"]["Rules"]
    assert rules == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_objects_are_encrypted_at_rest(template: Template) -> None:
    assert template.properties("Bucket")["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {"ServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
    ]


def test_objects_are_encrypted_with_ones_own_key(template: Template) -> None:
    encryption = template.properties("Bucket", KmsKeyArn=KEY)["BucketEncryption"]
    assert encryption["ServerSideEncryptionConfiguration"] == [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": KEY},
        }
    ]


def test_uploads_that_were_never_completed_are_removed(template: Template) -> None:
    (rule,) = template.properties("Bucket")["LifecycleConfiguration"]["Rules"]
    assert rule["Status"] == "Enabled"
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}


def test_nothing_ever_expires_by_itself(template: Template) -> None:
    for bucket in template.of_type("AWS::S3::Bucket").values():
        assert "Expiration" not in str(bucket["LifecycleConfiguration"])


@pytest.mark.parametrize("arn", ARNS)
@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:ListBucket"])
def test_only_over_tls(template: Template, action: str, arn: str) -> None:
    assert is_denied(bucket_policy(template), Call(ADMIN, action, arn, {"aws:SecureTransport": "false"}))
    assert not is_denied(bucket_policy(template), Call(ADMIN, action, arn))


def test_the_bucket_policy_allows_nothing(template: Template) -> None:
    assert template.properties("BucketPolicy")["Bucket"] == "${Bucket}"
    assert {statement["Effect"] for statement in bucket_policy(template)} == {"Deny"}


@pytest.mark.parametrize(
    "place", ["", "/synthetic-data/x.csv", "/summaries", "/summaries2/x.json", "/summaries/x.csv", "/x.json"]
)
@pytest.mark.parametrize("action", WRITES)
@pytest.mark.parametrize("writer", WRITERS)
def test_our_functions_cannot_change_anything_outside_the_summaries(
    template: Template, writer: str, action: str, place: str
) -> None:
    assert is_denied(bucket_policy(template), Call(writer, action, f"{BUCKET}{place}", IF_NONE))


@pytest.mark.parametrize("action", ["s3:GetObjectAcl", "s3:GetObjectTagging", "s3:GetObjectVersion"])
@pytest.mark.parametrize("writer", WRITERS)
def test_outside_the_summaries_our_functions_read_what_is_there_now_and_nothing_about_it(
    template: Template, writer: str, action: str
) -> None:
    for resource in (CSV, WHATEVER):
        assert is_denied(bucket_policy(template), Call(writer, action, resource))


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", CSV),
        ("s3:ListBucket", BUCKET),
        ("s3:GetObject", SUMMARY),
        ("s3:PutObject", SUMMARY),
        ("s3:DeleteObject", SUMMARY),
    ],
)
@pytest.mark.parametrize("writer", WRITERS)
def test_our_functions_are_not_kept_from_their_work(
    template: Template, writer: str, action: str, resource: str
) -> None:
    for condition in (IF_NONE, IF_MATCH):
        assert not is_denied(bucket_policy(template), Call(writer, action, resource, condition))


@pytest.mark.parametrize("action", ["s3:PutObject", "s3:ReplicateObject"])
@pytest.mark.parametrize("caller", [ADMIN, PRODUCER, EMERGENCY])
def test_nobody_else_writes_a_summary_nor_anything_beside_them(
    template: Template, caller: str, action: str
) -> None:
    for resource in (SUMMARY, WHATEVER):
        assert is_denied(bucket_policy(template), Call(caller, action, resource, IF_NONE))
    assert not is_denied(bucket_policy(template), Call(caller, action, CSV))


def test_somebody_can_be_named_who_may_in_an_emergency(template: Template) -> None:
    policy = bucket_policy(template, BreakGlassArn=EMERGENCY)
    assert not is_denied(policy, Call(EMERGENCY, "s3:PutObject", SUMMARY, IF_MATCH))
    for resource in (SUMMARY, WHATEVER):
        assert is_denied(policy, Call(EMERGENCY, "s3:PutObject", resource))
    assert is_denied(policy, Call(ADMIN, "s3:PutObject", SUMMARY, IF_MATCH))


@pytest.mark.parametrize("writer", WRITERS)
def test_a_summary_is_written_by_compare_and_swap_only(template: Template, writer: str) -> None:
    policy = bucket_policy(template)
    for resource in (SUMMARY, WHATEVER):
        assert is_denied(policy, Call(writer, "s3:PutObject", resource))
    for condition in (IF_MATCH, IF_NONE, {**IF_MATCH, **IF_NONE}):
        assert not is_denied(policy, Call(writer, "s3:PutObject", SUMMARY, condition))


def test_whoever_owns_the_bucket_can_empty_it(template: Template) -> None:
    for action in ("s3:DeleteObject", "s3:DeleteObjectVersion", "s3:AbortMultipartUpload"):
        for resource in (SUMMARY, CSV):
            assert not is_denied(bucket_policy(template), Call(ADMIN, action, resource))
