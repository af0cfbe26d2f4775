"""Can the function run, and is it the one that was deployed?

Comes in: a `Site`. Goes out: a `Finding`. Called by `doctor`. Its role, its permission and its on-failure destination
are checks of their own.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from gistline.checks import deployed as stack
from gistline.checks import restore
from gistline.checks.asking import command, found
from gistline.checks.check import Check, Finding, Remedy, Trouble, Verdict, find
from gistline.checks.metrics import longest_seconds
from gistline.checks.template import Resolver
from gistline.site.site import Site

ID = "function"
LEAST_TIMEOUT = 30  # seconds: a cold start and a CSV of some megabytes
HEADROOM = 2  # how many times as long as the longest recent invocation
LONGEST_TIMEOUT = 900  # seconds (AWS: Lambda quotas)

JsonObject = Mapping[str, Any]


def look(site: Site) -> Finding:
    """Read the function's state and configuration, and hold them against the stack's."""
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    looked_at = f"{name}: state, configuration, code, concurrency, timeout, loop detection"
    answer: Any = found(lambda: lambda_.get_function(FunctionName=name), "ResourceNotFoundException")
    if answer is None:
        gone = Trouble(Verdict.FAIL, f"there is no function {name}", Remedy("deploy the stack again"))
        return find(ID, looked_at, [gone], healthy="")
    function, resolver = answer["Configuration"], stack.deployed(site)
    troubles = [
        *_state(site, function),
        *_changed(site, function, resolver),
        *_code(function, resolver),
        *_concurrency(site, resolver),
        *_timeout(site, function, resolver),
        *_recursion(site),
    ]
    healthy = f"{function['State']}, as deployed, {function['MemorySize']} MB, up to {function['Timeout']} s"
    return find(ID, looked_at, troubles, healthy=healthy)


def _state(site: Site, function: JsonObject) -> Iterator[Trouble]:
    wait = Remedy("wait; if it stays like this, deploy the stack again", _show(site))
    if function.get("State", "Active") != "Active":
        yield Trouble(Verdict.FAIL, f"it is {function['State']}: {function.get('StateReason', '')}", wait)
    update = function.get("LastUpdateStatus", "Successful")
    if update != "Successful":
        verdict = Verdict.FAIL if update == "Failed" else Verdict.WARN
        reason = function.get("LastUpdateStatusReason", "")
        yield Trouble(verdict, f"its last update is {update}: {reason}".rstrip(": "), wait)


def _changed(site: Site, function: JsonObject, resolver: Resolver) -> Iterator[Trouble]:
    wanted = restore.function_settings(resolver.properties(stack.SUMMARIZER))
    remedy = _remedy(site, wanted)
    for setting, value in ("Handler", wanted["Handler"]), ("Role", wanted["Role"]):
        if function[setting] != value:
            words = f"{setting} is {function[setting]}, deployed was {value}"
            yield Trouble(Verdict.FAIL, words, remedy)
    variables = function.get("Environment", {}).get("Variables", {})
    changed = [
        name for name, value in wanted["Environment"]["Variables"].items() if variables.get(name) != value
    ]
    if changed:  # the values stay unsaid: what somebody put there may be a secret
        words = f"variables are not as deployed: {', '.join(changed)}"
        yield Trouble(Verdict.FAIL, words, remedy)
    if function["MemorySize"] != wanted["MemorySize"]:
        words = f"memory is {function['MemorySize']} MB, deployed were {wanted['MemorySize']} MB"
        yield Trouble(Verdict.WARN, words, remedy)


def _code(function: JsonObject, resolver: Resolver) -> Iterator[Trouble]:
    key = resolver.parameters["CodeKey"]
    try:
        deployed = stack.code_sha256(key)
    except ValueError:
        return  # a package that somebody named otherwise: its hash cannot be told from its key
    if function["CodeSha256"] != deployed:
        words = (
            f"the code is not the deployed package (SHA-256 {function['CodeSha256']}, deployed {deployed})"
        )
        yield Trouble(Verdict.FAIL, words, Remedy("deploy the stack again"))


def _concurrency(site: Site, resolver: Resolver) -> Iterator[Trouble]:
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    reserved = lambda_.get_function_concurrency(FunctionName=name).get("ReservedConcurrentExecutions")
    if reserved == 0:
        wanted = resolver.properties(stack.SUMMARIZER).get("ReservedConcurrentExecutions")
        words = (
            "its reserved concurrency is 0: no invocation can start, each event goes to the on-failure queue"
        )
        clear = command(site, "lambda", "delete-function-concurrency", "--function-name", name)
        remedy = Remedy(f"reserve {wanted or 'nothing'}, as deployed", clear, restore.concurrency)
        yield Trouble(Verdict.FAIL, words, remedy)


def _timeout(site: Site, function: JsonObject, resolver: Resolver) -> Iterator[Trouble]:
    longest, timeout = longest_seconds(site), function["Timeout"]
    needed = min(LONGEST_TIMEOUT, max(LEAST_TIMEOUT, HEADROOM * longest))
    if timeout >= needed:
        return
    if timeout < LEAST_TIMEOUT:
        words = (
            f"its timeout is {timeout} s, too short for a CSV of some size; take {LEAST_TIMEOUT} s or more"
        )
    else:
        words = f"its timeout is {timeout} s, the longest invocation of the last hour took {longest:.0f} s"
    wanted = restore.function_settings(resolver.properties(stack.SUMMARIZER))
    if wanted["Timeout"] >= needed:
        yield Trouble(Verdict.FAIL, words, _remedy(site, wanted))
    else:
        longer = Remedy(f"deploy the stack with the parameter SummarizerTimeout={needed:.0f}")
        yield Trouble(Verdict.FAIL, words, longer)


def _recursion(site: Site) -> Iterator[Trouble]:
    lambda_, name = site.target.client("lambda"), site.outputs.summarizer_name
    setting = lambda_.get_function_recursion_config(FunctionName=name)["RecursiveLoop"]
    if setting != "Terminate":
        words = f"Lambda's loop detection is set to {setting}, so that a loop would not be stopped"
        put = [
            "lambda",
            "put-function-recursion-config",
            "--function-name",
            name,
            "--recursive-loop",
            "Terminate",
        ]
        remedy = Remedy("let Lambda stop loops", command(site, *put), restore.recursion)
        yield Trouble(Verdict.FAIL, words, remedy)


def _remedy(site: Site, wanted: Mapping[str, Any]) -> Remedy:
    update = ["lambda", "update-function-configuration", "--function-name", site.outputs.summarizer_name]
    options = ["--handler", wanted["Handler"], "--role", wanted["Role"], "--timeout", str(wanted["Timeout"])]
    variables = ",".join(f"{name}={value}" for name, value in wanted["Environment"]["Variables"].items())
    options += ["--memory-size", str(wanted["MemorySize"]), "--environment", f"Variables={{{variables}}}"]
    return Remedy("give it the deployed configuration", command(site, *update, *options), restore.function)


def _show(site: Site) -> str:
    return command(site, "lambda", "get-function", "--function-name", site.outputs.summarizer_name)


CHECK = Check(
    ID,
    "Function",
    "A function that is not active, points to a handler that is not there, may not start or is ended too early fails at"
    " each event, and Lambda tries each three times before it gives up.",
    look,
)
