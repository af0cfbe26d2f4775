"""Whom a function's resource-based policy lets in, held against the one statement that the template gives it.

Comes in: a `Site`, and that one statement as `Wanted`. Goes out: `Grant`s, commands, and the repair. Called by
`invoke_permission` and `sweep_schedule`, which judge, and by the faults. A Deny is not read: Lambda adds none.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gistline.checks import deployed as stack
from gistline.checks.asking import command, found
from gistline.checks.check import Remedy
from gistline.checks.conditions import Statement, as_list, conditions, matches
from gistline.checks.policy import principals, statements
from gistline.site.site import Site
from gistline.stack.target import explained

INVOKE = "lambda:InvokeFunction"


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement that lets somebody in: whom, to do what, for which sources, and for whose; empty is anybody's."""

    sid: str
    principals: tuple[str, ...]  # services and ARNs; everybody is `*`
    actions: tuple[str, ...]
    source_arns: tuple[str, ...]
    source_accounts: tuple[str, ...]

    def lets_in(self, service: str) -> bool:
        """Tell whether this service may invoke, for some source."""
        invokes = any(matches(action, INVOKE, ignore_case=True) for action in self.actions)
        return invokes and bool({service, "*"} & set(self.principals))

    def serves(self, source: str, account: str) -> bool:
        """Tell whether it is for this source, given by its ARN, maybe among others."""
        by_arn = not self.source_arns or any(matches(arn, source) for arn in self.source_arns)
        return by_arn and (not self.source_accounts or account in self.source_accounts)

    def stays_in(self, account: str) -> bool:
        """Tell whether nobody outside this account gets in by it."""
        callers = self.source_accounts or self.source_arns or self.principals
        return all(account in (caller, *caller.split(":")[4:5]) for caller in callers)

    def words(self) -> str:
        """Say it in a sentence."""
        whose = f" of {', '.join(self.source_accounts)}" if self.source_accounts else ""
        sources = f"{', '.join(self.source_arns) or 'any source'}{whose}"
        who = ", ".join("everybody" if each == "*" else each for each in self.principals)
        return f"the statement {self.sid} allows {', '.join(self.actions)} to {who} for {sources}"


@dataclass(frozen=True, slots=True)
class Wanted:
    """The one statement that the template gives a function: a service may invoke it for one source."""

    function: str
    service: str
    source: str  # an ARN
    account: str
    resource: str  # the permission's logical id

    @property
    def source_account(self) -> str:
        """The account, where it must be said: the ARN of a bucket has none in it."""
        return "" if self.account in self.source.split(":") else self.account

    def is_met(self, grant: Grant) -> bool:
        """Tell whether a statement says this and no more."""
        said = (grant.principals, grant.actions, grant.source_arns)
        accounts = [(self.account,)] if self.source_account else [(self.account,), ()]
        return said == ((self.service,), (INVOKE,), (self.source,)) and grant.source_accounts in accounts


def grants_of(site: Site, function: str) -> tuple[Grant, ...]:
    """Read the statements that let somebody in; none where there is no function, or no policy."""
    lambda_ = site.target.client("lambda")
    answer = found(lambda: lambda_.get_policy(FunctionName=function), "ResourceNotFoundException")
    written = statements(answer["Policy"]) if answer else []
    return tuple(_grant(statement) for statement in written if statement["Effect"] == "Allow")


def _grant(statement: Statement) -> Grant:
    named: dict[str, list[str]] = {}
    for _, key, value in conditions(statement):
        named.setdefault(key.lower(), []).extend(map(str, as_list(value)))
    return Grant(
        statement.get("Sid", ""),
        tuple(principals(statement)),
        tuple(as_list(statement.get("Action"))),
        tuple(named.get("aws:sourcearn", [])),
        tuple(named.get("aws:sourceaccount", [])),
    )


def remedy(
    site: Site, words: str, wanted: Wanted, grants: Sequence[Grant], apply: Callable[[Site], None]
) -> Remedy:
    """Say how to add the right statement, if it is missing, and remove all of `grants` that are not it."""
    bad = [grant.sid for grant in grants if not wanted.is_met(grant)]
    name = ["--function-name", wanted.function]
    commands = [command(site, "lambda", "remove-permission", *name, "--statement-id", sid) for sid in bad]
    if not any(map(wanted.is_met, grants)):
        add = ["lambda", "add-permission", *name, "--statement-id", _new_sid(site, wanted, bad)]
        add += ["--action", INVOKE, "--principal", wanted.service, "--source-arn", wanted.source]
        add += ["--source-account", wanted.source_account] if wanted.source_account else []
        commands.insert(0, command(site, *add))
    removed = f"; remove {', '.join(bad)}" if bad else ""
    return Remedy(f"{words}{removed}", "\n".join(commands), apply)


def restore(site: Site, wanted: Wanted, grants: Sequence[Grant]) -> None:
    """Add the right statement, if it is missing, and only then remove the wrong ones: no event shall be lost.

    Raises:
        StackError: Lambda refused.
    """
    bad = [grant.sid for grant in grants if not wanted.is_met(grant)]
    lambda_, name = site.target.client("lambda"), wanted.function
    with explained(f"restoring the invoke permission of {name}"):
        if not any(map(wanted.is_met, grants)):
            account: dict[str, Any] = (
                {"SourceAccount": wanted.source_account} if wanted.source_account else {}
            )
            lambda_.add_permission(
                FunctionName=name,
                StatementId=_new_sid(site, wanted, bad),
                Action=INVOKE,
                Principal=wanted.service,
                SourceArn=wanted.source,
                **account,
            )
        for sid in bad:
            lambda_.remove_permission(FunctionName=name, StatementId=sid)


def _new_sid(site: Site, wanted: Wanted, taken: Sequence[str]) -> str:
    """Take the id that CloudFormation knows, so that the stack owns the statement again."""
    resource = stack.deployed(site).resources.get(wanted.resource)
    sid = resource.physical_id if resource else f"{site.stack}-{wanted.resource}"
    return f"{sid}-restored" if sid in taken else sid
