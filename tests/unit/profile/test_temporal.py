from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gistline.profile.temporal import (
    DMY,
    MDY,
    YMD,
    column_format,
    has_two_digit_year,
    read_instant,
    template_format,
)

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
        ("10:00:00.123456000", "time clock %H:%M:%S.%f", time(10, 0, 0, 123456)),
        ("10:00:00.123456789", "time clock %H:%M:%S.%5", time(10, 0, 0, 123456)),
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


PATTERNS = [
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%d-%b-%Y",
    "%d %B %Y",
    "%d/%b/%Y",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%b %d, %Y",
    "%B %d %Y",
    "%d-%b-%Y %H:%M:%S",
    "%Y-%m-%d %I:%M:%S %p",
    "%b %d, %Y, %I:%M%p",
    "%Y-%m-%dT%H:%M:%S.%f",
    "%Y-%m-%d %H:%M:%S,%f",
]


@given(st.datetimes(datetime.fromisoformat("1000-01-01")), st.sampled_from(PATTERNS), st.booleans())
def test_what_strftime_writes_is_read_as_strptime_reads_it(
    moment: datetime,
    pattern: str,
    upper: bool,  # noqa: FBT001 - hypothesis passes it
) -> None:
    text = moment.strftime(pattern)
    text = text.upper() if upper and "T" not in pattern else text
    found = read_instant(text)
    expected = datetime.strptime(text, pattern)  # noqa: DTZ007 - the text has no zone
    assert found is not None
    shape, ((order, instant),) = found
    assert instant == (expected if "%H" in pattern or "%I" in pattern else expected.date())
    assert column_format([shape.split(" ", 2)[2]], order) in {
        None if pattern in {"%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%S.%f"} else pattern,
        pattern.replace("%B", "%b"),
    }


@given(st.datetimes(timezones=ZONES), st.sampled_from(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%d %H:%M:%S %z"]))
def test_zone_is_read_as_strptime_reads_it(moment: datetime, pattern: str) -> None:
    text = moment.strftime(pattern).rjust(len("2026-01-01T00:00:00+0000"), "0")
    text = text if moment.year > 999 else f"{moment.year:04}{text[text.index('-') :]}"
    found = read_instant(text)
    assert found is not None
    assert found[1][0][1] == datetime.strptime(text, pattern)  # noqa: DTZ007 - the pattern has a zone


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2024-01-05 10:00:00+00", datetime(2024, 1, 5, 10, tzinfo=UTC)),
        ("2024-01-05 10:00:00 UTC", datetime(2024, 1, 5, 10, tzinfo=UTC)),
        ("2024-01-05 10:00 Z", datetime(2024, 1, 5, 10, tzinfo=UTC)),
        ("2024-01-05T12:00:00-0330", datetime(2024, 1, 5, 15, 30, tzinfo=UTC)),
        ("Jan 5, 2024 10:00 am GMT", datetime(2024, 1, 5, 10, tzinfo=UTC)),
    ],
)
def test_zones_of_databases_and_logs_are_read(text: str, moment: datetime) -> None:
    found = read_instant(text)
    assert found is not None
    assert found[1][0][1] == moment


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12-Jan-24", date(2024, 1, 12)),
        ("12-JAN-00", date(2000, 1, 12)),
        ("29 Feb 2024", date(2024, 2, 29)),
        ("1-dec-99", date(1999, 12, 1)),
        ("1-Dec-69", date(1969, 12, 1)),
        ("1-Dec-29", date(2029, 12, 1)),
        ("2024/1/5", date(2024, 1, 5)),
        ("May 5, 2024", date(2024, 5, 5)),
        ("September 5 2024", date(2024, 9, 5)),
    ],
)
def test_common_dates_are_read(text: str, day: date) -> None:
    found = read_instant(text)
    assert found is not None
    assert [instant for _, instant in found[1]] == [day]


@pytest.mark.parametrize(
    "text",
    [
        "12-Jan-30",  # a year that Excel and POSIX put into different centuries
        "12-Jan-68",
        "30 Feb 2024",
        "12-Foo-2024",
        "Foo 12, 2024",
        "12 Janua 2024",
        "12-Jan 2024",
        "Jan 12",
        "Jan 2024",
        "12-Jan-20245",
        "0 Jan 2024",
        "13:00 PM",
        "0:30 AM",
        "10 PM",
        "10:00 XM",
        "2024-W05-1",
        "2024-005",
        "20240105T101500",
        "2024-01-05T24:00:00",
        "2024-01-05 10:00:61",
        "2024-1-5",
        "2024-02-30",
        "2024-02-30T10:00:00",
        "Donnerstag",
    ],
)
def test_what_is_no_one_date_has_no_reading(text: str) -> None:
    assert read_instant(text) is None


@pytest.mark.parametrize("text", ["1/2/26", "01/02/03", "31.12.99", "99-12-31", "1/2/26 10:00"])
def test_year_of_two_digits_is_seen_but_not_read(text: str) -> None:
    assert has_two_digit_year(text)
    assert read_instant(text) is None


@pytest.mark.parametrize("text", ["1.2.3", "1/2/2026", "12-34", "10:11:12", "1.2.26"])
def test_figures_of_other_kinds_are_no_date_with_a_short_year(text: str) -> None:
    assert not has_two_digit_year(text)


def test_may_is_a_short_name_among_short_ones_and_a_long_one_among_long_ones() -> None:
    assert column_format(["%d %3 %Y", "%d %b %Y"], "named") == "%d %b %Y"
    assert column_format(["%d %3 %Y", "%d %B %Y"], "named") == "%d %B %Y"
    assert column_format(["%d %3 %Y"], "named") == "%d %b %Y"
    assert column_format(["%d %b %Y", "%d %B %Y"], "named") == "any"


def test_pattern_that_strptime_does_not_know_is_any() -> None:
    assert column_format(["%Y-%m-%d %H:%M:%S%4"], "ymd") == "any"


@given(st.text("0123456789JanFebMay-/.:, TZPMpm+", max_size=40))
def test_no_text_with_names_makes_it_fail(text: str) -> None:
    found = read_instant(text)
    assert found is None or all(isinstance(instant, date | time) for _, instant in found[1])


def test_hostile_dates_take_bounded_time() -> None:
    for text in ("2026-01-01" + " " * 10**6, "12-" * 300_000, "1" * 10**6, "Jan " * 250_000, "10:" * 300_000):
        assert read_instant(text) is None
        assert not has_two_digit_year(text)


def test_format_of_datetimes_with_and_without_a_time_zone_is_any() -> None:
    assert column_format(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S.%f%z"], YMD) is None
    assert column_format(["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S"], YMD) == "any"


def test_fraction_beyond_microseconds_is_readable_only_in_the_default_format() -> None:
    assert column_format(["%Y-%m-%dT%H:%M:%S.%5", "%Y-%m-%dT%H:%M:%S"], YMD) is None
    assert column_format(["%Y/%m/%d %H:%M:%S.%5"], YMD) == "any"
    assert column_format(["%Y/%m/%d %H:%M:%S.%f"], YMD) == "%Y/%m/%d %H:%M:%S.%f"
