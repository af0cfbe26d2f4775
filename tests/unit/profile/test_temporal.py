from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.temporal import DMY, MDY, read_instant, template_format

ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.dates())
def test_iso_date_has_one_reading(day: date) -> None:
    assert read_instant(day.isoformat()) == ("date ymd %Y-%m-%d", (("ymd", day),))


@given(st.dates(date(1000, 1, 1)), st.sampled_from("-/."))
def test_day_and_month_before_the_year_have_every_reading_that_strptime_has(day: date, mark: str) -> None:
    text = day.strftime(f"%d{mark}%m{mark}%Y")
    expected = [("dmy", day)]
    if day.day <= 12 and not (day.day == 2 and day.month > 29):
        swapped = _strptime(text, f"%m{mark}%d{mark}%Y")
        expected += [("mdy", swapped)] if swapped else []
    order = "both" if len(expected) == 2 else "dmy"
    assert read_instant(text) == (f"date {order} %1{mark}%2{mark}%Y", tuple(expected))


def _strptime(text: str, pattern: str) -> date | None:
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=UTC).date()
    except ValueError:
        return None


@given(st.datetimes(), st.sampled_from(["T", " "]))
def test_iso_datetime_is_read(moment: datetime, joint: str) -> None:
    fraction = ".%f" if moment.microsecond else ""
    shape = f"datetime ymd %Y-%m-%d{joint}%H:%M:%S{fraction}"
    assert read_instant(moment.isoformat(joint)) == (shape, (("ymd", moment),))


@given(st.datetimes(timezones=ZONES))
def test_time_zone_is_kept_and_marked(moment: datetime) -> None:
    found = read_instant(moment.isoformat())
    assert found is not None
    assert found[0].endswith("%z")
    assert found[1] == (("ymdz", moment),)


@given(st.times())
def test_time_of_day_is_read(moment: time) -> None:
    found = read_instant(moment.isoformat())
    assert found is not None
    assert found[1] == (("clock", moment),)


@pytest.mark.parametrize(
    ("text", "shape", "instant"),
    [
        ("9:05", "time clock %H:%M", time(9, 5)),
        ("2026-11-23T10:00Z", "datetime ymd %Y-%m-%dT%H:%M%z", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026/11/23", "date ymd %Y/%m/%d", date(2026, 11, 23)),
        ("23.11.2026 7:30", "datetime dmy %1.%2.%Y %H:%M", datetime(2026, 11, 23, 7, 30)),  # noqa: DTZ001 - the text has no zone
        ("11/23/2026", "date mdy %1/%2/%Y", date(2026, 11, 23)),
        ("10:00:00.123456789", "time clock %H:%M:%S.%f", time(10, 0, 0, 123456)),
    ],
)
def test_common_forms_are_read(text: str, shape: str, instant: date | time) -> None:
    found = read_instant(text)
    assert found is not None
    assert (found[0], found[1][0][1]) == (shape, instant)


@pytest.mark.parametrize(
    "text",
    [
        "2026-02-30",
        "2026-13-01",
        "31/31/2026",
        "0000-01-01",
        "2026-1-1",
        "2026-01/01",
        "1/2/26",
        "20260101",
        "24:00:00",
        "10:60",
        "10:00Z",
        "2026-01-01T",
        "2026-01-01T25:00",
        "2026-01-01x10:00",
        "2026-01-01T10:00+99:00",
        "1.2.3.4",
        "12",
        "",
    ],
)
def test_what_is_no_date_and_no_time_has_no_reading(text: str) -> None:
    assert read_instant(text) is None


def test_template_becomes_a_pattern_of_either_order() -> None:
    assert template_format("%1/%2/%Y", DMY) == "%d/%m/%Y"
    assert template_format("%1/%2/%Y", MDY) == "%m/%d/%Y"


@given(st.text("0123456789-/.:T Z+", max_size=40))
def test_no_text_makes_it_fail(text: str) -> None:
    found = read_instant(text)
    assert found is None or found[1]
