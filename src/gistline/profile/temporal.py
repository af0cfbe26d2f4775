"""Dates, times and datetimes: how one cell can be read.

Comes in: the text of a cell. Goes out: its shape and every reading of it, for `03/04/2026` has two. Called by
`types`. ISO 8601 order (year first) has one reading; day and month before the year have one for each order
that makes a real date.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import starmap

Instant = date | time | datetime
Readings = tuple[tuple[str, Instant], ...]  # (order, instant); the order ends in "z" if there is a time zone

DATE, TIME, DATETIME = "date", "time", "datetime"
YMD, DMY, MDY, BOTH, CLOCK = "ymd", "dmy", "mdy", "both", "clock"
ZONED = "z"
# What Table Schema v2 reads without a `format`: the lexical forms of XML Schema.
DEFAULT_FORMATS = frozenset(
    {
        "%Y-%m-%d",
        "%H:%M:%S",
        "%H:%M:%S.%f",
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%dT%H:%M:%S.%f",
        "%Y-%m-%dT%H:%M:%S%z",
        "%Y-%m-%dT%H:%M:%S.%f%z",
    }
)

_YEAR_FIRST = r"(?P<year>[0-9]{4})(?P<a>[-/.])(?P<month>[0-9]{2})(?P=a)(?P<day>[0-9]{2})"
_YEAR_LAST = r"(?P<first>[0-9]{1,2})(?P<b>[-/.])(?P<second>[0-9]{1,2})(?P=b)(?P<last>[0-9]{4})"
_CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<seconds>[0-9]{2})(?P<fraction>\.[0-9]{1,9})?)?"
_ZONE = r"(?P<zone>Z|[+-][0-9]{2}:?[0-9]{2})"
_DATE = re.compile(f"(?:{_YEAR_FIRST}|{_YEAR_LAST})")
_TIME = re.compile(f"{_CLOCK}{_ZONE}?")


def read_instant(text: str) -> tuple[str, Readings] | None:
    """Read a date, a time of day or a datetime, without spaces around it.

    The shape is "TYPE ORDER TEMPLATE"; the template is a `strptime` pattern, except that day and month before
    the year stand as `%1` and `%2`, because one cell does not tell which is which.
    """
    day = _DATE.match(text)
    if day is None:
        return _read_time(text)
    dates = tuple(_dates(day))
    if not dates:
        return None
    order = dates[0][0] if len(dates) == 1 else BOTH
    rest = text[day.end() :]
    if not rest:
        return f"{DATE} {order} {_date_template(day)}", dates
    return _read_datetime(f"{DATETIME} {order} {_date_template(day)}", dates, rest)


def template_format(template: str, order: str) -> str:
    """Turn a shape's template into the `strptime` pattern of one order."""
    first, second = ("%m", "%d") if order == MDY else ("%d", "%m")
    return template.replace("%1", first).replace("%2", second)


def _read_time(text: str) -> tuple[str, Readings] | None:
    clock = _TIME.fullmatch(text)
    if clock is None or clock["zone"]:
        return None
    try:
        return f"{TIME} {CLOCK} {_clock_template(clock)}", ((CLOCK, _time(clock)),)
    except ValueError:
        return None


def _read_datetime(shape: str, dates: tuple[tuple[str, date], ...], rest: str) -> tuple[str, Readings] | None:
    clock = _TIME.fullmatch(rest, 1) if rest[0] in "T " else None
    if clock is None:
        return None
    try:
        hour = _time(clock)
    except ValueError:
        return None
    mark = ZONED if clock["zone"] else ""
    readings = tuple((order + mark, datetime.combine(day, hour)) for order, day in dates)
    return f"{shape}{rest[0]}{_clock_template(clock)}", readings


def _dates(match: re.Match[str]) -> list[tuple[str, date]]:
    if match["year"]:
        candidates = [(YMD, match["year"], match["month"], match["day"])]
    else:
        first, second, year = match["first"], match["second"], match["last"]
        candidates = [(DMY, year, second, first), (MDY, year, first, second)]
    return [reading for reading in starmap(_date, candidates) if reading]


def _date(order: str, year: str, month: str, day: str) -> tuple[str, date] | None:
    try:
        return order, date(int(year), int(month), int(day))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time:
    fraction = match["fraction"]
    micro = int(fraction[1:7].ljust(6, "0")) if fraction else 0
    return time(
        int(match["hour"]), int(match["minute"]), int(match["seconds"] or 0), micro, _zone(match["zone"])
    )


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    if text == "Z":
        return UTC
    offset = timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return timezone(-offset if text[0] == "-" else offset)


def _date_template(match: re.Match[str]) -> str:
    return "%Y{a}%m{a}%d".format(a=match["a"]) if match["year"] else "%1{b}%2{b}%Y".format(b=match["b"])


def _clock_template(match: re.Match[str]) -> str:
    parts = ("%H:%M", match["seconds"] and ":%S", match["fraction"] and ".%f", match["zone"] and "%z")
    return "".join(part for part in parts if part)
