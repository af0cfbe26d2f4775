"""May S3 invoke the function, for this bucket, and nobody else's?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. This is the function's resource-based policy; what the
function itself may do is `execution_role`'s question.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from gistline.checks import deployed as stack
from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.conditions import Statement, as_list, conditions, matches
from gistline.checks.policy import principals, statements
from gistline.checks.samples import bucket_arn
from gistline.stack.site import Site
from gistline.stack.target import explained

ID = "invoke-permission"
S3 = "s3.amazonaws.com"
INVOKE = "lambda:InvokeFunction"


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement that lets a service invoke: for which sources (S3: buckets), and for whose; empty is anybody's."""

    sid: str
    source_arns: tuple[str, ...]
    source_accounts: tuple[str, ...]

    def serves(self, bucket: str, account: str) -> bool:
        """Tell whether events of this bucket get in."""
        arns, accounts = self.source_arns, self.source_accounts
        by_arn = not arns or any(matches(arn, bucket) for arn in arns)
        return by_arn and (not accounts or account in accounts)

    def fits(self, bucket: str, account: str) -> bool:
        """Tell whether events of this bucket get in and no others."""
        return (self.source_arns, self.source_accounts) == ((bucket,), (account,))


def look(site: Site) -> Finding:
    """Read who may invoke the function."""
    grants = read_grants(site)
    looked_at = f"resource-based policy of {site.outputs.summarizer_name}: {len(grants)} statement(s) for S3"
    healthy = f"S3 may invoke it for {bucket_arn(site)} of account {site.account}, and for no other bucket"
    return find(ID, looked_at, _troubles(site, grants), healthy=healthy)


def read_grants(site: Site) -> tuple[Grant, ...]:
    """Read the statements that let S3 invoke the function."""
    return grants_of(site, site.outputs.summarizer_name, S3)


def grants_of(site: Site, function: str, service: str) -> tuple[Grant, ...]:
    """Read the statements that let a service invoke a function; none where there is no function, or no policy."""
    lambda_ = site.target.client("lambda")
    answer = found(lambda: lambda_.get_policy(FunctionName=function), "ResourceNotFoundException")
    written = statements(answer["Policy"]) if answer else []
    return tuple(_grant(statement) for statement in written if _lets_in(statement, service))


def _lets_in(statement: Statement, service: str) -> bool:
    services = principals(statement, "Service") + principals(statement, "AWS")
    invokes = any(matches(action, INVOKE, ignore_case=True) for action in as_list(statement.get("Action")))
    return statement["Effect"] == "Allow" and invokes and bool({service, "*"} & set(services))


def _grant(statement: Statement) -> Grant:
    named: dict[str, list[str]] = {}
    for _, key, value in conditions(statement):
        named.setdefault(key.lower(), []).extend(map(str, as_list(value)))
    arns, accounts = named.get("aws:sourcearn", []), named.get("aws:sourceaccount", [])
    return Grant(statement.get("Sid", ""), tuple(arns), tuple(accounts))


def _troubles(site: Site, grants: Sequence[Grant]) -> Iterator[Trouble]:
    bucket, account = bucket_arn(site), site.account
    serving = [grant for grant in grants if grant.serves(bucket, account)]
    if not serving:
        yield Trouble(Verdict.FAIL, _why_not(site, grants), _remedy(site, grants))
    elif broad := [grant for grant in serving if not grant.fits(bucket, account)]:
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
    return f"{grant.sid} is for {_scope(grant)}, which is more than this bucket"


def _owner(grant: Grant) -> str:
    return ", ".join(grant.source_accounts) or "anybody"


def _remedy(site: Site, grants: Sequence[Grant]) -> Remedy:
    bad = [grant.sid for grant in grants if not grant.fits(bucket_arn(site), site.account)]
    name = ["--function-name", site.outputs.summarizer_name]
    commands = []
    if len(bad) == len(grants):
        add = ["lambda", "add-permission", *name, "--statement-id", _new_sid(site, bad), "--action", INVOKE]
        source = ["--source-arn", bucket_arn(site), "--source-account", site.account]
        commands = [command(site, *add, "--principal", S3, *source)]
    commands += [command(site, "lambda", "remove-permission", *name, "--statement-id", sid) for sid in bad]
    removed = f"; remove {', '.join(bad)}" if bad else ""
    words = f"let S3 invoke the function for this bucket and this account{removed}"
    return Remedy(words, "\n".join(commands), restore)


def _new_sid(site: Site, taken: Sequence[str]) -> str:
    """Take the id that CloudFormation knows, so that the stack owns the statement again."""
    resource = stack.deployed(site).resources.get(stack.INVOKE_PERMISSION)
    sid = resource.physical_id if resource else f"{site.stack}-invoke"
    return f"{sid}-restored" if sid in taken else sid


def restore(site: Site) -> None:
    """Add the right statement if it is missing, and only then remove the wrong ones: no event shall be lost."""
    grants = read_grants(site)
    bad = [grant.sid for grant in grants if not grant.fits(bucket_arn(site), site.account)]
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    with explained(f"restoring the invoke permission of {name}"):
        if len(bad) == len(grants):
            lambda_.add_permission(
                FunctionName=name,
                StatementId=_new_sid(site, bad),
                Action=INVOKE,
                Principal=S3,
                SourceArn=bucket_arn(site),
                SourceAccount=site.account,
            )
        for sid in bad:
            lambda_.remove_permission(FunctionName=name, StatementId=sid)


CHECK = Check(
    ID,
    "Invoke permission",
    "S3 asks Lambda at each event whether it may invoke. If no statement of the function's resource-based policy says"
    " so, the event is dropped without a word. The statement names bucket and account, because the ARN of a bucket has"
    " no account in it, and a name that is given up can be taken by anybody.",
    look,
)
