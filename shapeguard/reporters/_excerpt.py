"""Lines of a source file with a span underlined."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from shapeguard.reporters._text import visible, width

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.lint import Span

MOST_COLUMNS = 160
_SHOWN_ROWS = 6
_LINE_BREAK = re.compile(r"\r\n?|\n")


class Row:
    """A row of an excerpt: its number (None for one that was added), its text, and the marks on it."""

    def __init__(self, number: int | None, text: str, *, before: str = "", mark: str = "") -> None:
        self.number = number
        self.text = text
        self.before = before  # columns left of the mark, spaces mostly
        self.mark = mark


def excerpt(text: str, span: Span, mark: str = "^") -> Iterator[Row]:
    """The rows of `span` and its underline; nothing where the text has no such rows (any more)."""
    lines = _LINE_BREAK.split(text)
    if span.start.row > len(lines):
        return
    if span.start.row == span.end.row:
        yield from _one_row(lines[span.start.row - 1], span, mark)
    else:
        yield from _many_rows(lines, span, mark)


def _one_row(line: str, span: Span, mark: str) -> Iterator[Row]:
    first, last = span.start.column - 1, max(span.end.column - 1, span.start.column)
    before, marked, after = visible(line[:first]), visible(line[first:last]), visible(line[last:])
    if width(before) + width(marked) + width(after) > MOST_COLUMNS:
        before, marked, after = _cut(before, marked, after)
    yield Row(span.start.row, before + marked + after)
    yield Row(None, "", before=" " * width(before), mark=mark * max(1, width(marked)))


def _cut(before: str, marked: str, after: str) -> tuple[str, str, str]:
    """The part of a long line around what is marked."""
    if width(marked) > MOST_COLUMNS // 2:
        marked, after = marked[: MOST_COLUMNS // 2] + "...", ""
    room = (MOST_COLUMNS - width(marked)) // 2
    if len(before) > room:
        before = "..." + before[-room:]
    if len(after) > room:
        after = after[:room] + "..."
    return before, marked, after


def _many_rows(lines: list[str], span: Span, mark: str) -> Iterator[Row]:
    """All rows with a line down their left side, or the first and last of many."""
    rows = range(span.start.row, min(span.end.row, len(lines)) + 1)
    for row in rows:
        if len(rows) > _SHOWN_ROWS and rows[0] + _SHOWN_ROWS - 2 <= row < rows[-1]:
            if row == rows[-1] - 1:
                yield Row(None, "...", mark="| ")
            continue
        yield Row(row, visible(lines[row - 1])[:MOST_COLUMNS], mark="/ " if row == rows[0] else "| ")
    end = width(visible(lines[rows[-1] - 1][: span.end.column - 1])[:MOST_COLUMNS])
    yield Row(None, "", mark="|" + "_" * end + mark)
