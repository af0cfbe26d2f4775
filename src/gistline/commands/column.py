"""What is known of one column, in a person's words.

Comes in: one of a summary's `columns`. Goes out: short strings, longest first where there are several. Called by
`table` and `card`. Nothing here makes foreign text harmless: who prints it does.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gistline.commands.histogram import WIDTH, blocks

JsonObject = Mapping[str, Any]

_GROUPED = 10_000
_NUMERAL = re.compile(r"(decimalChar|groupChar|unit)=\"([^\"]*)\"")
_DAY = len("2026-01-01")


def detail(column: JsonObject) -> str:
    """Say what the type does not: what the values mean, or how they are written."""
    semantic = column.get("semantic")
    written = _written(column["format"] or "")
    return " ".join(word for word in (semantic and semantic["value"], written) if word)


def _written(pattern: str) -> str:
    """Shorten what a `format` says precisely, as `decimalChar="," groupChar="." unit="€"`."""
    numeral = dict(_NUMERAL.findall(pattern))
    if not numeral:
        return pattern
    sign = (
        "decimal comma" if numeral.get("decimalChar") == "," else "grouped" if "groupChar" in numeral else ""
    )
    return f"{sign} {numeral.get('unit', '')}".strip()


def share(part: int, whole: int) -> str:
    """Give a part in whole percent; what is not nothing and not all is never said to be."""
    percent = round(100 * part / whole)
    if percent == 0 and part:
        return "<1%"
    return ">99%" if percent == 100 and part < whole else f"{percent}%"  # noqa: PLR2004 - all of them


def nulls(column: JsonObject) -> tuple[str, ...]:
    """Say how many cells have no value, and their share of the rows; nothing if all have one."""
    count = column["nullCount"]
    if not count:
        return ("",)
    of_all = share(count, count + column["count"])
    return f"{count:,} {of_all}", of_all


def about(method: str) -> str:
    """Mark what is an estimate."""
    return "~" if method == "estimate" else ""


def distinct(column: JsonObject) -> str:
    """Say how many different values there are."""
    return f"{about(column['distinct']['method'])}{column['distinct']['value']:,}"


def values(column: JsonObject) -> tuple[str, ...]:
    """Show the range of numbers and times, its middle drawn, and the most frequent of other values."""
    if column["type"] in {"string", "boolean"}:
        tops = column["topValues"] or ()
        return (", ".join(f"{top['value']} ({top_count(top)})" for top in tops),)
    if column["min"] is None:
        return ("",)
    return tuple(_ranges(column))


def top_count(top: JsonObject) -> str:
    """Say how often one of the most frequent values occurs."""
    return f"{about('exact' if top.get('lower') == top.get('upper') else 'estimate')}{top['count']:,}"


def _ranges(column: JsonObject) -> Iterator[str]:
    low, high = value(column["min"]), value(column["max"])
    if low == high:
        yield low
        return
    histogram, mean = column.get("histogram"), column["mean"]
    for middle in (blocks(histogram, WIDTH), blocks(histogram, WIDTH // 2), "…") if histogram else ("…",):
        if mean is not None:
            yield f"{low} {middle} {high}, mean {value(mean)}"
        yield f"{low} {middle} {high}"
    if column["type"] == "datetime":
        yield f"{low[:_DAY]} … {high[:_DAY]}"


def value(one: Any) -> str:
    """Show a number in groups of three digits from 10,000 on: below, it may well be a year."""
    if isinstance(one, float):
        return f"{one:,.6g}" if abs(one) >= _GROUPED else f"{one:.6g}"
    return f"{one:,}" if isinstance(one, int) and abs(one) >= _GROUPED else str(one)
