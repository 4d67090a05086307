"""Between our positions, in characters, and those of the protocol, in the units of an encoding."""

from __future__ import annotations

import re

from lsprotocol import types

from shapeguard.lint.decoding import BYTE_ORDER_MARK
from shapeguard.lint.diagnostics import Position, Span

UTF_16 = types.PositionEncodingKind.Utf16.value
_LINE = re.compile(r"\r\n?|\n")  # and nothing else, in the protocol as in Python


class Lines:
    """The lines of a text, and the units in which a client counts the columns in them."""

    def __init__(self, text: str, encoding: str = UTF_16) -> None:
        self._lines = _LINE.split(text)
        self._marks = len(BYTE_ORDER_MARK) if text.startswith(BYTE_ORDER_MARK) else 0  # which we do not count
        self.encoding = encoding

    def range(self, span: Span) -> types.Range:
        """A span in the terms of the protocol."""
        return types.Range(self.outer(span.start), self.outer(span.end))

    def outer(self, position: Position) -> types.Position:
        """A position in the terms of the protocol; what lies outside of the text is moved to its nearest end."""
        row = min(max(position.row, 1), len(self._lines)) - 1
        column = max(position.column - 1, 0) + self._mark(row) if row == position.row - 1 else len(self._lines[row])
        return types.Position(row, self._units(self._lines[row][:column]))

    def inner(self, position: types.Position) -> Position:
        """A position of the protocol in our terms; one in the middle of a character lies before it."""
        if position.line >= len(self._lines):
            return Position(len(self._lines) + 1, 1)
        line, row = self._lines[position.line], position.line
        column = min(position.character, len(line))  # no character has less than one unit
        while column and self._units(line[:column]) > position.character:
            column -= 1
        return Position(row + 1, 1 + max(column - self._mark(row), 0))

    def _mark(self, row: int) -> int:
        return 0 if row else self._marks

    def _units(self, text: str) -> int:
        if text.isascii() or self.encoding == types.PositionEncodingKind.Utf32:
            return len(text)
        if self.encoding == types.PositionEncodingKind.Utf8:
            return len(text.encode("utf-8", "surrogatepass"))
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
