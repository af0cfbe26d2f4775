"""Dates, times and datetimes: how one cell can be read.

Comes in: the text of a cell. Goes out: its shape and every reading of it, for `03/04/2026` has two. Called by
`types`. ISO 8601 order (year first) has one reading, and so have months with an English name; day and month in
figures before the year have one for each order that makes a real date.

A year has four digits. Of two digits it is read only beside the name of a month, and only where all conventions agree
on the century: 00 to 29 is 20xx, 69 to 99 is 19xx (POSIX, Excel and Oracle differ on the others).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from itertools import starmap

Instant = date | time | datetime
Readings = tuple[tuple[str, Instant], ...]  # (order, instant); the order ends in "z" if there is a time zone

DATE, TIME, DATETIME = "date", "time", "datetime"
YMD, DMY, MDY, BOTH, NAMED, CLOCK = "ymd", "dmy", "mdy", "both", "named", "clock"
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
_NAMES = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
# Name: number and `strptime` code. May stands as `%3`: it is its own short form.
MONTHS: Mapping[str, tuple[int, str]] = {
    **{name: (number, "%B") for number, name in enumerate(_NAMES, 1)},
    **{name[:3]: (number, "%b") for number, name in enumerate(_NAMES, 1)},
    "may": (5, "%3"),
}
_YEAR_DIGITS = 4
_MICRO = 6  # digits of a fraction that are kept
_CENTURY_TURNS, _CENTURY_BEGINS = 29, 69  # years of two digits between these are nobody's

_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?P<a>[-/.])(?P<month>[0-9]{1,2})(?P=a)(?P<day>[0-9]{1,2})"
    r"|(?P<first>[0-9]{1,2})(?P<b>[-/.])(?P<second>[0-9]{1,2})(?P=b)(?P<last>[0-9]{4})"
)
_NAMED = re.compile(
    r"(?P<day>[0-9]{1,2})(?P<c>[-/. ])(?P<month>[A-Za-z]{3,9})(?P=c)(?P<year>[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|(?P<month2>[A-Za-z]{3,9})(?P<d>[- ])(?P<day2>[0-9]{1,2})(?P<comma>,?)(?:(?P=d)| )(?P<year2>[0-9]{4})"
)
_CLOCK = re.compile(
    r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})"
    r"(?::(?P<seconds>[0-9]{2})(?:(?P<point>[.,])(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<half> ?[AaPp][Mm])?(?P<zone> ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?"
)
_JOINT = re.compile(r"T|,? ")
_TWO_DIGIT_YEAR = re.compile(
    r"(?:[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}|[0-9]{2}(?P<mark>[-.])[0-9]{2}(?P=mark)[0-9]{2})(?:[ T][0-9: ]{4,12})?"
)
_ISO_DATE, _ISO_DATETIME = 10, 19  # letters


def read_instant(text: str) -> tuple[str, Readings] | None:
    """Read a date, a time of day or a datetime, without spaces around it; what is not ASCII is none.

    The shape is "TYPE ORDER TEMPLATE"; the template is a `strptime` pattern, except that day and month before
    the year stand as `%1` and `%2`, because one cell does not tell which is which, that May stands as `%3`, and
    that a time zone of hours alone stands as `%4`, because no pattern reads it, and that a fraction which an instant
    of Python cannot hold stands as `%5`.
    """
    if len(text) in {_ISO_DATE, _ISO_DATETIME} and text[4] == text[7] == "-" and (found := _read_iso(text)):
        return found
    day = _DATE.match(text)
    if day:
        return _read_date(_figures(day), _date_template(day), text[day.end() :])
    day = _NAMED.match(text)
    if day:
        return _read_date(*_named(day), text[day.end() :])
    return _read_time(text)


def is_instant(shape: str) -> bool:
    """Tell whether a cell of this shape can be a date, a time or a datetime."""
    return shape.partition(" ")[0] in {DATE, TIME, DATETIME}


def has_two_digit_year(text: str) -> bool:
    """Tell whether a text looks like a date in figures whose year, whichever part that is, has two digits."""
    return _TWO_DIGIT_YEAR.fullmatch(text) is not None


def column_format(templates: Iterable[str], order: str) -> str | None:
    """Return the `strptime` pattern of a column; None if it is Table Schema's default, `any` for a mixture.

    Some with and some without a time zone are a mixture, although each is a default.
    """
    known = list(templates)
    mixed = 0 < sum(map(is_zoned, known)) < len(known)
    may = "%B" if any("%B" in template for template in known) else "%b"
    patterns = {template_format(template, order).replace("%3", may) for template in known}
    if not mixed and {pattern.replace("%5", "%f") for pattern in patterns} <= DEFAULT_FORMATS:
        return None
    pattern = patterns.pop()
    return "any" if patterns or "%4" in pattern or "%5" in pattern else pattern


def is_zoned(shape: str) -> bool:
    """Tell whether an instant of this shape, or template, has a time zone."""
    return shape.endswith(("%z", "%Z", "%4"))


def is_truncated(shape: str) -> bool:
    """Tell whether an instant of this shape has a fraction of which only the microseconds are kept."""
    return "%5" in shape


def template_format(template: str, order: str) -> str:
    """Turn a shape's template into the `strptime` pattern of one order."""
    first, second = ("%m", "%d") if order == MDY else ("%d", "%m")
    return template.replace("%1", first).replace("%2", second)


