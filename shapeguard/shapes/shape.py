"""Shapes: known axes, perhaps with a run of unknown ones between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import symbol
from shapeguard.shapes.axis import Axis

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.dims import Dim
    from shapeguard.shapes.values import Opaque


class Run:
    """Any number of unknown axes. Its identity is its meaning: two shapes that hold the same run share those axes.

    One that is `free` stands for whatever axes a path brings: it was made where paths with other axes met, of shapes
    that are its `parts`: they have as many axes as the shape it was made for, which has `around` axes besides it.
    `widest` are the shapes of which the one with most axes has as many, `dependents` the shapes whose number of axes
    may follow from those of this one. `asked` are the sizes of which code asked by their index, counted from its first axis,
    while it was not known whether it has so many axes.
    """

    __slots__ = ("around", "asked", "dependents", "free", "parts", "widest")

    def __init__(self, *parts: Shape, free: bool = False, around: int = 0) -> None:
        self.parts = parts
        self.free = free
        self.around = around
        self.widest: tuple[Shape, ...] = ()
        self.dependents: list[Shape] = []
        self.asked: dict[int, Opaque] = {}

    def first(self, count: int, names: tuple[str | None, ...] = ()) -> tuple[Axis, ...]:
        """So many of its first axes, where it turned out to have them; those that nobody asked for take `names`."""
        asked = (self.asked.get(index) for index in range(count))
        return tuple(
            Axis(symbol(names[index] if index < len(names) else None) if found is None else found.number.dim)
            for index, found in enumerate(asked)
        )

    def after(self, count: int, around: int) -> Run:
        """What follows so many of its first axes, of a shape with `around` axes besides it."""
        rest = Run(*self.parts, around=around)
        rest.dependents = self.dependents
        rest.asked = {index - count: found for index, found in self.asked.items() if index >= count}
        return rest


class Shape:
    """`leading` axes, then the axes of `run` when the rank is unknown, then `trailing` ones."""

    __slots__ = ("leading", "run", "trailing")

    def __init__(self, leading: tuple[Axis, ...], run: Run | None = None, trailing: tuple[Axis, ...] = ()) -> None:
        if run is None and trailing:
            leading, trailing = leading + trailing, ()
        self.leading = leading
        self.run = run
        self.trailing = trailing

    @property
    def axes(self) -> tuple[Axis, ...] | None:
        """All axes, outermost first; None while the rank is unknown."""
        return self.leading if self.run is None else None

    @property
    def rank(self) -> int | None:
        return len(self.leading) if self.run is None else None

    @property
    def minimum_rank(self) -> int:
        return len(self.leading) + len(self.trailing)

    def axis(self, index: int) -> Axis | None:
        """The axis at `index` (negative: from the right), None when it lies in the unknown part or outside."""
        if self.run is None:
            return self.leading[index] if -len(self.leading) <= index < len(self.leading) else None
        side = self.leading if index >= 0 else self.trailing
        return side[index] if -len(side) <= index < len(side) else None

    def with_axes(self, leading: Iterable[Axis], trailing: Iterable[Axis] = ()) -> Shape:
        """The same unknown part between other axes."""
        return Shape(tuple(leading), self.run, tuple(trailing))

    def __repr__(self) -> str:
        parts = [str(axis.size) for axis in self.leading]
        if self.run is not None:
            parts += ["...", *(str(axis.size) for axis in self.trailing)]
        return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"


def known(sizes: Iterable[Dim]) -> Shape:
    """A shape of known rank from its sizes."""
    return Shape(tuple(map(Axis, sizes)))


def unknown() -> Shape:
    """A shape of which nothing is known yet: a variable."""
    return Shape((), Run())


SCALAR = Shape(())
