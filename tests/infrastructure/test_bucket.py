"""The bucket: private, encrypted, over TLS only, and closed to loops."""

import pytest

from infrastructure.cfn import KEY, Template, applies, statements

ARNS = ["arn:aws:s3:::bucket", "arn:aws:s3:::bucket/synthetic-data/orders.csv"]
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
    assert "Expiration" not in template.text


@pytest.mark.parametrize("arn", ARNS)
@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:ListBucket"])
def test_only_over_tls(template: Template, action: str, arn: str) -> None:
    tls = next(s for s in _denials(template) if s["Sid"] == "OnlyOverTls")
    assert tls["Principal"] == "*"
    assert tls["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert applies(tls, action, arn)


def test_the_bucket_policy_allows_nothing(template: Template) -> None:
    policy = template.properties("BucketPolicy")
    assert policy["Bucket"] == "${Bucket}"
    assert {s["Effect"] for s in statements(policy["PolicyDocument"])} == {"Deny"}


@pytest.mark.parametrize("action", WRITES)
def test_the_summarizer_cannot_change_anything_outside_the_summaries(template: Template, action: str) -> None:
    denial = _summarizers_denial(template)
    for place in ("", "/synthetic-data/orders.csv", "/summaries", "/summaries2/orders.json", "/orders.json"):
        assert applies(denial, action, f"arn:aws:s3:::bucket{place}"), place


@pytest.mark.parametrize(
    ("action", "place"),
    [
        ("s3:GetObject", "/synthetic-data/orders.csv"),
        ("s3:ListBucket", ""),
        ("s3:PutObject", "/summaries/summary_orders.json"),
    ],
)
def test_the_summarizer_is_not_kept_from_its_work(template: Template, action: str, place: str) -> None:
    assert not applies(_summarizers_denial(template), action, f"arn:aws:s3:::bucket{place}")


def _denials(template: Template) -> list[dict[str, object]]:
    return statements(template.properties("BucketPolicy")["PolicyDocument"])


def _summarizers_denial(template: Template) -> dict[str, object]:
    denial = next(s for s in _denials(template) if s["Principal"] == {"AWS": "${SummarizerRole.Arn}"})
    assert "Condition" not in denial
    return denial
