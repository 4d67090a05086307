"""Edits of a text: at which offsets they lie, and what the text is after them."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from shapeguard.lint.diagnostics import Edit, Fix, Position, Span

if TYPE_CHECKING:
    from collections.abc import Iterable


_ROW = re.compile(r"\r\n?|\n")


class Rows:
    """Where the rows of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _ROW.finditer(text))]
        self._end = len(text)

    @property
    def count(self) -> int:
        return len(self._starts)

    def offset(self, position: Position) -> int:
        """The offset of a position in the text."""
        return self._starts[position.row - 1] + position.column - 1

    def nearest(self, position: Position) -> int:
        """The same for a position that may lie behind the last one."""
        return min(self.offset(position), self._end) if position.row <= self.count else self._end

    def position(self, offset: int) -> Position:
        """The position of an offset."""
        row = bisect_right(self._starts, offset)
        return Position(row, offset - self._starts[row - 1] + 1)

    def range(self, span: Span) -> tuple[int, int]:
        return self.offset(span.start), self.offset(span.end)


def removal(text: str, span: Span) -> Fix | None:
    """Remove a comment that lies in one row, and the row where nothing else is in it; not where it is said why."""
    row, first, last = span.start.row, span.start.column - 1, span.end.column - 1
    line = _ROW.split(text)[row - 1]
    before, after = line[:first].rstrip(), line[last:].strip()
    if after and not after.startswith("#"):
        return None
    if after:
        last = line.index("#", last)
    else:
        first, last = len(before), len(line)
    gone = Span(Position(row, first + 1), Position(row, last + 1))
    if not before and not after and row <= len(_ROW.findall(text)):
        gone = Span(Position(row, 1), Position(row + 1, 1))
    return Fix("remove the comment", "safe", (Edit(gone, ""),))


def edited(text: str, edits: Iterable[Edit], rows: Rows, start: int = 0, end: int | None = None) -> str:
    """The part of the text from `start` to `end`, after edits that lie in it and do not overlap."""
    done: list[str] = []
    at = start
    for (first, last), content in sorted((rows.range(edit.span), edit.content) for edit in edits):
        done += [text[at:first], content]
        at = last
    return "".join([*done, text[at : len(text) if end is None else end]])
