"""Axes that have one size: equal by what the code does, or equal in several calls with different sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import symbol
from shapeguard.grammar.observations import RETURNED
from shapeguard.record.columns import agree, agreed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from shapeguard.dims import Dim
    from shapeguard.record.columns import Column, Values

EVIDENCE = 2  # different sizes in which axes have to be equal before they count as one


class Size:
    """A size, and the axes that have it.

    `name` is what existing annotations call it, `label` what is written for it; `means` says it in the symbols of
    other sizes, and `stretches_to` is the one that it is unless it is 1. It is `ambiguous` where the calls do not tell what it is, and `torn` where it could belong to several others.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self.columns = sorted(columns, key=lambda column: column.order)
        self.values = _merged(self.columns)
        self.name = next((column.declared for column in self.columns if column.declared), None)
        self.symbol: Dim = symbol(None)
        self.label = self.name
        self.means: Dim | None = None
        self.stretches_to: Size | None = None
        self.ambiguous = self.torn = False

    @property
    def order(self) -> tuple[int, int]:
        return self.columns[0].order

    @property
    def distinct(self) -> set[int]:
        return {value for value in self.values if value is not None}

    @property
    def is_result(self) -> bool:
        """Whether no parameter has it."""
        return all(column.leaf.place.startswith(RETURNED) for column in self.columns)

    @property
    def bound_at(self) -> tuple[int, int] | None:
        """Where a check binds it in every call; None where in some calls nothing does."""
        return min((column.order for column in self.columns if column.leaf.certain), default=None)

    def __str__(self) -> str:
        return str(self.columns[0])


def _merged(columns: Iterable[Column]) -> Values:
    rows = zip(*[column.values or () for column in columns], strict=True)
    return tuple(next((value for value in row if value is not None), None) for row in rows)


def grouped(columns: Iterable[Column], key: Callable[[Column], object]) -> list[Size]:
    """The sizes of all axes that have one in every call; axes of one `key` are known to be equal."""
    by_key: dict[object, list[Column]] = {}
    for column in columns:
        if column.values is None:
            continue
        known = column.declared or key(column) or column
        together = by_key.setdefault(known, [])
        if all(agree(column.values, other.values or ()) for other in together):
            together.append(column)
        else:
            by_key[column] = [column]
    sizes: list[Size] = []
    for size in sorted(map(Size, by_key.values()), key=_precedence):
        _join(size, sizes)
    return sorted(sizes, key=lambda each: each.order)


def _precedence(size: Size) -> tuple[bool, int, tuple[int, int]]:
    """Parameters before results, which say nothing about what parameters have in common; whole columns before others."""
    return size.is_result, size.values.count(None), size.order


def _join(size: Size, sizes: list[Size]) -> None:
    """Put a size together with those that it was equal to while both varied, unless these contradict each other."""
    same = [
        other for other in sizes if agree(size.values, other.values) and agreed(size.values, other.values) >= EVIDENCE
    ]
    names = {each.name for each in (size, *same)} - {None}
    consistent = all(agree(a.values, b.values) for a in same for b in same)
    if not same or not consistent or len(names) > 1:
        size.torn = size.ambiguous = bool(same)
        sizes.append(size)
        return
    for other in same:
        sizes.remove(other)
    sizes.append(Size([column for each in (size, *same) for column in each.columns]))
