"""May S3 invoke the function, for this bucket, and nobody else's?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. This is the function's resource-based policy; what the
function itself may do is `execution_role`'s question.
"""

from collections.abc import Iterator, Sequence

from gistline.checks import deployed as stack
from gistline.checks import grants as policy
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.grants import INVOKE, Grant, Wanted, grants_of
from gistline.checks.samples import bucket_arn
from gistline.site.site import Site

ID = "invoke-permission"
S3 = "s3.amazonaws.com"


def look(site: Site) -> Finding:
    """Read who may invoke the function."""
    grants = read_grants(site)
    looked_at = f"resource-based policy of {site.outputs.summarizer_name}: {len(grants)} statement(s) for S3"
    healthy = f"S3 may invoke it for {bucket_arn(site)} of account {site.account}, and for no other bucket"
    return find(ID, looked_at, _troubles(site, grants), healthy=healthy)


def read_grants(site: Site) -> tuple[Grant, ...]:
    """Read the statements that let S3 invoke the function."""
    return tuple(grant for grant in grants_of(site, site.outputs.summarizer_name) if grant.lets_in(S3))


def _wanted(site: Site) -> Wanted:
    return Wanted(site.outputs.summarizer_name, S3, bucket_arn(site), site.account, stack.INVOKE_PERMISSION)


def _troubles(site: Site, grants: Sequence[Grant]) -> Iterator[Trouble]:
    bucket, account = bucket_arn(site), site.account
    serving = [grant for grant in grants if grant.serves(bucket, account)]
    if not serving:
        yield Trouble(Verdict.FAIL, _why_not(site, grants), _remedy(site, grants))
    elif broad := [grant for grant in serving if not _wanted(site).is_met(grant)]:
        words = "; ".join(_too_broad(grant) for grant in broad)
        yield Trouble(Verdict.FAIL, words, _remedy(site, grants))
    for grant in grants:
        if serving and grant not in serving:
            words = f"the statement {grant.sid} is left over: it is for {_scope(grant)}"
            yield Trouble(Verdict.WARN, words, _remedy(site, grants))


def _why_not(site: Site, grants: Sequence[Grant]) -> str:
    if not grants:
        return f"no statement lets {S3} invoke the function: S3 drops each event, without an error anywhere"
    others = "; ".join(f"{grant.sid} is for {_scope(grant)}" for grant in grants)
    return f"no statement is for {bucket_arn(site)} of account {site.account}: {others}"


def _scope(grant: Grant) -> str:
    arns = ", ".join(grant.source_arns) or "any bucket"
    return f"{arns} of {', '.join(grant.source_accounts) or 'any account'}"


def _too_broad(grant: Grant) -> str:
    if not grant.source_arns:
        return f"{grant.sid} names no bucket (SourceArn): any bucket of {_owner(grant)} may invoke"
    if not grant.source_accounts:
        return f"{grant.sid} names no account (SourceAccount): whoever owns a bucket of that name one day may invoke"
    if (grant.principals, grant.actions) != ((S3,), (INVOKE,)):
        return grant.words()
    return f"{grant.sid} is for {_scope(grant)}, which is more than this bucket"


def _owner(grant: Grant) -> str:
    return ", ".join(grant.source_accounts) or "anybody"


def _remedy(site: Site, grants: Sequence[Grant]) -> Remedy:
    words = "let S3 invoke the function for this bucket and this account"
    return policy.remedy(site, words, _wanted(site), grants, restore)


def restore(site: Site) -> None:
    """Let S3 invoke the function for this bucket, and then for no other."""
    policy.restore(site, _wanted(site), read_grants(site))


CHECK = Check(
    ID,
    "Invoke permission",
    "S3 asks Lambda at each event whether it may invoke. If no statement of the function's resource-based policy says"
    " so, the event is dropped without a word. The statement names bucket and account, because the ARN of a bucket has"
    " no account in it, and a name that is given up can be taken by anybody.",
    look,
)
