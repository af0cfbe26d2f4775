"""The ledger counts what happened to events."""

from gistline.localcloud.ledger import Fate, Ledger


def test_lines_are_counted_apart_by_fate_function_and_bucket() -> None:
    ledger = Ledger()
    for bucket in ("b", "a", "a"):
        ledger.count(Fate.REFUSED, "f", bucket)
    ledger.count(Fate.DELIVERED, "f")
    assert ledger.to_list() == [
        {"fate": "delivered", "function": "f", "bucket": "", "count": 1},
        {"fate": "refused", "function": "f", "bucket": "a", "count": 2},
        {"fate": "refused", "function": "f", "bucket": "b", "count": 1},
    ]
    assert ledger.total(Fate.REFUSED) == 3
