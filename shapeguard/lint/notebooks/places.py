"""From the rows of a notebook's code to its cells, and to the rows of its file."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.diagnostics import Edit, Place, Position, Span
from shapeguard.lint.edits import Rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapeguard.lint.notebooks.document import Cell, Literal

_COMMA = re.compile(r"[ \t\r\n]*,[ \t\r\n]*")
_ESCAPE = re.compile(r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|.", re.DOTALL)


class Change(NamedTuple):
    """New text for the file from one offset to another one."""

    start: int
    end: int
    content: str


class Places:
    """The cells that make up the code of a notebook, one below the other.

    Args:
        raw: the notebook's own text.
        cells: those with code.
        starts: for each of them the row of the code where it begins.
        unread: numbers of those that something else stands for, as they cannot be read.
    """

    def __init__(self, raw: str, cells: Sequence[Cell], starts: Sequence[int], unread: frozenset[int]) -> None:
        self.unread = unread
        self._raw = raw
        self._cells = cells
        self._starts = starts
        self._texts = {cell.number: cell.text for cell in cells}
        self._rows = {number: Rows(text) for number, text in self._texts.items()}

    @cached_property
    def _raw_rows(self) -> Rows:
        return Rows(self._raw)

    def place(self, span: Span) -> Place:
        """The cell where a span of the code begins, and the span as it is in that cell."""
        index, above = self._cell_at(span.start.row)
        start, end = (Position(max(1, row - above), column) for row, column in span)
        return Place(self._cells[index].number if self._cells else None, Span(start, end))

    def row(self, cell: int, row: int) -> int | None:
        """The row of the code for a row of a cell; None where there is no such cell with code, or no such row."""
        for index, each in enumerate(self._cells):
            if each.number == cell and 1 <= row <= self._rows[cell].count:
                return self._starts[index] + row - 1
        return None

    def texts(self) -> dict[int, str]:
        """The source of every cell with code, by the number of the cell."""
        return self._texts

    def stored(self, span: Span) -> Span:
        """The span in the file itself for one of the code: that of the JSON."""
        start = self._offset(span.start)
        return Span(self._raw_rows.position(start), self._raw_rows.position(max(start, self._offset(span.end))))

    def stored_edits(self, edit: Edit) -> Iterator[Edit]:
        """What `changes` says, with positions in the file."""
        for start, end, content in self.changes(edit):
            yield Edit(Span(self._raw_rows.position(start), self._raw_rows.position(end)), content)

    def changes(self, edit: Edit) -> Iterator[Change]:
        """What an edit of the code changes in the file: in each string the part that it is about."""
        content = _escaped(edit.content, self._raw)
        first, start = self._in_cell(edit.span.start)
        last, stop = self._in_cell(edit.span.end)
        for index in range(first, last + 1):
            cell = self._cells[index]
            for literal, done in _counted(cell.source):
                size = len(literal.text)
                begin = min(size, max(0, start - done)) if index == first else 0
                end = min(size, max(0, stop - done)) if index == last else size
                if begin < end or (content and (begin < size or literal is cell.source[-1])):
                    is_gone = size == end - begin and not content and len(cell.source) > 1
                    yield self._without(literal) if is_gone else self._change(literal, begin, end, content)
                    content = ""

    def _change(self, literal: Literal, begin: int, end: int, content: str) -> Change:
        offsets = _offsets(self._raw, literal)
        return Change(offsets[begin], offsets[end], content)

    def _without(self, literal: Literal) -> Change:
        """A string gone from its list, with one of the commas beside it."""
        after = _COMMA.match(self._raw, literal.end)
        if after is not None:
            return Change(literal.start, after.end(), "")
        return Change(len(self._raw[: literal.start].rstrip().removesuffix(",")), literal.end, "")

    def _cell_at(self, row: int) -> tuple[int, int]:
        """The index of the cell that a row of the code belongs to, and how many rows are above the cell."""
        index = max(0, bisect_right(self._starts, row) - 1)
        return index, self._starts[index] - 1 if self._starts else 0

    def _in_cell(self, position: Position) -> tuple[int, int]:
        """A cell, and the offset of a place in its text."""
        index, above = self._cell_at(position.row)
        number = self._cells[index].number
        return index, self._rows[number].nearest(Position(max(1, position.row - above), position.column))

    def _offset(self, position: Position) -> int:
        """The offset of a place of the code in the file."""
        if not self._cells:
            return 0
        index, offset = self._in_cell(position)
        literals = list(_counted(self._cells[index].source))
        literal, done = next((each for each in literals if offset < each[1] + len(each[0].text)), literals[-1])
        return _offsets(self._raw, literal)[offset - done]


def _counted(literals: Sequence[Literal]) -> Iterator[tuple[Literal, int]]:
    """Strings, and how many characters the ones before them have."""
    done = 0
    for literal in literals:
        yield literal, done
        done += len(literal.text)


def _offsets(raw: str, literal: Literal) -> list[int]:
    """Where each character of a string stands in the JSON, and where it ends."""
    end = literal.end - 1
    return [*(match.start() for match in _ESCAPE.finditer(raw, literal.start + 1, end)), end]


def _escaped(content: str, raw: str) -> str:
    """Text inside of a JSON string, in ASCII where all of the file is."""
    import json

    return json.dumps(content, ensure_ascii=raw.isascii())[1:-1]
