"""The producer's door: a synthetic CSV where the trigger looks."""

import csv
import hashlib
from collections.abc import Mapping
from io import StringIO
from pathlib import Path

import pytest

from fakes import FakeObjects
from gistline.errors import ObjectForbiddenError, RejectedError, SettingsError
from gistline.functions.producer import MOST_ROWS, Order, Producer, write_csv
from gistline.functions.synthetic import HEADER
from gistline.pipeline.keys import KeyLayout

LAYOUT = KeyLayout("synthetic-data/", ".csv", "summaries/")
THOUSAND_ROWS = "393c5713603b85a12ac2b1f3310cd43c6ddb99fd4b1decfe60edd918e85b2829"  # SHA-256, seed 1


def _producer(objects: FakeObjects) -> Producer:
    return Producer("bucket", LAYOUT, objects, lambda: 42)


def test_the_csv_lies_where_the_trigger_looks_and_the_answer_says_so() -> None:
    objects = FakeObjects()
    answer = _producer(objects).handle({"rows": 3, "name": "orders.csv", "seed": 7})
    (body,) = objects.content.values()
    assert answer == {
        "bucket": "bucket",
        "key": "synthetic-data/orders.csv",
        "rows": 3,
        "bytes": len(body),
        "seed": 7,
    }
    assert LAYOUT.accepts("synthetic-data/orders.csv")
    assert objects.content_types == {"synthetic-data/orders.csv": "text/csv; charset=utf-8"}
    rows = list(csv.reader(StringIO(body.decode(), newline="")))
    assert rows[0] == list(HEADER)
    assert len(rows) == 4


def test_an_empty_event_gives_a_thousand_rows_named_after_their_seed() -> None:
    answer = _producer(FakeObjects()).handle({})
    assert (answer["rows"], answer["key"], answer["seed"]) == (1000, "synthetic-data/orders-42.csv", 42)


def test_no_rows_is_a_header_alone() -> None:
    objects = FakeObjects()
    _producer(objects).handle({"rows": 0})
    (body,) = objects.content.values()
    assert body.decode() == ",".join(HEADER) + "\r\n"


def test_the_same_seed_gives_the_same_bytes() -> None:
    one, other = FakeObjects(), FakeObjects()
    _producer(one).handle({"rows": 50, "seed": 1})
    _producer(other).handle({"rows": 50, "seed": 1})
    assert one.content == other.content


@pytest.mark.parametrize("name", ["50% off + é 🌹.csv", "a.csv.csv", "..csv"])
def test_a_name_may_have_any_printable_letters(name: str) -> None:
    assert _producer(FakeObjects()).handle({"rows": 1, "name": name})["key"] == f"synthetic-data/{name}"


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (None, "a NoneType, not an object"),
        ([1], "a list, not an object"),
        ({"row": 1}, "unknown fields: row"),
        ({"rows": "10"}, "rows is not an integer from 0 to 1000000"),
        ({"rows": True}, "rows is not"),
        ({"rows": 1.5}, "rows is not"),
        ({"rows": -1}, "rows is not"),
        ({"rows": None}, "rows is not"),
        ({"rows": MOST_ROWS + 1}, "rows is not"),
        ({"seed": -1}, "seed is not"),
        ({"seed": 2**32}, "seed is not"),
        ({"name": 7}, "name is not a file name"),
        ({"name": "a/b.csv"}, "name is not a file name"),
        ({"name": "a\nb.csv"}, "name is not a file name"),
        ({"name": "orders.txt"}, "does not end in '.csv'"),
        ({"name": "orders.CSV"}, "does not end in '.csv'"),
        ({"name": ".csv"}, "does not end in '.csv'"),
        ({"name": ""}, "does not end in '.csv'"),
    ],
)
def test_a_wrong_event_is_refused_before_anything_is_written(event: object, message: str) -> None:
    objects = FakeObjects()
    with pytest.raises(SettingsError) as caught:
        _producer(objects).handle(event)
    assert message in caught.value.message
    assert caught.value.code == "producer-event"
    assert "rows" in caught.value.remedy
    assert not objects.content


def test_a_name_whose_summary_could_not_be_named_is_refused() -> None:
    with pytest.raises(RejectedError, match="synthetic-data"):
        _producer(FakeObjects()).handle({"name": "x" * 1005 + ".csv"})


def test_the_file_is_gone_even_if_s3_refuses() -> None:
    paths = []

    class Forbidden:
        """A bucket that takes nothing."""

        def put(self, key: str, body: Path, content_type: str) -> None:
            paths.append(body)
            raise ObjectForbiddenError("no")

    producer = Producer("bucket", LAYOUT, Forbidden(), lambda: 1)
    with pytest.raises(ObjectForbiddenError):
        producer.handle({"rows": 1})
    assert not paths[0].parent.exists()


def test_a_thousand_rows_stay_what_they_were(tmp_path: Path) -> None:
    """Whoever changes the generator changes the numbers that others compare with, and should know."""
    path = tmp_path / "orders.csv"
    write_csv(path, Order(rows=1000, name="orders.csv", seed=1))
    assert hashlib.sha256(path.read_bytes()).hexdigest() == THOUSAND_ROWS


@pytest.mark.parametrize("environ", [{}, {"GISTLINE_BUCKET": ""}])
def test_without_a_bucket_there_is_no_producer(environ: Mapping[str, str]) -> None:
    with pytest.raises(SettingsError, match="GISTLINE_BUCKET"):
        Producer.from_environ(environ)


def test_new_seeds_are_not_always_the_same() -> None:
    producer = Producer.from_environ({"GISTLINE_BUCKET": "bucket"})
    assert len({producer.new_seed() for _ in range(20)}) > 1
