"""Findings as every frontend and reporter sees them: plain data with positions."""

from __future__ import annotations

from typing import NamedTuple


class Position(NamedTuple):
    """A place in a file: row and column count from 1, columns in characters."""

    row: int
    column: int


class Span(NamedTuple):
    """From `start` up to, and without, `end`."""

    start: Position
    end: Position

    @classmethod
    def at(cls, row: int, column: int, length: int = 0) -> Span:
        return cls(Position(row, column), Position(row, column + length))


class Place(NamedTuple):
    """Where a person looks for something: a cell of a notebook, None in other files, and rows and columns in it."""

    cell: int | None
    span: Span

    def __str__(self) -> str:
        row, column = self.span.start
        return f"{row}:{column}" if self.cell is None else f"cell {self.cell}:{row}:{column}"

    @property
    def remark(self) -> str:
        """What goes before a message where there is no other place for cells."""
        return "" if self.cell is None else f"cell {self.cell}, line {self.span.start.row}: "


class Related(NamedTuple):
    """Another place that a finding speaks of."""

    message: str
    filename: str
    span: Span


class Operand(NamedTuple):
    """A tensor of a finding: its source text, the sizes of its axes as text, and where each of them came from.

    `marks` are the indices of the axes that do not fit. Where no operand of a finding has marks, the axes that differ
    once they are aligned from the right are meant.
    """

    text: str
    axes: tuple[str, ...]
    notes: tuple[str | None, ...] = ()
    marks: tuple[int, ...] = ()


class Edit(NamedTuple):
    """Replace the text of a span by `content`."""

    span: Span
    content: str


class Fix(NamedTuple):
    """A repair; "safe" ones keep the program's results, "unsafe" ones change them."""

    message: str
    applicability: str
    edits: tuple[Edit, ...]


class Diagnostic(NamedTuple):
    """A finding; `severity` is "error" (the line raises) or "warning" (it runs, and does what was not meant)."""

    code: str
    name: str
    severity: str
    message: str
    filename: str
    span: Span
    related: tuple[Related, ...] = ()
    operands: tuple[Operand, ...] = ()
    help: str | None = None
    fix: Fix | None = None

    def is_fixable(self, *, unsafe: bool) -> bool:
        """Whether a fix would be applied: a safe one, or any where `unsafe` ones are wanted."""
        return self.fix is not None and (unsafe or self.fix.applicability == "safe")