def _read_iso(text: str) -> tuple[str, Readings] | None:
    """Read the two commonest forms with the help of C."""
    try:
        if len(text) == _ISO_DATE:
            return f"{DATE} {YMD} %Y-%m-%d", ((YMD, date.fromisoformat(text)),)
        if text[10] in "T " and text[13] == text[16] == ":" and text[11:13] != "24":
            return f"{DATETIME} {YMD} %Y-%m-%d{text[10]}%H:%M:%S", ((YMD, datetime.fromisoformat(text)),)
    except ValueError:
        pass
    return None


def _read_date(dates: list[tuple[str, date]], template: str, rest: str) -> tuple[str, Readings] | None:
    if not dates:
        return None
    order = dates[0][0] if len(dates) == 1 else BOTH
    if not rest:
        return f"{DATE} {order} {template}", tuple(dates)
    joint = _JOINT.match(rest)
    clock = _CLOCK.fullmatch(rest, joint.end()) if joint else None
    hour = _time(clock) if clock else None
    if clock is None or hour is None:
        return None
    mark = ZONED if hour.tzinfo else ""
    readings = tuple((order + mark, datetime.combine(day, hour)) for order, day in dates)
    return f"{DATETIME} {order} {template}{rest[: clock.start()]}{_clock_template(clock)}", readings


def _read_time(text: str) -> tuple[str, Readings] | None:
    clock = _CLOCK.fullmatch(text)
    hour = _time(clock) if clock and not clock["zone"] else None
    return (
        (f"{TIME} {CLOCK} {_clock_template(clock)}", ((CLOCK, hour),)) if clock and hour is not None else None
    )


def _figures(match: re.Match[str]) -> list[tuple[str, date]]:
    """Return every real date that figures make; ISO dates have two digits for month and day."""
    if match["year"]:
        if match["a"] == "-" and len(match[0]) != _ISO_DATE:
            return []
        candidates = [(YMD, match["year"], match["month"], match["day"])]
    else:
        first, second, year = match["first"], match["second"], match["last"]
        candidates = [(DMY, year, second, first), (MDY, year, first, second)]
    return [reading for reading in starmap(_date, candidates) if reading]


def _named(match: re.Match[str]) -> tuple[list[tuple[str, date]], str]:
    """Return the date that the name of a month makes, if it does, and its template."""
    day, year, name = (match[part] or match[f"{part}2"] for part in ("day", "year", "month"))
    number, code = MONTHS.get(name.lower(), (0, ""))
    century = _century(year)
    if not number or century is None:
        return [], ""
    reading = _date(NAMED, century + year, str(number), day)
    code_of_year = "%y" if century else "%Y"
    if match["day"]:
        template = match["c"].join(("%d", code, code_of_year))
    else:
        between = match[0][match.end("day2") : match.start("year2")]
        template = f"{code}{match['d']}%d{between}%Y"
    return [reading] if reading else [], template


def _century(year: str) -> str | None:
    """Return the digits that a year lacks; None if there are several conventions."""
    if len(year) == _YEAR_DIGITS:
        return ""
    if int(year) <= _CENTURY_TURNS:
        return "20"
    return "19" if int(year) >= _CENTURY_BEGINS else None


def _date(order: str, year: str, month: str, day: str) -> tuple[str, date] | None:
    try:
        return order, date(int(year), int(month), int(day))
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    hour, fraction = int(match["hour"]), match["fraction"]
    if match["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - as on a clock's face
            return None
        hour = hour % 12 + (12 if match["half"].strip() in {"pm", "PM", "Pm", "pM"} else 0)
    micro = int(fraction[:_MICRO].ljust(_MICRO, "0")) if fraction else 0
    try:
        return time(hour, int(match["minute"]), int(match["seconds"] or 0), micro, _zone(match["zone"]))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if text is None:
        return None
    zone = text.lstrip()
    if zone in {"Z", "UTC", "GMT"}:
        return UTC
    minutes = int(zone[-2:]) if len(zone) > len("+00") else 0
    offset = timedelta(hours=int(zone[1:3]), minutes=minutes)
    return timezone(-offset if zone[0] == "-" else offset)


def _date_template(match: re.Match[str]) -> str:
    return "%Y{a}%m{a}%d".format(a=match["a"]) if match["year"] else "%1{b}%2{b}%Y".format(b=match["b"])


def _clock_template(match: re.Match[str]) -> str:
    half, zone = match["half"] or "", match["zone"] or ""
    parts = [
        "%I:%M" if half else "%H:%M",
        match["seconds"] and ":%S",
        match["fraction"] and f"{match['point']}{'%5' if match['fraction'][_MICRO:].strip('0') else '%f'}",
        half and f"{half[:-2]}%p",
    ]
    if zone:
        code = "%Z" if zone.endswith(("UTC", "GMT")) else "%4" if len(zone.lstrip()) == len("+00") else "%z"
        parts.append(zone[: len(zone) - len(zone.lstrip())] + code)
    return "".join(part for part in parts if part)
