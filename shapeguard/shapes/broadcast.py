"""The broadcasting rule: shapes are aligned from the right, and a size of 1 stretches."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def align(*shapes: Sequence[object]) -> list[tuple[object | None, ...]]:
    """The axes of several shapes side by side, outermost first; None where a shape has no such axis."""
    rank = max(map(len, shapes), default=0)
    padded = [(None,) * (rank - len(shape)) + tuple(shape) for shape in shapes]
    return list(zip(*padded, strict=True))


def stretched(shapes: Sequence[Sequence[int]]) -> tuple[int, ...]:
    """Which of `shapes` broadcasting stretches along an axis they have, or lack while another has more than one entry.

    Two or more indices mean that the operands stretch each other: `(3, 1)` with `(3,)` gives `(0, 1)`.
    """
    found = set()
    for column in align(*shapes):
        if any(size is not None and size != 1 for size in column):
            found |= {index for index, size in enumerate(column) if size is None or size == 1}
    return tuple(sorted(found))
