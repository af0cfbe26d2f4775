"""Inputs for fuzzing: the gold files and damaged tables, mutated; and bytes put together of what a CSV is made of.

Comes in: a `random.Random`. Goes out: bytes. Called by `fuzz` and `test_fuzz`; the same seed draws the same bytes.
"""

import gzip
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random

from unit.profile.damage import cases

GOLD = Path(__file__).parents[1] / "gold"
MOST_BYTES = 1200

PIECES: tuple[bytes, ...] = (
    *(sign.encode() for sign in ",;\t|\n\r\"' \\#=:-+.0"),
    *(
        b"\r\n",
        b'""',
        b"''",
        b'","',
        b'"\n',
        b'\n"',
        b'\\"',
        b", ",
        b",,",
        b"\n\n",
        b"sep=;\n",
        b"\0",
        b"\x1a",
        b"\x0b",
        b"\x0c",
    ),
    *(
        b"1",
        b"-1",
        b"2.5",
        b"1,5",
        b"1e9",
        b"1e400",
        b"00501",
        b"+49",
        b"9007199254740993",
        b"nan",
        b"inf",
        b"NA",
        b"null",
    ),
    *(
        b"2026-01-02",
        b"01/02/2026",
        b"13.02.2026",
        b"12:30",
        b"2026-01-02T03:04:05Z",
        b"true",
        b"FALSE",
        b"yes",
    ),
    *(
        b"id",
        b"name",
        b"a,b\n",
        b"1,2\n",
        b"a@b.de",
        b"192.168.0.1",
        "Zürich".encode(),
        "日本".encode(),
        "😀".encode(),
    ),
    *(
        b"\xff",
        b"\xe4",
        b"\x80",
        b"\xc3",
        b"\xef\xbb\xbf",
        b"\xff\xfe",
        b"\xfe\xff",
        "\u2028\x85\xa0".encode(),
    ),
    *(b"x" * 300, b"," * 40, b"9" * 400, b'"' * 9),
)
HEADS: tuple[bytes, ...] = (
    b"\x1f\x8b\x08",
    b"PK\x03\x04",
    b"BZh9",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",
    b"PAR1",
    b"%PDF-",
)


@cache
def corpus() -> tuple[bytes, ...]:
    """Return whole files: the gold ones, and some damaged tables."""
    gold = [path.read_bytes() for path in sorted(GOLD.glob("*.csv"))]
    damaged = [case.text.encode() for seed in range(8) for case in cases(seed)]
    return tuple(content[:MOST_BYTES] for content in (*gold, *damaged))


def draw(random: Random) -> bytes:
    """Draw an input."""
    return random.choice((_grown, _mutated, _mutated, _regular, _wrapped))(random)


def mutate(content: bytes, random: Random) -> bytes:
    """Change some bytes: a CSV stays nearly one."""
    for _ in range(random.choice((1, 1, 1, 2, 5, 20))):
        content = random.choice(_CHANGES)(content, random)
    return content[:MOST_BYTES]


def _grown(random: Random) -> bytes:
    return b"".join(random.choices(PIECES, k=random.randint(0, 60)))


def _mutated(random: Random) -> bytes:
    return mutate(random.choice(corpus()), random)


def _regular(random: Random) -> bytes:
    """Put a table together whose cells may be anything, and whose rows mostly have as many cells."""
    delimiter, end = (
        random.choice((b",", b";", b"\t", b"|", b" ", b":")),
        random.choice((b"\n", b"\r\n", b"\r")),
    )
    width = random.randint(1, 6)
    cells = [b"", *random.choices(PIECES, k=8)]
    rows = [
        delimiter.join(random.choices(cells, k=max(1, width + random.choice((0, 0, 0, 0, 0, 0, 1, -1)))))
        for _ in range(random.randint(1, 20))
    ]
    return end.join(rows)


def _wrapped(random: Random) -> bytes:
    """Put bytes where engines look for other things than text."""
    content = random.choice((_grown, _mutated))(random)
    way = random.randrange(5)
    if way == 0:
        return (
            mutate(gzip.compress(content, mtime=0), random)
            if random.random() < 0.5
            else gzip.compress(content, mtime=0)
        )
    if way == 1:
        return random.choice(HEADS) + content
    codec = ("utf-16", "utf-16-be", "utf-8-sig")[way - 2]
    return content.decode("utf-8", "replace").encode(codec)


def _insert(content: bytes, random: Random) -> bytes:
    at = random.randint(0, len(content))
    return content[:at] + random.choice(PIECES) + content[at:]


def _replace(content: bytes, random: Random) -> bytes:
    at = random.randint(0, len(content))
    return content[:at] + random.choice(PIECES) + content[at + random.randint(1, 4) :]


def _flip(content: bytes, random: Random) -> bytes:
    at = random.randint(0, len(content))
    return content[:at] + random.randbytes(1) + content[at + 1 :]


def _drop(content: bytes, random: Random) -> bytes:
    at = random.randint(0, len(content))
    return content[:at] + content[at + random.choice((1, 2, 10, 200)) :]


def _repeat(content: bytes, random: Random) -> bytes:
    at = random.randint(0, len(content))
    until = at + random.choice((1, 5, 50, 500))
    return content[:until] + content[at:until] * random.choice((1, 1, 2, 30)) + content[until:]


def _splice(content: bytes, random: Random) -> bytes:
    other = random.choice(corpus())
    return content[: random.randint(0, len(content))] + other[random.randint(0, len(other)) :]


_CHANGES: tuple[Callable[[bytes, Random], bytes], ...] = (
    _insert,
    _insert,
    _replace,
    _flip,
    _drop,
    _repeat,
    _splice,
)
