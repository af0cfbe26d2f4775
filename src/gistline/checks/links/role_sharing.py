"""Does any other function wear one of our execution roles?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`.
"""

from collections.abc import Iterator

from gistline.checks.asking import command
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.site.site import Site

ID = "role-sharing"


def look(site: Site) -> Finding:
    """Hold the roles of all functions in the region against ours."""
    pages = site.target.client("lambda").get_paginator("list_functions").paginate()
    wearers: dict[str, list[str]] = {}
    for page in pages:
        for function in page["Functions"]:
            wearers.setdefault(function["Role"], []).append(function["FunctionName"])
    count = sum(map(len, wearers.values()))
    looked_at = f"the roles of {count} function(s) in {site.target.region}"
    return find(
        ID, looked_at, _troubles(site, wearers), healthy="each of our functions has a role of its own"
    )


def _troubles(site: Site, wearers: dict[str, list[str]]) -> Iterator[Trouble]:
    ours = set(site.outputs.function_names)
    for role, names in wearers.items():
        if len(names) > 1 and ours & set(names):
            others = sorted(set(names) - ours) or sorted(names)
            words = f"the role {role.rpartition('/')[2]} is worn by {', '.join(sorted(names))}"
            update = [
                "lambda",
                "update-function-configuration",
                "--function-name",
                others[0],
                "--role",
                "ITS-OWN-ROLE",
            ]
            remedy = Remedy(f"give {', '.join(others)} a role of its own", command(site, *update))
            yield Trouble(Verdict.FAIL, words, remedy)


CHECK = Check(
    ID,
    "Role sharing",
    "Functions that share a role share all its rights: what one is allowed, a mistake in the other can do, and whoever"
    " tightens the role for one breaks the other.",
    look,
)
