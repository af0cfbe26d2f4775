"""The producer: puts a synthetic CSV where the trigger looks.

Comes in: an event such as `{"rows": 1000, "name": "orders.csv", "seed": 7}`, every field optional. Goes out:
`{"bucket", "key", "rows", "bytes", "seed"}` of what it wrote. Called by Lambda, at somebody's request.
"""

import csv
import os
import secrets
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple, Protocol

from gistline.aws.objects import Objects
from gistline.config import Settings
from gistline.errors import SettingsError
from gistline.functions.synthetic import HEADER, orders
from gistline.pipeline.keys import KeyLayout

DEFAULT_ROWS = 1000
MOST_ROWS = 1_000_000  # about 100 MB, well inside Lambda's default 512 MB of /tmp
MOST_SEED = 2**32 - 1
_REMEDY = 'send an event like {"rows": 1000, "name": "orders.csv", "seed": 7}; every field is optional'


class Sink(Protocol):
    """What the producer needs of the bucket; `objects.Objects` is the real one."""

    def put(self, key: str, body: Path, content_type: str) -> None:
        """Store the file."""


class Order(NamedTuple):
    """What to produce, checked."""

    rows: int
    name: str
    seed: int

    @classmethod
    def from_event(cls, event: object, *, suffix: str, new_seed: Callable[[], int]) -> "Order":
        """Check the event.

        Raises:
            SettingsError: it is not of the shape above (code `producer-event`).
        """
        if not isinstance(event, Mapping):
            raise _wrong(f"the event is a {type(event).__name__}, not an object")
        unknown = sorted(str(name) for name in set(event) - {"rows", "name", "seed"})
        if unknown:
            raise _wrong(f"the event has unknown fields: {', '.join(unknown)}")
        rows = _number("rows", event.get("rows", DEFAULT_ROWS), MOST_ROWS)
        seed = _number("seed", event.get("seed", new_seed()), MOST_SEED)
        return cls(rows, _name(event.get("name", f"orders-{seed}{suffix}"), suffix), seed)


class Producer(NamedTuple):
    """The collaborators, made once per execution environment."""

    bucket: str
    layout: KeyLayout
    objects: Sink
    new_seed: Callable[[], int]

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> "Producer":
        """Build the producer that AWS runs.

        Raises:
            SettingsError: a setting is wrong, or GISTLINE_BUCKET is missing.
        """
        settings = Settings.from_environ(environ)
        if not settings.bucket:
            raise SettingsError("GISTLINE_BUCKET is not set", "name the bucket in which the CSVs arrive")
        layout = KeyLayout.of(settings)
        objects = Objects(settings.bucket, settings, environ)
        return cls(settings.bucket, layout, objects, lambda: secrets.randbelow(MOST_SEED + 1))

    def handle(self, event: object) -> dict[str, Any]:
        """Write the CSV that `event` asks for; the same seed gives the same bytes.

        Raises:
            SettingsError: the event is wrong.
            RejectedError: the name is so long that the summary could not be named.
            ObjectStoreError: S3 refused.
        """
        order = Order.from_event(event, suffix=self.layout.suffix, new_seed=self.new_seed)
        key = self.layout.input_prefix + order.name
        self.layout.summary_key(key)  # raises for a key that the summarizer would refuse
        with TemporaryDirectory(prefix="gistline-") as directory:
            path = Path(directory, "source.csv")
            write_csv(path, order)
            self.objects.put(key, path, "text/csv; charset=utf-8")
            size = path.stat().st_size
        return {"bucket": self.bucket, "key": key, "rows": order.rows, "bytes": size, "seed": order.seed}


def write_csv(path: Path, order: Order) -> None:
    """Write header and rows as RFC 4180 has them: commas, CRLF, quotes where needed; UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(orders(order.rows, order.seed))


@cache
def _producer() -> Producer:
    return Producer.from_environ(os.environ)


def handler(event: object, context: object) -> dict[str, Any]:  # noqa: ARG001 - Lambda passes it
    """Write a synthetic CSV under the input prefix; Lambda calls this.

    Raises:
        SettingsError, RejectedError, ObjectStoreError: see `Producer`.
    """
    return _producer().handle(event)


def _number(name: str, value: object, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _wrong(f"{name} is not an integer from 0 to {most}")
    return value


def _name(value: object, suffix: str) -> str:
    if not isinstance(value, str) or not value.isprintable() or "/" in value:
        raise _wrong("name is not a file name: printable letters without a slash")
    if not value.endswith(suffix) or value == suffix:
        raise _wrong(f"name does not end in {suffix!r}, so that nobody would summarise it")
    return value


def _wrong(message: str) -> SettingsError:
    return SettingsError(message, _REMEDY, code="producer-event")
