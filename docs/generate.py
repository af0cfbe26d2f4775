"""The reference pages, made of the code.

Comes in: nothing but gistline itself. Goes out: Markdown, a page each for commands, checks, settings, the summary's
fields and the error codes. Called by `hooks` when the site is built, and by tests.
"""

import inspect
import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import click
import error_codes

from gistline import errors
from gistline.checks import doctor
from gistline.checks.faults import catalogue
from gistline.cli import VERBS, gistline_command
from gistline.config import AWS_NAMES, DEFAULT_REGION, FILE, FILE_VARIABLE, Settings
from gistline.profile.summary import schema

WIDTH = 80  # characters in a line of help
HEADING = re.compile(r" {4}# (.+)")
SETTING = re.compile(r" {4}(\w+): \w+ = [^#]+(?:# (.+))?")
AWS_VARIABLES = {
    "region": "`AWS_REGION`, `AWS_DEFAULT_REGION`",
    "endpoint": "`AWS_ENDPOINT_URL_S3`, `AWS_ENDPOINT_URL`",
}


def commands() -> str:
    """Write every verb's own help."""
    parts = [
        "# Commands",
        "What each verb says of itself with `--help`.",
        _block(_help(gistline_command, None)),
        (
            "Exit codes: `0` ok; `1` a finding, or a failure that one must expect; `2` wrong usage or settings; "
            "`3` a bug in gistline; `130` interrupted with Ctrl-C."
        ),
    ]
    with click.Context(gistline_command, info_name="gistline") as root:
        for verb in VERBS:
            command = gistline_command.get_command(root, verb)
            if command is None:
                raise LookupError(verb)
            parts += [f"## {verb}", VERBS[verb], _block(_help(command, root))]
            if isinstance(command, click.Group):
                with click.Context(command, parent=root, info_name=verb) as group:
                    parts += [_block(_help(each, group)) for each in command.commands.values()]
    return _page(parts)


def _help(command: click.Command, root: click.Context | None) -> str:
    name = command.name if root else "gistline"
    return command.get_help(
        click.Context(
            command,
            parent=root,
            info_name=name,
            terminal_width=WIDTH,
            help_option_names=["-h", "--help"],
        )
    )


def checks() -> str:
    """Write what the doctor looks at, and which faults of the lab each check finds."""
    faults = [
        f"| `{fault.name}` | {fault.breaks} | [`{fault.check}`](#{fault.check}) |" for fault in catalogue.ALL
    ]
    return _page(
        [
            "# Checks and faults",
            "`gistline doctor` makes these checks, in the order in which the event travels.",
            doctor.reference().strip(),
            "## The faults of the lab",
            "`gistline break FAULT` breaks exactly one thing; the check beside it finds it.",
            "\n".join(["| fault | what is broken | found by |", "|---|---|---|", *faults]),
        ]
    )


def settings() -> str:
    """Write every setting with its type, default, names and comment."""
    head = "| setting | type | default | environment | what it is |\n|---|---|---|---|---|"
    tables = []
    for title, comments in _groups().items():
        rows = [_setting(name, comment) for name, comment in comments.items()]
        tables += [f"## For {title}", "\n".join([head, *rows])]
    return _page(
        [
            "# Settings",
            (
                f"A setting stands in `{FILE}` in the folder where you type, or in the file that `{FILE_VARIABLE}` names, "
                "or in an environment variable. An option of the verb wins over the variable, the variable over the "
                "file, the file over the default. No setting is ever a key or a password."
            ),
            *tables,
        ]
    )


def _setting(name: str, comment: str) -> str:
    default, kind = Settings._field_defaults[name], Settings.__annotations__[name].__name__
    if name == "delivery_workers":
        default = "the number of processors"  # the page shall not tell which machine built it
    shown = f"`{default}`" if str(default) else "none"
    variable = AWS_VARIABLES[name] if name in AWS_NAMES else f"`GISTLINE_{name.upper()}`"
    return f"| `{name}` | {'path' if kind == 'Path' else kind} | {shown} | {variable} | {comment} |"


