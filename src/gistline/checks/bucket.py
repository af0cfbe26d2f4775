"""Is the bucket there, ours, closed to the public, and does its policy let the function work?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`.
"""

from collections.abc import Iterator

from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.policy import (
    Statement,
    applies,
    condition_met,
    principals,
    refuses_plain_http,
    statements,
)
from gistline.checks.samples import input_arn, output_arn
from gistline.stack.site import Site

ID = "bucket"
# GetBucketLocation's names for two old regions (S3 API reference, GetBucketLocation)
OLD_NAMES = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}


def look(site: Site) -> Finding:
    """Look at the bucket itself; its notification is a check of its own."""
    bucket = site.outputs.bucket_name
    looked_at = f"bucket {bucket}: region, Block Public Access, bucket policy"
    s3 = site.target.client("s3")
    head = found(
        lambda: s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=site.account), "404", "NoSuchBucket"
    )
    if head is None:
        gone = Trouble(Verdict.FAIL, f"there is no bucket {bucket}", Remedy("deploy the stack again"))
        return find(ID, looked_at, [gone], healthy="")
    troubles = [*_region(site), *_public(site), *_policy(site)]
    return find(
        ID, looked_at, troubles, healthy="it is there, private, and its policy lets the function work"
    )


def _region(site: Site) -> Iterator[Trouble]:
    answer = site.target.client("s3").get_bucket_location(Bucket=site.outputs.bucket_name)
    constraint = answer["LocationConstraint"]
    region, ours = OLD_NAMES.get(constraint, constraint), site.outputs.summarizer_arn.split(":")[3]
    if region != ours:
        words = f"the bucket is in {region}, the function in {ours}: S3 invokes within one region only"
        yield Trouble(Verdict.FAIL, words, Remedy("deploy the stack in the bucket's region"))


def _public(site: Site) -> Iterator[Trouble]:
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    answer = found(lambda: s3.get_public_access_block(Bucket=bucket), "NoSuchPublicAccessBlockConfiguration")
    names = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
    flags = answer["PublicAccessBlockConfiguration"] if answer else {}
    off = [name for name in names if not flags.get(name)]
    if off:
        words = f"Block Public Access is not complete: {', '.join(off)}"
        put = ["s3api", "put-public-access-block", "--bucket", bucket, "--public-access-block-configuration"]
        all_on = ",".join(f"{name}=true" for name in names)
        yield Trouble(Verdict.WARN, words, Remedy("switch all four parts on", command(site, *put, all_on)))


def _policy(site: Site) -> Iterator[Trouble]:
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    answer = found(lambda: s3.get_bucket_policy(Bucket=bucket), "NoSuchBucketPolicy")
    written = statements(answer["Policy"]) if answer else []
    if not any(s["Effect"] == "Deny" and refuses_plain_http(s) for s in written):
        words = "the bucket policy does not refuse requests without TLS"
        yield Trouble(
            Verdict.WARN, words, Remedy("add a Deny with aws:SecureTransport false; see the template")
        )
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    function = found(
        lambda: lambda_.get_function_configuration(FunctionName=name), "ResourceNotFoundException"
    )
    if function:
        yield from _denied(site, written, function["Role"])


def _denied(site: Site, written: list[Statement], role: str) -> Iterator[Trouble]:
    """Find statements that take from the role what it needs: a Deny here outweighs every Allow of the role."""
    for action, resource in (("s3:GetObject", input_arn(site)), ("s3:PutObject", output_arn(site))):
        for statement in written:
            if statement["Effect"] != "Deny" or not _about(statement, role):
                continue
            met = condition_met(statement)
            if applies(statement, action, resource) and met is not False:
                sid = statement.get("Sid", "without Sid")
                words = f"the bucket policy (statement {sid}) denies the role {action}"
                unsure = "" if met else ", on a condition that is not judged here"
                remedy = Remedy(f"take {role} out of that statement", _show(site))
                yield Trouble(Verdict.FAIL if met else Verdict.WARN, words + unsure, remedy)


def _about(statement: Statement, role: str) -> bool:
    if "NotPrincipal" in statement:
        excluded = principals({"Principal": statement["NotPrincipal"]}, "AWS")
        return role not in excluded
    account = role.split(":")[4]
    root = f"{':'.join(role.split(':')[:5])}:root"
    return bool({"*", role, account, root} & set(principals(statement, "AWS")))


def _show(site: Site) -> str:
    return command(site, "s3api", "get-bucket-policy", "--bucket", site.outputs.bucket_name)


CHECK = Check(
    ID,
    "Bucket",
    "Without the bucket nothing begins. S3 invokes functions of its own region only, and a Deny in the bucket policy"
    " outweighs whatever the execution role allows.",
    look,
)
