"""The shapes of a finding's operands, one below the other, aligned from the right as broadcasting does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.reporters._text import padded, shortened, visible, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapeguard.lint import Operand

_MOST_TEXT = 40
_GAP = "  "


class Line:
    """A line of the table; `marks` are those under the axes that do not fit."""

    def __init__(self, text: str = "", marks: str = "") -> None:
        self.text = text
        self.marks = marks


def table(operands: Sequence[Operand]) -> Iterator[Line]:
    """A line for each operand, and one with marks below the last of those that share them."""
    names = [shortened(visible(name_of(operands, index)), _MOST_TEXT) for index in range(len(operands))]
    axes = [[visible(axis) for axis in operand.axes] for operand in operands]
    rank = max(map(len, axes), default=0)
    widths = [max((width(row[-place]) for row in axes if len(row) >= place), default=0) for place in range(rank, 0, -1)]
    left = max(map(width, names), default=0)
    marked = _marks(operands)
    shared: list[list[str]] = []  # the operands above that have the same marks
    for index, (name, row) in enumerate(zip(names, axes, strict=True)):
        shared.append(row)
        cells = [""] * (rank - len(row)) + row
        grid = _GAP.join(" " * (space - width(cell)) + cell for cell, space in zip(cells, widths, strict=True))
        yield Line(f"{padded(name, left)}{_GAP}{_GAP}{grid if row else '()'}".rstrip())
        if index + 1 == len(operands) or marked[index + 1] != marked[index]:
            if marked[index]:
                yield Line(
                    marks=" " * left + _GAP + _GAP + _GAP.join(_underlines(widths, marked[index], shared)).rstrip()
                )
            shared = []


def _underlines(widths: list[int], marked: frozenset[int], rows: list[list[str]]) -> Iterator[str]:
    """Carets below the marked axes of some rows, right-aligned in their columns."""
    for place, space in zip(range(-len(widths), 0), widths, strict=True):
        used = max((width(row[place]) for row in rows if len(row) >= -place), default=0) if place in marked else 0
        yield " " * (space - used) + "^" * used


def name_of(operands: Sequence[Operand], index: int) -> str:
    """An operand's source text, or its number where it has none of its own."""
    return operands[index].text or f"operand {index + 1}"


def _marks(operands: Sequence[Operand]) -> list[frozenset[int]]:
    """For each operand its marked axes, as negative indices; those that differ where nothing is marked."""
    given = [
        frozenset(axis if axis < 0 else axis - len(operand.axes) for axis in operand.marks) for operand in operands
    ]
    if any(given):
        return given
    places = range(-min((len(operand.axes) for operand in operands), default=0), 0)
    differing = frozenset(place for place in places if len({operand.axes[place] for operand in operands}) > 1)
    return [differing] * len(operands)
