import pytest

from gistline.stack.schedule import is_schedule


@pytest.mark.parametrize(
    "schedule",
    [
        *("rate(1 minute)", "rate(12 hours)", "rate(365 days)"),
        *("cron(0 3 * * ? *)", "cron(0/15 8-17 ? * MON-FRI *)", "cron(*/5 * * * ? *)"),
        *("cron(0 0 L * ? *)", "cron(0 0 3W * ? *)", "cron(0 0 LW * ? *)", "cron(0 0 ? * 6#3 2026-2030)"),
        *("cron(0 0 ? * L *)", "cron(0 0 ? * FRIL *)", "cron(5,35 14 1,15 JAN,JUL ? *)"),
    ],
)
def test_what_eventbridge_knows_is_a_schedule(schedule: str) -> None:
    assert is_schedule(schedule)


@pytest.mark.parametrize(
    "schedule",
    [
        *(
            "",
            " ",
            "daily",
            "rate(1 days)",
            "rate(2 day)",
            "rate(0 days)",
            "rate(99999999999 days)",
            "rate(1 day) ",
        ),
        *("0 3 * * *", "cron(0 3 * * * *)", "cron(0 3 ? * ? *)", "cron(0 3 * * ?)"),
        *("cron(60 3 * * ? *)", "cron(0 24 * * ? *)", "cron(0 3 32 * ? *)", "cron(0 3 0 * ? *)"),
        *("cron(0 3 * 13 ? *)", "cron(0 3 * JAM ? *)", "cron(0 3 ? * 8 *)", "cron(0 3 ? * MON#6 *)"),
        *("cron(0 3 * * ? 1969)", "cron(1-60 3 * * ? *)", "cron(/5 3 * * ? *)", "cron(1,,2 3 * * ? *)"),
        *("cron(*/60 3 * * ? *)", "cron(0/999 3 * * ? *)", "cron(0 3 1-2-3 * ? *)", "cron(0 3 ? * 2/2 *)"),
        *("cron(*-5 3 * * ? *)", "cron(*/0 3 * * ? *)"),
        *("cron(MON 3 * * ? *)", "cron(0 3 * * ? *)\n"),
    ],
)
def test_what_eventbridge_would_refuse_is_none(schedule: str) -> None:
    assert not is_schedule(schedule)
