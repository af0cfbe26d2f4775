"""Apache DataSketches, loaded when the first column outgrows its budget; most tables never need it.

Comes in: nothing, or sketches. Goes out: the native module, or a sketch. Called by `distinct`. The module alone is used
(8 ms, 4 MB), not the package `datasketches` around it, which needs numpy.

Of its sketches HyperLogLog is used: the same values give the same answer, and the bytes are Apache's, which its libraries
for Rust, C++, Java and Go read, so that another engine can go on with them. Two other kinds were measured (5.2.0) and
are not used. Quantiles (KLL, REQ, classic) flip coins: two runs over the same 200,000 numbers gave medians that differ
in the fourth digit, and a summary has to be the same whenever it is made. Frequent items: a merge with a sketch whose
counters were all dropped forgets how often it dropped them, so that its bounds hold no longer. `quantiles` and
`top_values` do these two with bounds that are certain.
"""

from contextlib import redirect_stderr
from functools import cache
from io import StringIO
from typing import Any

from gistline.errors import LibraryError
from gistline.profile.budget import registers

Sketch = Any  # the module has no types


@cache
def library() -> Any:
    """Return the native module.

    Raises:
        LibraryError: it is not installed, or not for this machine. There is no other estimate to fall back to.
    """
    try:
        with redirect_stderr(StringIO()):  # where numpy is missing it says so, although it can do without
            import _datasketches  # noqa: PLC0415 - most tables never need it
    except ImportError as missing:
        raise LibraryError(
            f"a column has more distinct values than are remembered, and the library to estimate them is missing: {missing}",
            "install it: pip install datasketches",
        ) from missing
    return _datasketches


def new_sketch(budget: int) -> Sketch:
    """Return an empty sketch, fit for a column with that budget of texts."""
    return library().hll_sketch(registers(budget), library().HLL_8, start_max_size=True)


def union(budget: int, *sketches: Sketch) -> Sketch:
    """Return what all sketches saw: it depends on their values alone, not on any order.

    A sketch that was never part of a union estimates by the order in which values came (HIP); after a union with
    itself it only looks at its registers.
    """
    both = library().hll_union(registers(budget))
    for sketch in (*sketches, *sketches):
        both.update(sketch)
    return both.get_result(library().HLL_8)
