"""What was meant by a key that is not there."""

import pytest

from gistline.commands.near import did_you_mean
from unit.site.simulated import simulated

IN = "synthetic-data/"


@pytest.mark.parametrize(
    ("there", "typed", "question"),
    [
        ("a/orders.csv", "a/order.csv", "did you mean 'a/orders.csv'?"),
        ("a/Orders.csv", "a/orders", "did you mean 'a/Orders.csv'?"),
        ("a/orders.csv", "orders.csv", "did you mean 'a/orders.csv'?"),
        ("a/orders.csv", "nothing-like-it.csv", ""),
        (f"{IN}deep.csv", "deep.csv", f"did you mean '{IN}{IN}deep.csv'?"),
    ],
)
def test_it_asks_for_a_key_that_can_be_typed(there: str, typed: str, question: str) -> None:
    site, s3 = simulated()
    s3.put(IN + there)
    assert did_you_mean(site.target.client("s3"), site, IN + typed) == question
