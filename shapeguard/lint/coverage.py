"""How much is known of the shapes in a file, so that silence is not mistaken for the absence of mistakes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.interpreter.records import Row


class Coverage(NamedTuple):
    """Counts of what the names of a file are bound to, where a finding may rest on it.

    Of the `values` that are or may be tensors, `tensors` are tensors for certain, of so many of them the number of axes
    is known (`ranks`), and of so many every size (`sizes`).
    """

    values: int = 0
    tensors: int = 0
    ranks: int = 0
    sizes: int = 0

    def plus(self, other: Coverage) -> Coverage:
        """The counts of both."""
        return Coverage(*map(sum, zip(self, other, strict=True)))


def coverage(rows: Iterable[Row]) -> Coverage:
    """What is known of the names that the rows are about."""
    from shapeguard.interpreter.records import NO_TENSOR

    values = tensors = ranks = sizes = 0
    for row in rows:
        if row.shape is None:
            is_number = row.name.removeprefix("arg:") in row.numbers
            values += not is_number and row.reason != NO_TENSOR
            continue
        axes = row.store.resolve(row.shape).axes
        values += 1
        tensors += 1
        ranks += axes is not None
        sizes += axes is not None and all(row.store.facts.simplify(axis.size).names is not None for axis in axes)
    return Coverage(values, tensors, ranks, sizes)
