"""The pages of the docs as a test sees them: which commands a page tells people to type, and what it says will come."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
TYPED = [DOCS / "tutorial.md", *sorted((DOCS / "how-to").glob("*.md"))]
BLOCK = re.compile(r"^```console(?P<aws> aws)?\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
EXIT = re.compile(r" # exit code (\d+)$")
VARIES = r"(?:[0-9a-f]{8,}|[0-9][0-9.,:TZ-]*)"  # times, sizes, ports, hashes


@dataclass(frozen=True)
class Command:
    """One line that begins with `$ `, and the lines below it: what the page says it prints."""

    line: str
    exit_code: int
    aws: bool
    shown: tuple[str, ...]

    def missing(self, output: str) -> str | None:
        """The first line that is shown and was not printed, in order. A line `...` stands for any lines."""
        lines = [" ".join(line.split()) for line in output.splitlines()]
        position, gap = 0, False
        for shown in (" ".join(line.split()) for line in self.shown):
            if not shown or shown == "...":
                gap = True
                continue
            rest = [n for n, line in enumerate(lines[position:], position) if line and _alike(shown, line)]
            if not rest or (not gap and any(lines[position : rest[0]])):
                return shown
            position, gap = rest[0] + 1, False
        return None if gap or not any(lines[position:]) else f"(nothing, but there is {lines[position:]})"


def commands(page: Path) -> Iterator[Command]:
    """Every command of a page, in its order."""
    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block["body"], flags=re.MULTILINE)[1:]:
            line, *shown = part.splitlines()
            code = EXIT.search(line)
            yield Command(EXIT.sub("", line), int(code[1]) if code else 0, bool(block["aws"]), tuple(shown))


def _alike(shown: str, line: str) -> bool:
    """Compare, but for what varies from run to run; `…` stands for any text."""
    parts = re.split(rf"(…|{VARIES})", shown)
    pattern = "".join(
        ".*" if part == "…" else VARIES if re.fullmatch(VARIES, part) else re.escape(part) for part in parts
    )
    return re.fullmatch(pattern, line) is not None
