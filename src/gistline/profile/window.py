"""The lines that are read next, and those after them for whoever has to look ahead.

Comes in: blocks of lines. Goes out: runs of plain lines, single lines ahead, and where a line begins. Called by
the row reader and by `detect`.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from gistline.profile.block import Block
from gistline.profile.grammar import Grammar

Wrong = Literal["", "in UTF-8", "everywhere"]
"""Whether bytes have no meaning: in UTF-8, but in Windows-1252; or in neither."""


class _Loaded(NamedTuple):
    """A block, and which of its lines are not plain."""

    block: Block
    odd: Sequence[int]


class Window:
    """Lines yet to be read. Whoever looks ahead makes it longer; whoever takes lines makes it shorter."""

    def __init__(self, blocks: Iterator[Block], grammar: Grammar) -> None:
        self._blocks = blocks
        self._grammar = grammar
        self._loaded: list[_Loaded] = []
        self._bases = [0]  # how many lines the loaded blocks up to here have together
        self._at = 0  # the current line, in the first block
        self._number = 1  # of the first block's first line, in the file
        self.size = 0  # bytes of the blocks seen so far, and of what is before them

    @property
    def number(self) -> int:
        """The number of the current line in the file, 1 up."""
        return self._number + self._at

    def more(self) -> bool:
        """Tell whether there is a current line."""
        return self.ahead(0) is not None

    def run(self) -> Sequence[str]:
        """Return the plain lines from the current one to the first that is not, or to the end of a block."""
        block, odd = self._loaded[0]
        position = bisect_left(odd, self._at)
        return block.lines[self._at : odd[position] if position < len(odd) else None]

    def ahead(self, count: int) -> str | None:
        """Return the line that many lines from here; None beyond the last."""
        index = self._at + count
        while index >= self._bases[-1]:
            block = next(self._blocks, None)
            if block is None:
                return None
            self._load(block)
        if count < 0:
            raise IndexError(count)
        number = bisect_right(self._bases, index) - 1
        return self._loaded[number].block.lines[index - self._bases[number]]

    def take(self, count: int) -> None:
        """Go on by so many lines, which somebody has seen."""
        self._at += count
        done = bisect_right(self._bases, self._at) - 1
        if done:
            base = self._bases[done]
            self._at -= base
            self._number += base
            del self._loaded[:done]
            self._bases = [end - base for end in self._bases[done:]]

    def wrong(self, start: int, lines: int) -> Wrong:
        """Tell of some lines ahead whether their bytes are wrong."""
        found: Wrong = ""
        for index in range(self._at + start, self._at + start + lines):
            number = bisect_right(self._bases, index) - 1
            block, own = self._loaded[number].block, index - self._bases[number]
            if own in block.wrong_in_1252:
                return "everywhere"
            found = "in UTF-8" if own in block.wrong else found
        return found

    def all_right(self) -> bool:
        """Tell whether no line of the current block is wrong."""
        return not self._loaded[0].block.wrong

    def position(self, count: int) -> tuple[int, int]:
        """Return the number, 1 up, and the byte offset of the line that many lines from here."""
        index = self._at + count
        number = bisect_right(self._bases, index) - 1
        return self._number + index, self._loaded[number].block.start(index - self._bases[number])

    def _load(self, block: Block) -> None:
        self.size = block.offset + block.size
        quote, plain = self._grammar.quote, self._grammar.is_plain
        odd: Sequence[int] = ()
        if quote is not None and quote in block.text:
            odd = [index for index, line in enumerate(block.lines) if quote in line and not plain(line)]
        self._loaded.append(_Loaded(block, odd))
        self._bases.append(self._bases[-1] + len(block.lines))
