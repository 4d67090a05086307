"""Edits of a text: at which offsets they lie, and what the text is after them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.lint.diagnostics import Edit, Position, Span

_ROW = re.compile(r"\r\n?|\n")


class Rows:
    """Where the rows of a text begin."""

    def __init__(self, text: str) -> None:
        self._starts = [0, *(match.end() for match in _ROW.finditer(text))]

    def offset(self, position: Position) -> int:
        """The offset of a position in the text."""
        return self._starts[position.row - 1] + position.column - 1

    def range(self, span: Span) -> tuple[int, int]:
        return self.offset(span.start), self.offset(span.end)


def edited(text: str, edits: Iterable[Edit], rows: Rows, start: int = 0, end: int | None = None) -> str:
    """The part of the text from `start` to `end`, after edits that lie in it and do not overlap."""
    done: list[str] = []
    at = start
    for (first, last), content in sorted((rows.range(edit.span), edit.content) for edit in edits):
        done += [text[at:first], content]
        at = last
    return "".join([*done, text[at : len(text) if end is None else end]])
