"""Nulls: cells that are empty, and tokens that may mean "no value".

An empty cell, or one that holds nothing but spaces, is null. A token (`types.MISSING_TOKENS`) is null in a
column whose other values have a type; in a column of strings it is a value like any other (NA is Namibia).
"""

from gistline.profile.reference.cells import Cells
from gistline.profile.state import ColumnState
from gistline.profile.types import Decision


def add(column: ColumnState, blanks: Cells, tokens: Cells) -> None:
    """Count cells without a value."""
    column.blanks += sum(blanks.counts)
    for token, count in zip(tokens.texts, tokens.counts, strict=True):
        column.missing[token] = column.missing.get(token, 0) + count


def merge(column: ColumnState, other: ColumnState) -> None:
    """Add the cells of another part."""
    column.blanks += other.blanks
    for token, count in other.missing.items():
        column.missing[token] = column.missing.get(token, 0) + count


def null_tokens(column: ColumnState, decision: Decision) -> dict[str, int]:
    """Return the tokens that are null in this column, besides the empty cell."""
    return {} if decision.type == "string" else column.missing


def value_tokens(column: ColumnState, decision: Decision) -> dict[str, int]:
    """Return the tokens that are values in this column."""
    return column.missing if decision.type == "string" else {}
