"""Is the bucket there, ours, in the right region, closed to the public, and encrypted with a key that the stack knows?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`.
"""

from collections.abc import Iterator

from gistline.checks import deployed as stack
from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.errors import StackError
from gistline.site.site import Site
from gistline.stack.encryption import default_key

ID = "bucket"
# GetBucketLocation's names for two old regions (S3 API reference, GetBucketLocation)
OLD_NAMES = {None: "us-east-1", "": "us-east-1", "EU": "eu-west-1"}


def look(site: Site) -> Finding:
    """Look at the bucket itself; its policy and its notification are checks of their own."""
    bucket = site.outputs.bucket_name
    looked_at = f"bucket {bucket}: region, Block Public Access, default encryption"
    s3 = site.target.client("s3")
    head = found(
        lambda: s3.head_bucket(Bucket=bucket, ExpectedBucketOwner=site.account), "404", "NoSuchBucket"
    )
    if head is None:
        gone = Trouble(Verdict.FAIL, f"there is no bucket {bucket}", Remedy("deploy the stack again"))
        return find(ID, looked_at, [gone], healthy="")
    troubles = [*_region(site), *_public(site), *_key(site)]
    healthy = "it is there, in the function's region, private, and encrypts with no key unknown to the stack"
    return find(ID, looked_at, troubles, healthy=healthy)


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


def _key(site: Site) -> Iterator[Trouble]:
    """Hold the key with which the bucket encrypts against the one on which the stack's roles have rights."""
    try:
        key = default_key(site.target, site.outputs.bucket_name, site.account)
    except StackError as refusal:  # a right of its own, without which the rest can be looked at all the same
        yield Trouble(Verdict.SKIP, f"it is not known with which key it encrypts: {refusal.message}")
        return
    if key is None:
        return
    ours = stack.deployed(site).parameters.get("KmsKeyArn", "")
    same = key.is_key(ours)
    if same is False:
        words = (
            f"the bucket encrypts with the KMS key {key.arn or key.named}, and the stack's roles have rights on"
            f" {ours or 'none'}: no CSV that comes now can be read, and no summary written"
        )
        yield Trouble(Verdict.FAIL, words, Remedy(key.remedy))
    elif same is None:
        yield Trouble(Verdict.SKIP, f"KMS does not tell whether {key.named} is the stack's key {ours}")


CHECK = Check(
    ID,
    "Bucket",
    "Without the bucket nothing begins. S3 invokes functions of its own region only, and what is public can be read, and"
    " perhaps written, by anybody. What it encrypts with a KMS key of the account's can be read and written only by whoever"
    " may use that key.",
    look,
)