def _groups() -> dict[str, dict[str, str]]:
    """Read from `config.py` the line above each group of settings, and the comment behind each setting."""
    found: dict[str, dict[str, str]] = {}
    title = ""
    for line in inspect.getsource(Settings).splitlines():
        if heading := HEADING.fullmatch(line):
            title = heading[1]
            found[title] = {}
        elif setting := SETTING.fullmatch(line):
            found[title][setting[1]] = (setting[2] or "").replace("DEFAULT_REGION", f"`{DEFAULT_REGION}`")
    return found


def summary() -> str:
    """Write every field of the summary, from the JSON Schema that ships in the package."""
    shape = schema()
    rows = [f"| `{path}` | {kind} | {words} |" for path, kind, words in _fields(shape, shape["$defs"], "")]
    return _page(
        [
            "# The summary's fields",
            (
                f"{shape['description']} The schema is `{shape['$id']}`; it ships in the package, and "
                "`gistline schema` prints it. `[]` stands for each element of a list."
            ),
            "\n".join(["| field | type | what it is |", "|---|---|---|", *rows]),
        ]
    )


def _fields(node: Mapping[str, Any], known: Mapping[str, Any], path: str) -> Iterator[tuple[str, str, str]]:
    """Walk the schema: path, type and description of every field."""
    for name, given in node.get("properties", {}).items():
        field, here = _resolved(given, known), f"{path}.{name}" if path else name
        yield here, _kind(field, known), field.get("description", "")
        yield from _fields(_object(field, known), known, here)
        if "items" in field:
            item = _resolved(field["items"], known)
            yield from _fields(_object(item, known), known, f"{here}[]")


def _resolved(node: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Follow a `$ref`; what stands beside it wins."""
    if "$ref" not in node:
        return dict(node)
    return {**known[node["$ref"].removeprefix("#/$defs/")], **node}


def _object(field: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """Pick the variant that has fields of its own, when there are several."""
    variants = [_resolved(variant, known) for variant in field.get("anyOf", [field])]
    return next((variant for variant in variants if "properties" in variant), {})


def _kind(field: Mapping[str, Any], known: Mapping[str, Any]) -> str:
    if "anyOf" in field:
        kinds = [_kind(_resolved(variant, known), known) for variant in field["anyOf"]]
        return " or ".join(dict.fromkeys(kinds))
    if "const" in field:
        return f"`{_literal(field['const'])}`"
    if "enum" in field:
        return " or ".join(f"`{_literal(value)}`" for value in field["enum"])
    kind = field["type"]
    return kind if isinstance(kind, str) else " or ".join(kind)


def _literal(value: str | float) -> str:
    return value.encode("unicode_escape").decode() if isinstance(value, str) else json.dumps(value)


def error_page() -> str:
    """Write every code that an error can have: those of the classes, and those given where one is raised."""
    rows = [
        f"| `{code}` | {words} | {where} |" for code, (words, where) in sorted(error_codes.codes().items())
    ]
    tree = (errors.__doc__ or "").partition("\n\n")[2].partition("\n\n")[0]
    return _page(
        [
            "# Error codes",
            (
                "An error says what happened and where, what to do, and its code in brackets. The code is stable; the words "
                "may get better. The last column names the files under `src/gistline` where one can look it up."
            ),
            "\n".join(["| code | what it means | where |", "|---|---|---|", *rows]),
            "## The tree",
            _block(tree),
        ]
    )


def _block(text: str) -> str:
    return f"```text\n{text.strip()}\n```"


def _page(parts: list[str]) -> str:
    return "\n\n".join(parts) + "\n"


PAGES: Mapping[str, Callable[[], str]] = {
    "commands": commands,
    "checks": checks,
    "settings": settings,
    "summary": summary,
    "errors": error_page,
}
