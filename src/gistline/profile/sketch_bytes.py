"""Sketches read from bytes that may come from anywhere.

Comes in: bytes. Goes out: a sketch, or a ValueError. Called by `saved`. The native module trusts what it reads: bytes
that are made up or changed can end the process. So nothing is handed to it that is not wholly as it writes it itself.
The layout is that of Apache DataSketches (HllUtil.hpp and HllArray-internal.hpp of datasketches-cpp).
"""

from math import isfinite
from struct import Struct
from typing import Any

from gistline.profile.budget import registers
from gistline.profile.reference.sketches import library

# Words of this preamble, version, family; size, -, flags, lowest register, mode; three sums; zeros, exceptions.
_PREAMBLE = Struct("<3B5B3d2i")
_WORDS, _VERSION, _FAMILY, _MODE = 10, 1, 7, 0x0A  # mode: one byte a register
_FLAGS = {0x28, 0x38}  # compact, of full size from the start; 0x10: was part of a union
_MOST_ZEROS = 63  # in a hash of 64 bits, and one
_SPLIT = 32  # the sum of 2**-register is kept in two parts, by the size of the register


def sketch_of(data: bytes, budget: int) -> Any:
    """Read the sketch of distinct values of a column with that budget of texts."""
    if not _is_sketch(data, registers(budget)):
        raise ValueError("this is no such sketch")
    return library().hll_sketch.deserialize(data)


def _is_sketch(data: bytes, size: int) -> bool:
    if len(data) != _PREAMBLE.size + (1 << size):
        return False
    words, version, family, own, _, flags, lowest, mode, history, *sums, zeros, others = (
        _PREAMBLE.unpack_from(data)
    )
    values = data[_PREAMBLE.size :]
    low = sum(2.0**-value for value in values if value < _SPLIT)
    high = sum(2.0**-value for value in values if value >= _SPLIT)
    return (
        (words, version, family, own, lowest, mode) == (_WORDS, _VERSION, _FAMILY, size, 0, _MODE)
        and flags in _FLAGS
        and max(values) <= _MOST_ZEROS
        and sums == [low, high]  # powers of two: nothing was rounded
        and (zeros, others) == (values.count(0), 0)
        and isfinite(history)
        and history >= 0
    )
