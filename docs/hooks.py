"""MkDocs' hooks: pages that are made of the code at every build, so that they cannot lie.

Comes in: MkDocs' configuration, files and pages. Goes out: the same, with the reference pages, and with a page for each
source file that a written page links to; in the repository such a link leads to the file itself. Called by MkDocs
(`make docs`, `make check`).
"""

import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

HERE = Path(__file__).parent
SOURCE = re.compile(r"\]\(\.\./src/gistline/(?P<path>[\w/.]+)\)")
LANGUAGES = {".py": "python", ".yaml": "yaml"}


def on_files(files: Files, /, *, config: MkDocsConfig) -> Files:
    """Add what is not written by hand."""
    sys.path.insert(0, str(HERE))  # MkDocs runs this file by its path, outside of any package
    try:
        import generate  # noqa: PLC0415 - only now can it be found
    finally:
        sys.path.pop(0)
    for name, write in generate.PAGES.items():
        files.append(File.generated(config, f"reference/{name}.md", content=write()))
    linked = {link["path"] for page in HERE.glob("*.md") for link in SOURCE.finditer(page.read_text("utf-8"))}
    for path in sorted(linked):
        files.append(File.generated(config, f"source/{path}.md", content=_listing(path)))
    return files


def on_page_markdown(markdown: str, /, **_: Any) -> str:
    """Lead links into the source to its pages."""
    return SOURCE.sub(r"](source/\g<path>.md)", markdown)


def _listing(path: str) -> str:
    code = (HERE.parent / "src/gistline" / path).read_text("utf-8")
    return f"# {path}\n\n````{LANGUAGES[Path(path).suffix]}\n{code}````\n"
