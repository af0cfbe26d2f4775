"""Does the bucket's own policy let our functions work, and guard what they write?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. A bucket that was there before has a policy of its
owner's, which a deployment never touches: then this says which of the template's statements it lacks.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from gistline.checks import deployed as stack
from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.conditions import Keys, Statement, condition_met
from gistline.checks.policy import applies, principals, statements
from gistline.checks.roles import role_of
from gistline.checks.samples import input_arn, output_arn
from gistline.site.site import Site

ID = "bucket-policy"
CREATE: Keys = {"aws:securetransport": "true", "s3:if-match": None, "s3:if-none-match": "*"}
PLAIN: Keys = {**CREATE, "aws:securetransport": "false"}
BLIND: Keys = {**CREATE, "s3:if-none-match": None}


@dataclass(frozen=True, slots=True)
class Call:
    """Who does what to what, and how."""

    caller: str  # an ARN
    action: str
    resource: str  # an ARN
    keys: Keys = field(default_factory=lambda: CREATE)


def look(site: Site) -> Finding:
    """Hold against the policy what must work, and what must not."""
    s3, bucket = site.target.client("s3"), site.outputs.bucket_name
    answer = found(lambda: s3.get_bucket_policy(Bucket=bucket), "NoSuchBucketPolicy")
    written = statements(answer["Policy"]) if answer else []
    looked_at = f"policy of the bucket {bucket}: {len(written)} statement(s)"
    writers = _writers(site)
    troubles = [*_hindered(site, written, writers), *_unguarded(site, written, writers)]
    healthy = (
        "it lets our functions work, and nobody else write summaries, nor anybody unseen or over plain HTTP"
    )
    return find(ID, looked_at, troubles, healthy=healthy)


def _writers(site: Site) -> list[str]:
    """Give the roles of the functions that write summaries, as far as the functions are there."""
    names = (site.outputs.summarizer_name, site.outputs.recorder_name)
    return [
        role for name in names if (role := found(partial(role_of, site, name), "ResourceNotFoundException"))
    ]


def _hindered(site: Site, written: list[Statement], writers: list[str]) -> Iterator[Trouble]:
    """Find statements that take from a role what it needs: a Deny here outweighs every Allow of the role."""
    for role in writers:
        for action, resource in (("s3:GetObject", input_arn(site)), ("s3:PutObject", output_arn(site))):
            for statement, met in _denying(written, Call(role, action, resource)):
                sid = statement.get("Sid", "without Sid")
                words = f"the bucket policy (statement {sid}) denies the role {action}"
                unsure = "" if met else ", on a condition that is not judged here"
                show = command(site, "s3api", "get-bucket-policy", "--bucket", site.outputs.bucket_name)
                remedy = Remedy(f"take {role} out of that statement", show)
                yield Trouble(Verdict.FAIL if met else Verdict.WARN, words + unsure, remedy)


def _unguarded(site: Site, written: list[Statement], writers: list[str]) -> Iterator[Trouble]:
    """Find what should be denied and is not; each is one statement of the template's."""
    lacking = {
        sid: words
        for sid, words, call in _guards(site, writers)
        if not any(met for _, met in _denying(written, call))
    }
    if lacking:
        remedy = _remedy(site, written, set(lacking))
        for words in lacking.values():
            yield Trouble(Verdict.WARN, f"the bucket policy does not refuse {words}", remedy)


def _guards(site: Site, writers: list[str]) -> Iterator[tuple[str, str, Call]]:
    """Yield the Sid in the template, what it refuses, and a call that it must refuse."""
    csv, summary = input_arn(site), output_arn(site)
    somebody = f"arn:{csv.split(':')[1]}:iam::{site.account}:role/somebody-else"
    yield "OnlyOverTls", "requests without TLS", Call(somebody, "s3:GetObject", csv, PLAIN)
    put = "s3:PutObject"
    yield (
        "OnlyOurFunctionsWriteSummaries",
        "summaries by others than our functions",
        Call(somebody, put, summary),
    )
    for role in writers:
        yield "OurFunctionsWriteSummariesOnly", "our functions outside the summaries", Call(role, put, csv)
        yield "OnlyByCompareAndSwap", "to overwrite a summary unseen", Call(role, put, summary, BLIND)


def _denying(written: list[Statement], call: Call) -> Iterator[tuple[Statement, bool | None]]:
    """Yield the statements that deny a call, and whether their condition is known to hold."""
    keys = {**call.keys, "aws:principalarn": call.caller}
    for statement in written:
        if statement["Effect"] != "Deny" or not _about(statement, call.caller):
            continue
        met = condition_met(statement, keys)
        if applies(statement, call.action, call.resource) and met is not False:
            yield statement, met


def _about(statement: Statement, caller: str) -> bool:
    if "NotPrincipal" in statement:
        excluded = principals({"Principal": statement["NotPrincipal"]}, "AWS")
        return caller not in excluded
    account = caller.split(":")[4]
    root = f"{':'.join(caller.split(':')[:5])}:root"
    return bool({"*", caller, account, root} & set(principals(statement, "AWS")))


def _remedy(site: Site, written: list[Statement], sids: set[str]) -> Remedy:
    """Name the statements, and the command that adds them to those that are there. The bucket's owner decides."""
    resolver = stack.deployed(site)
    document = resolver.template["Resources"]["BucketPolicy"]["Properties"]["PolicyDocument"]
    wanted: list[Any] = [s for s in resolver.value(document["Statement"]) if s["Sid"] in sids]
    whole = json.dumps({"Version": "2012-10-17", "Statement": [*written, *wanted]})
    put = command(site, "s3api", "put-bucket-policy", "--bucket", site.outputs.bucket_name, "--policy", whole)
    return Remedy(f"add to the bucket's policy, as in the template: {', '.join(sorted(sids))}", put)


CHECK = Check(
    ID,
    "Bucket policy",
    "A Deny in the bucket policy outweighs whatever an execution role allows. Where it is ours it keeps the functions"
    " from writing where the trigger listens, and everybody else from writing summaries; where it is not, it can keep"
    " them from their work.",
    look,
)
