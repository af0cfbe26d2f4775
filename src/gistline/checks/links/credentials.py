"""Does a function carry keys that it should not?

Comes in: a `Site`. Goes out: a `Finding`, which never shows a value. Called by `doctor`, last.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from gistline.checks.asking import command, download
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.site.site import Site

ID = "credentials"
# Access key ids begin with AKIA (a user's) or ASIA (a session's) (IAM User Guide, "Unique identifiers")
ACCESS_KEY = re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])")
AWS_NAMES = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}
SUSPICIOUS = re.compile(r"SECRET|PASSWORD|TOKEN|ACCESS_?KEY|PRIVATE_?KEY", re.IGNORECASE)


def look(site: Site) -> Finding:
    """Look at names and values of the variables of the functions, and into their packages."""
    names = site.outputs.function_names
    functions = [site.target.client("lambda").get_function(FunctionName=name) for name in names]
    troubles = [t for function in functions for t in _variables(site, function["Configuration"])]
    looked_at = f"variables of {', '.join(names)}"
    if not site.target.is_local:  # which hands out no code; it got it from this machine
        looked_at += ", and their code"
        packages = {f["Configuration"]["CodeSha256"]: f["Code"]["Location"] for f in functions}  # mostly one
        troubles += [trouble for location in packages.values() for trouble in _code(site, location)]
    return find(
        ID, looked_at, troubles, healthy="no access key: Lambda hands them short-lived ones of their roles"
    )


def _variables(site: Site, function: Any) -> Iterator[Trouble]:
    name = function["FunctionName"]
    show = command(site, "lambda", "get-function-configuration", "--function-name", name)
    remedy = Remedy(
        "take it out, and make the key invalid: whoever may read the configuration has seen it", show
    )
    for variable, value in function.get("Environment", {}).get("Variables", {}).items():
        if variable in AWS_NAMES or ACCESS_KEY.search(value):
            yield Trouble(Verdict.FAIL, f"{name} has an access key in its variable {variable}", remedy)
        elif SUSPICIOUS.search(variable):
            yield Trouble(Verdict.WARN, f"{name} has a variable called {variable}", remedy)


def _code(site: Site, location: str) -> Iterator[Trouble]:
    try:
        package = zipfile.ZipFile(io.BytesIO(download(site, location)))
    except (OSError, zipfile.BadZipFile) as error:
        yield Trouble(Verdict.SKIP, f"the package could not be read: {type(error).__name__}")
        return
    for entry in package.infolist():
        if ACCESS_KEY.search(package.read(entry).decode("latin-1")):
            words = f"the package has an access key in {entry.filename}"
            yield Trouble(Verdict.FAIL, words, Remedy("take it out, make it invalid, deploy again"))


CHECK = Check(
    ID,
    "Credentials",
    "A role gives a function keys that live for hours and are never written down. A key in a variable or in the code"
    " lives until somebody remembers it, and everybody who may read the function can read the key.",
    look,
)
