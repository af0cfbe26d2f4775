"""Is this the canary's summary, and are its numbers right?

Comes in: a summary as JSON, from whoever may have written it, so of any shape. Goes out: what is wrong with it,
in words; nothing if all is right. Called by `verify`. No value is shown but the canary's own.
"""

from typing import Any

from gistline.checks.canary import NUMBERS, ROWS, Canary, Uploaded


def wrong_source(document: Any, canary: Canary, uploaded: Uploaded) -> list[str]:
    """Compare the status and the source with the upload: its key, its token and S3's request id."""
    known = {
        "key": canary.key,
        "etag": uploaded.etag,
        "versionId": uploaded.version_id,
        "bytes": len(canary.body),
        "requestId": uploaded.request_id,
    }
    return [
        *_differences({"status": "complete"}, _object(document), "status"),
        *_differences(known, _object(_object(document).get("source")), "source"),
    ]


def wrong_numbers(document: Any) -> list[str]:
    """Compare the row count and the statistics of each column with what is known."""
    columns = _object(document).get("columns")
    rows = [_object(column) for column in columns] if isinstance(columns, list) else []
    by_name = {str(column.get("name")): column for column in rows}
    table = _object(_object(document).get("table"))
    wrong = _differences({"rowCount": ROWS}, table, "table")
    for name, known in NUMBERS.items():
        wrong += _differences(known, _object(by_name.get(name)), f"column {name}")
    return wrong


def _differences(known: Any, found: dict[str, Any], where: str) -> list[str]:
    return [
        f"{where}: {name} is {_short(found.get(name))}, not {value!r}"
        for name, value in known.items()
        if found.get(name) != value
    ]


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."  # noqa: PLR2004 - as much as a line bears
