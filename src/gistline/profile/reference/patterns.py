"""Patterns: the shapes of the values, a letter as A and a figure as 9; the rest is as written.

Comes in: distinct texts with their frequency. Goes out: the most frequent patterns. Called by `column` and `facts`.

`ORD-0042` is `AAA-9999`. Letters and figures of all scripts count; accents that are characters of their own are left
out, so that both ways to write an é have one pattern. Runs are kept: lengths are what patterns are asked for. A pattern
ends after 64 characters, with an ellipsis.

A column with more than 1,000 different patterns has none: it holds free text. That is the one budget which leaves counts
exact, whatever the order of rows and however a table is cut into parts; to drop only the rare patterns would count
a pattern in one part and forget it in another.
"""

from collections.abc import Iterable, Mapping, Sequence
from heapq import nsmallest
from itertools import islice

from gistline.profile.personal import is_categorical
from gistline.profile.state import ColumnState

MOST_MASKS = 1_000
MOST_PATTERNS = 10
LONGEST_MASK = 64
_STEP = 10_000  # texts between two looks at the budget


class _Table(dict[int, str | None]):
    """What becomes of each character, found out when it first occurs: the table of `str.translate`."""

    def __missing__(self, code: int) -> str | None:
        from unicodedata import category  # noqa: PLC0415 - most files are ASCII

        kind = category(chr(code))[0]
        mask = {"L": "A", "N": "9", "M": None}.get(kind, chr(code))
        self[code] = mask
        return mask


_MASKS = _Table(
    {code: "9" if chr(code).isdigit() else "A" if chr(code).isalpha() else chr(code) for code in range(128)}
)


def mask(text: str) -> str:
    """Return the pattern of one text."""
    return _cut(text).translate(_MASKS)


def add(column: ColumnState, texts: Iterable[str], counts: Iterable[int]) -> None:
    """Add distinct texts with their frequencies."""
    masks = column.masks
    if masks is None:
        return
    pairs = zip(texts, counts, strict=True)
    while step := list(islice(pairs, _STEP)):
        for shape, (_, count) in zip(_masks([text for text, _ in step]), step, strict=True):
            masks[shape] = masks.get(shape, 0) + count
        if len(masks) > MOST_MASKS:
            column.masks = None
            return


def _masks(texts: Sequence[str]) -> list[str]:
    """Return the patterns of many texts: to translate all of them at once takes a third of the time."""
    masks = "\0".join(map(_cut, texts)).translate(_MASKS).split("\0")
    return masks if len(masks) == len(texts) else list(map(mask, texts))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_MASK else f"{text[: LONGEST_MASK - 1]}…"


def merge(masks: Mapping[str, int] | None, others: Mapping[str, int] | None) -> dict[str, int] | None:
    """Add up the patterns of two parts of a column."""
    if masks is None or others is None:
        return None
    both = {shape: masks.get(shape, 0) + others.get(shape, 0) for shape in masks.keys() | others.keys()}
    return both if len(both) <= MOST_MASKS else None


def top_patterns(column: ColumnState, tokens: Mapping[str, int]) -> tuple[tuple[str, int], ...] | None:
    """Return (pattern, count), the most frequent first, ties by code points; `tokens` are values here.

    None if there are too many different patterns.
    """
    masks = merge(column.masks, _counted(tokens))
    if masks is None:
        return None
    return tuple(nsmallest(MOST_PATTERNS, masks.items(), key=lambda pair: (-pair[1], pair[0])))


def are_structured(column: ColumnState) -> bool:
    """Tell whether few patterns occur many times each, all with a figure: those of codes, not of names or sentences."""
    masks = column.masks
    if masks is None or not all("9" in shape for shape in masks):
        return False
    return is_categorical(len(masks), sum(masks.values()))


def _counted(tokens: Mapping[str, int]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for token, count in tokens.items():
        counts[mask(token)] = counts.get(mask(token), 0) + count
    return counts
