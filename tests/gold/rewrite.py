"""The gold files: CSVs and the summaries that are right for them.

`python tests/gold/rewrite.py` writes the summaries anew; read the difference before you keep it.
"""

from datetime import UTC, datetime
from pathlib import Path

from gistline import __version__
from gistline.profile import Source, summarize

GOLD = Path(__file__).parent
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def csv_files() -> list[Path]:
    """List the CSVs in a fixed order."""
    return sorted(GOLD.glob("*.csv"))


def text_of(path: Path) -> str:
    """Summarise a CSV; the version of the package is left out, because it changes without the summary."""
    source = Source(bucket="bucket", key=f"synthetic-data/{path.name}", etag="etag")
    text = summarize(path, source=source, clock=lambda: NOON).to_json()
    return text.replace(f'"version": "{__version__}"', '"version": "0"')


if __name__ == "__main__":
    for path in csv_files():
        path.with_suffix(".json").write_text(text_of(path), encoding="ascii")
