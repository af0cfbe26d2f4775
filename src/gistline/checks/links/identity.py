"""Who is asking, and is it the account and region in which the stack is?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`, first: what a stranger sees proves nothing.
"""

from collections.abc import Iterator

from gistline.checks.asking import command
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.site.site import Site

ID = "identity"


def look(site: Site) -> Finding:
    """Ask STS who we are."""
    caller = site.target.client("sts").get_caller_identity()
    looked_at = f"caller {caller['Arn']} in {site.target.region}"
    troubles = _troubles(site, caller["Account"])
    return find(ID, looked_at, troubles, healthy=f"account {site.account} and region are the stack's")


def _troubles(site: Site, account: str) -> Iterator[Trouble]:
    region = site.outputs.summarizer_arn.split(":")[3]
    if account != site.account:
        remedy = Remedy(
            f"sign in to account {site.account}, or name its profile: --profile NAME",
            command(site, "sts", "get-caller-identity"),
        )
        yield Trouble(
            Verdict.FAIL, f"the stack is in account {site.account}, you are in account {account}", remedy
        )
    if region != site.target.region:
        yield Trouble(
            Verdict.FAIL,
            f"the function is in {region}, you are asking in {site.target.region}",
            Remedy(f"ask there: --region {region}"),
        )


CHECK = Check(
    ID,
    "Identity",
    "Credentials of another account or region show another stack, or none; everything below would be about that one.",
    look,
)
