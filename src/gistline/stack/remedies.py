"""What CloudFormation, S3 and Lambda say when they refuse, and what to do about it.

Comes in: a reason in their words. Goes out: a remedy in ours. Called by `progress` and `plan`. The words are theirs;
they are looked for as regular expressions, the first that fits.
"""

import re

REMEDIES = (
    (
        r"Unable to validate the following destination configurations",
        (
            "S3 asks every destination on the bucket whether it may reach it, and one said no: the function's "
            "permission may not be there yet (run the same command again), or another rule's destination is gone"
        ),
    ),
    (
        r"explicit deny in a (service|resource) control policy",
        "your organisation forbids it, whatever your own policy says: ask its administrator",
    ),
    (
        r"not authorized to perform|AccessDenied|Access Denied",
        "your own credentials lack this permission; all that a deployer needs: gistline deploy --print-policy",
    ),
    (
        r"BucketAlreadyOwnedByYou|already owned by you",
        "the bucket is yours already: use it with --existing-bucket NAME, or take another name with --bucket",
    ),
    (
        r"BucketAlreadyExists|requested bucket name is not available",
        "a bucket's name is taken once in the whole world, and somebody has this one: choose with --bucket NAME",
    ),
    (
        r"^Bucket: .*already exists|ResourceExistenceCheck.*AWS::S3::Bucket",
        "a bucket of this name is there: is it yours, use it with --existing-bucket NAME, else choose with --bucket",
    ),
    (
        r"ScheduleExpression",
        "EventBridge knows no such time: choose with --sweep-schedule, like 'rate(1 day)' or 'cron(0 3 * * ? *)'",
    ),
    (
        r"KMS key does not exist or is not allowed",
        (
            "the key's own policy must let CloudWatch Logs use it too (logs.REGION.amazonaws.com): see the docs, "
            "how-to/deploy, or choose another one with --kms-key"
        ),
    ),
    (
        r"below its minimum value|ReservedConcurrentExecutions",
        (
            "the account has too few concurrent executions to set any aside: leave ReservedConcurrency at -1, or ask "
            "for more in Service Quotas"
        ),
    ),
    (
        r"'?MemorySize'?.*(less than or equal|3008)",
        "a new account may use less memory for a function: choose with --memory 3008, or less",
    ),
    (
        r"cannot be assumed by Lambda",
        "IAM had not yet told Lambda of the new role: run the same command again",
    ),
    (
        r"TooManyBuckets",
        "the account has as many buckets as it may: delete one, or use one with --existing-bucket NAME",
    ),
    (
        r"[Cc]onfigurations? (overlap|is ambiguously defined)",
        "another rule of the bucket is about the same uploads: change its prefix or suffix",
    ),
    (
        r"bucket you tried to delete is not empty",
        "something wrote into the bucket meanwhile: run gistline destroy again",
    ),
    (
        r"already exists|ResourceExistenceCheck|AlreadyExists",
        (
            "something of this name is there and belongs to no stack, or to another one: remove what an earlier stack "
            "left (gistline destroy --stack NAME), or take another name with --stack"
        ),
    ),
    (r"Throttling|Rate exceeded", "AWS asks for patience: run the same command again in a minute"),
)
TOOK_BACK = "CloudFormation took back what it had changed: mend the cause and run the same command again"


def remedy_for(reason: str, otherwise: str = TOOK_BACK) -> str:
    """Say what to do about a reason for which something failed; for one that is not known here, `otherwise`."""
    found = (remedy for pattern, remedy in REMEDIES if re.search(pattern, reason))
    return next(found, otherwise)
