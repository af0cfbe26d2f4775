"""When the sweeper runs, as EventBridge writes it: what it would refuse, refused before anything is deployed.

Comes in: what somebody typed. Goes out: yes or no. Called by `spec`. The template's own pattern holds the form too, for
whoever deploys without us; that a minute is none of 60 and more is said here alone.

Source: EventBridge User Guide, "Setting a schedule pattern for scheduled rules": one is `1 day`, more are `2 days`; of a
cron expression's six fields the day of the month or the day of the week is `?`.
"""

import re

_FIELD = r"[0-9A-Z*,/#-]+"
FORM = re.compile(
    r"(rate\((1 (minute|hour|day)|([2-9]|[1-9][0-9]{1,5}) (minute|hour|day)s)\)"
    rf"|cron\(({_FIELD} ){{2}}({_FIELD} {_FIELD} [?]|[?] {_FIELD} {_FIELD}) {_FIELD}\))"
)
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
# What may stand in each field: a number from ... to, or one of these names.
FIELDS: tuple[tuple[int, int, list[str]], ...] = (
    (0, 59, []),  # minutes
    (0, 23, []),  # hours
    (1, 31, []),  # day of the month
    (1, 12, MONTHS),
    (1, 7, DAYS),  # day of the week
    (1970, 2199, []),  # year
)
_PART = re.compile(r"([^/-]+)(?:-([^/-]+))?(?:/([1-9][0-9]*))?")
_DAYS_OF_WEEK_PLACE = 4  # which knows no steps
_LAST_OR_WORKING_DAY = re.compile(r"L|LW|([1-9]|[12][0-9]|3[01])W")
_DAY_OF_WEEK = re.compile(r"L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5])")


def is_schedule(text: str) -> bool:
    """Tell whether EventBridge takes it for a rate or a cron expression."""
    if not FORM.fullmatch(text):
        return False
    return text.startswith("rate") or all(map(_is_field, range(6), text[5:-1].split(" ")))


def _is_field(place: int, field: str) -> bool:
    special = {2: _LAST_OR_WORKING_DAY, _DAYS_OF_WEEK_PLACE: _DAY_OF_WEEK}.get(place)
    if field == "?" or (special and special.fullmatch(field)):
        return True
    return all(_is_part(place, part) for part in field.split(","))


def _is_part(place: int, part: str) -> bool:
    """Judge one of the parts between commas: `*`, a value, or two with a hyphen, perhaps with a step behind."""
    found = _PART.fullmatch(part)
    if found is None:
        return False
    first, last, step = found.groups()
    most = FIELDS[place][1]
    spanned = _is_value(place, first) and (last is None or _is_value(place, last))
    stepped = step is None or (place != _DAYS_OF_WEEK_PLACE and int(step) <= most)
    return (spanned or (first == "*" and last is None)) and stepped


def _is_value(place: int, text: str) -> bool:
    least, most, names = FIELDS[place]
    return text in names or (text.isdecimal() and least <= int(text) <= most)
