"""Synthetic orders: rows with the types, gaps and awkward letters that real CSVs have.

Comes in: how many rows, and a seed. Goes out: one row after the other, the same ones for the same seed.
Called by `producer`. Nobody lives behind these rows: addresses end in example.com (RFC 2606).
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

HEADER = (
    "order_id",
    "customer_email",
    "country",
    "postal_code",
    "amount",
    "currency",
    "quantity",
    "ordered_at",
    "ship_date",
    "is_gift",
    "note",
)

_FIRST_ORDER = datetime(2026, 1, 1, tzinfo=UTC)
_SECONDS_BETWEEN = 600  # at most
_UNSHIPPED = 0.1  # of the orders
_GIFTS = 0.15
_NAMES = ("ada", "bela", "chiara", "dmitri", "elif", "femi", "grace", "hiro", "ines", "jamal", "kaya", "lin")
_COUNTRIES = {"DE": "EUR", "FR": "EUR", "IT": "EUR", "GB": "GBP", "US": "USD", "JP": "JPY", "IN": "INR"}
_WEIGHTS = (30, 15, 10, 15, 20, 5, 5)
_NOTES = (
    "",
    "",
    "",
    "leave at the door",
    "fragile, handle with care",
    'engrave "for ever" inside',
    "second floor\nring twice",
    "Grüße aus Köln",
    "お誕生日おめでとう 🎁",
)


def orders(rows: int, seed: int) -> Iterator[tuple[str, ...]]:
    """Yield `rows` rows in the order of `HEADER`, in constant memory.

    `ship_date` is empty for about a tenth of them, `postal_code` keeps its leading zeros, `note` holds commas,
    quotes, line breaks and letters beyond ASCII.
    """
    random = Random(seed)  # noqa: S311 - made-up data, no secret
    countries, weights = tuple(_COUNTRIES), _WEIGHTS
    ordered_at = _FIRST_ORDER
    for order_id in range(1, rows + 1):
        ordered_at += timedelta(seconds=random.randrange(_SECONDS_BETWEEN))
        country = random.choices(countries, weights)[0]
        yield _order(random, order_id, country, ordered_at)


def _order(random: Random, order_id: int, country: str, ordered_at: datetime) -> tuple[str, ...]:
    cents = random.randrange(1, 200) * random.randrange(1, 200)  # many small amounts, few large ones
    ship_date = ordered_at + timedelta(days=random.randint(1, 9))
    return (
        str(order_id),
        f"{random.choice(_NAMES)}.{random.randrange(100_000)}@example.com",
        country,
        f"{random.randrange(100_000):05d}",
        f"{cents // 100}.{cents % 100:02d}",
        _COUNTRIES[country],
        str(random.choices((1, 2, 3, 5, 12), (60, 20, 10, 7, 3))[0]),
        ordered_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "" if random.random() < _UNSHIPPED else ship_date.strftime("%Y-%m-%d"),
        "true" if random.random() < _GIFTS else "false",
        random.choice(_NOTES),
    )
