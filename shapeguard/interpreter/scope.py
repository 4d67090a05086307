"""Axis names of one signature or one function's comments, as sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Dim, constant, symbol
from shapeguard.grammar import AxisKind
from shapeguard.ops.arithmetic import evaluate as size_of
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Run, Shape

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from shapeguard import grammar
    from shapeguard.dims import Symbol


class Scope:
    """The axis names of one signature: a name is one size wherever it occurs in it.

    `meaning` gives the size that a name has in the program around it, if any; without `own_names`, sizes that the text
    introduces have none: they are those of a caller.
    """

    def __init__(self, meaning: Callable[[str], Dim | None] | None = None, *, own_names: bool = True) -> None:
        self.sizes: dict[str, Dim] = {}
        self.runs: dict[str, Run] = {}
        self._meaning = meaning
        self._own_names = own_names
        self._places: dict[str, int] = {}
        self._place = 0
        self._borrowed: list[str] = []
        self._doubtful: set[str] = set()
        self._own: set[Symbol] = set()  # that have no meaning in the program around it

    def give(self, sizes: dict[str, Dim]) -> None:
        """Names that stand for these sizes."""
        for name, size in sizes.items():
            self.sizes[name] = size
            self._places.setdefault(name, self._place)

    def size(self, name: str) -> Dim:
        if name in self._doubtful:
            return symbol(None)
        if name not in self.sizes:
            found = None if self._meaning is None else self._meaning(name)
            if found is None:
                found = symbol(name if self._own_names else None)
                self._own.update(found.symbols)
            self.sizes[name] = found
            self._places[name] = self._place
        if self._places[name] != self._place:
            self._borrowed.append(name)
        return self.sizes[name]

    def said(self, axes: tuple[grammar.Axis, ...], place: int) -> list[tuple[Dim, list[str]]]:
        """The sizes of axes without runs that a comment at `place` gives, and which names in them others introduced."""
        self._place = place
        found = []
        for axis in axes:
            self._borrowed = []
            found.append((self._axis(axis, Origin.CLAIMED).size, self._borrowed))
        return found

    def introduces(self, size: Dim) -> bool:
        """Whether a size is said in names that have no meaning in the program around it."""
        return self._own.issuperset(size.symbols)

    def doubt(self, names: Iterable[str]) -> None:
        """The names turned out to mean several sizes: from here on they stand for none."""
        self._doubtful.update(names)

    def claimed(self, axes: tuple[grammar.Axis, ...]) -> Shape:
        """The shape that axes of a comment or docstring claim."""
        return self.shape(always_there(axes), Origin.CLAIMED)

    def shape(self, axes: tuple[grammar.Axis, ...], origin: Origin = Origin.ANNOTATED) -> Shape:
        """The shape that parsed axes declare."""
        leading: list[Axis] = []
        trailing: list[Axis] = []
        run: Run | None = None
        for axis in axes:
            if axis.variadic:
                run = self.runs.setdefault(axis.name, Run()) if axis.name else Run()
            else:
                (leading if run is None else trailing).append(self._axis(axis, origin))
        return Shape(tuple(leading), run, tuple(trailing))

    def _axis(self, axis: grammar.Axis, origin: Origin) -> Axis:
        if axis.broadcastable:
            return Axis(symbol(None), origin)
        if axis.kind is AxisKind.FIXED and axis.size is not None:
            return Axis(constant(axis.size), origin)
        if axis.kind is AxisKind.NAMED and axis.name is not None:
            return Axis(self.size(axis.name), origin)
        if axis.kind is AxisKind.SYMBOLIC and axis.expression is not None:
            size = size_of(axis.expression, _Names(self))
            if size is not None:
                return Axis(size, origin)
        return Axis(symbol(None), origin)


def always_there(axes: tuple[grammar.Axis, ...]) -> tuple[grammar.Axis, ...]:
    """The axes of a claim without those of a batch, which may be missing: what `batch, ..., n, d` begins with."""
    run = next((index for index, axis in enumerate(axes) if axis.variadic), 0)
    return axes[run:] if run + 1 < len(axes) else axes


class _Names(dict[str, Dim]):
    """Names of a scope as a mapping, made where they are first met."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def get(self, name: str, default: object = None) -> Dim:
        return self.scope.size(name)
