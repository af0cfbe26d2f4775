"""The error codes, read from the source.

Comes in: nothing but gistline's own files. Goes out: each code, what it means, and where it stands. Called by `generate`.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import gistline
from gistline import errors

SOURCE = Path(gistline.__file__).parent


def codes() -> dict[str, tuple[str, str]]:
    """Find every code in the source: what it means, and in which files it stands."""
    places: dict[str, tuple[set[str], set[str]]] = {}
    for path in sorted(SOURCE.rglob("*.py")):
        where = f"`{path.relative_to(SOURCE).as_posix()}`"
        for code, words in _codes_in(ast.parse(path.read_text(encoding="utf-8"))):
            meanings, files = places.setdefault(code, (set(), set()))
            meanings.add(words)
            files.add(where)
    places.pop(errors.GistlineError.code)  # the root is never raised itself
    return {
        code: (" / ".join(sorted(words)), ", ".join(sorted(files))) for code, (words, files) in places.items()
    }


def _codes_in(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Give each class's code with the class's sentence, and each raised code with what its class means."""
    classes = {name: thing for name, thing in vars(errors).items() if inspect.isclass(thing)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                match statement:
                    case ast.Assign(targets=[ast.Name(id="code")], value=ast.Constant(value=str(code))):
                        yield code, _sentence(ast.get_docstring(node))
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in classes:
            for keyword in node.keywords:
                match keyword:
                    case ast.keyword(arg="code", value=ast.Constant(value=str(code))):
                        yield code, _message(node) or _sentence(classes[node.func.id].__doc__)


def _message(call: ast.Call) -> str:
    """Give the words of the message; where it is filled in, an ellipsis stands."""
    match call.args:
        case [ast.Constant(value=str(text)), *_]:
            words = text
        case [ast.JoinedStr(values=parts), *_]:
            words = "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
        case [_, ast.Constant(value=str(remedy))]:
            words = f"what to do: {remedy}"
        case _:
            return ""
    return words.replace("|", "\\|").replace("\n", " ")


def _sentence(docstring: str | None) -> str:
    return re.sub(r"\s+", " ", (docstring or "").partition("\n\n")[0])
