"""Axes as columns: the size of one axis in every call, and the runs of axes whose number varies."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.grammar.observations import RETURNED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapeguard.record.terms import Leaf

Values = tuple[int | None, ...]
"""A size in every call, None where there was none."""


class Column:
    """One axis of a leaf: `index` counts from the left, or is negative and counts from the right.

    `order` is where a check comes to it: the number of the leaf, and its number there. `values` is None where one call
    saw several sizes, as in a list of arrays. `declared` is the name that the source's annotation gives it.
    """

    def __init__(self, leaf: Leaf, order: tuple[int, int], index: int) -> None:
        self.leaf = leaf
        self.order = order
        self.index = index
        self.declared: str | None = None
        sizes = [{shape[index] for shape in shapes} for shapes in leaf.seen]
        mixed = any(len(call) > 1 for call in sizes)
        self.values: Values | None = None if mixed else tuple(next(iter(call), None) for call in sizes)

    def __str__(self) -> str:
        return f"axis {self.index} of {shown(self.leaf.place)}"

    @property
    def rank(self) -> int | None:
        """The number of axes of the leaf, None where it varies."""
        return next(iter(self.leaf.ranks)) if len(self.leaf.ranks) == 1 else None


def shown(place: str) -> str:
    """A place as messages call it."""
    return f"the result{place.removeprefix(RETURNED)}" if place.startswith(RETURNED) else f"`{place}`"


class Layout(NamedTuple):
    """A leaf's columns: all of them, or those before and after a run whose length varies.

    `run` has the run's sizes in each call, None where there was no array; it is None where the rank is one and the same,
    and empty where one call saw several; `declared_run` is its name in the source's annotation.
    """

    leaf: Leaf
    leading: tuple[Column, ...]
    run: tuple[tuple[int, ...] | None, ...] | None
    trailing: tuple[Column, ...]
    declared_run: str | None = None

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.leading + self.trailing


def layout(leaf: Leaf, order: int, leading: int = 0) -> Layout:
    """Split an array's axes; of a varying rank, `leading` axes are taken to stand before the run."""
    least = min(leaf.ranks)
    if len(leaf.ranks) == 1:
        return Layout(leaf, tuple(Column(leaf, (order, index), index) for index in range(least)), None, ())
    before = min(leading, least)
    return split(leaf, order, before, least - before)


def split(leaf: Leaf, order: int, before: int, after: int) -> Layout:
    """An array's axes as so many before a run of axes, and so many after it."""
    runs = [{shape[before : len(shape) - after] for shape in shapes} for shapes in leaf.seen]
    mixed = any(len(call) > 1 for call in runs)
    return Layout(
        leaf,
        tuple(Column(leaf, (order, index), index) for index in range(before)),
        () if mixed else tuple(next(iter(call), None) for call in runs),
        tuple(Column(leaf, (order, before + after + index), index) for index in range(-after, 0)),
    )


def agree(left: Sequence[object], right: Sequence[object]) -> bool:
    """Whether two columns are equal in every call that has both."""
    return all(a is None or b is None or a == b for a, b in zip(left, right, strict=True))


def agreed(left: Sequence[object], right: Sequence[object]) -> int:
    """In how many different sizes they are equal."""
    return len({a for a, b in zip(left, right, strict=True) if a is not None and a == b})
