"""Shapes held against the axes that are declared for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Dim, constant
from shapeguard.events.contracts import Breach
from shapeguard.grammar import AxisKind
from shapeguard.ops.arithmetic import evaluate
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard import grammar
    from shapeguard.dims import Symbol
    from shapeguard.shapes.store import Store

ONE = constant(1)


class Meanings:
    """What the axis names of one call, or of one signature, stand for, and where that was first said.

    `free` are sizes that a caller may choose at will: two expressions in them that are not the same are not equal for
    every call, which breaks what is promised of every call.
    """

    def __init__(
        self,
        store: Store,
        sizes: dict[str, Dim] | None = None,
        runs: dict[str, Shape] | None = None,
        free: frozenset[Symbol] = frozenset(),
    ) -> None:
        self.store = store
        self.sizes = dict(sizes or {})
        self.runs = dict(runs or {})
        self.sources: dict[str, str] = {}
        self._free = free

    def differ(self, a: Dim, b: Dim) -> bool:
        """Whether two sizes are different for certain, or for some call that the signature allows."""
        if self.store.differ(a, b):
            return True
        facts = self.store.facts
        left, right = facts.simplify(a).valued, facts.simplify(b).valued
        if left is right or not (left.plain and right.plain) or self.store.equal(a, b):
            return False
        if max(len(left.terms), len(right.terms)) > 1 and left.symbols.isdisjoint(right.symbols):
            return False  # `n_edges - 1` and `n_intervals` may well be one size, which names cannot say
        symbols = left.symbols | right.symbols
        return symbols <= self._free and all(facts.upper(Dim.of_atom(symbol)) is None for symbol in symbols)

    def breach(self, axes: tuple[grammar.Axis, ...], shape: Shape, source: str | None = None) -> Breach | None:
        """Why a tensor of this shape is not as declared; None where it may be, and then its new names are learned."""
        star = next((index for index, axis in enumerate(axes) if axis.variadic), None)
        front, back = (axes, ()) if star is None else (axes[:star], axes[star + 1 :])
        between = None if star is None or axes[star].name is None else self.runs.get(axes[star].name or "")
        between = None if between is None else self.store.resolve(between)
        found = self._wrong_count(len(front) + len(back), star is not None, between, shape)
        if found is None:
            for axis, size, place in _pairs(front, back, shape, counted=star is None):
                found = self._wrong_size(axis, size, place, source)
                if found is not None:
                    break
        if found is None and star is not None and axes[star].name:
            if between is None:
                self._learn_run(axes[star].name or "", len(front), len(back), shape)
            elif not axes[star].broadcastable:
                found = self._wrong_between(axes[star], between, len(front), shape)
        return found

    def _wrong_between(self, axis: grammar.Axis, between: Shape, before: int, shape: Shape) -> Breach | None:
        """Hold the axes that a variadic name stands for already against those in its place, where all are known."""
        if between.run is None and shape.run is None:
            for index, (declared, actual) in enumerate(zip(between.leading, shape.leading[before:], strict=False)):
                if self.differ(declared.size, actual.size):
                    place = before + index - len(shape.leading)
                    return Breach(place, axis.text, declared.size, actual.size, self.sources.get(axis.name or ""))
        return None

    def _wrong_count(self, count: int, variadic: bool, between: Shape | None, shape: Shape) -> Breach | None:
        if between is not None:
            count += between.minimum_rank
            variadic = between.run is not None
            if variadic and between.run is shape.run:
                variadic, shape = False, Shape((*shape.leading, *shape.trailing))
        there = shape.minimum_rank
        if (there > count and not variadic) or (there < count and shape.run is None):
            return Breach(None, "", count, there)
        return None

    def _wrong_size(self, axis: grammar.Axis, size: Dim, place: int, source: str | None) -> Breach | None:
        declared: Dim | None = None
        if axis.kind is AxisKind.FIXED and axis.size is not None:
            declared = constant(axis.size)
        elif axis.kind is AxisKind.NAMED and axis.name is not None:
            declared = self.sizes.get(axis.name)
            if declared is None and not axis.broadcastable and not axis.treepath:
                self.sizes[axis.name] = size
                if source is not None:
                    self.sources[axis.name] = source
        elif axis.kind is AxisKind.SYMBOLIC and axis.expression is not None:
            declared = evaluate(axis.expression, self.sizes)
        if declared is None or axis.treepath or not self.differ(declared, size):
            return None
        if axis.broadcastable and not self.store.differ(size, ONE):
            return None
        return Breach(place, axis.text, declared, size, self.sources.get(axis.name or ""))

    def _learn_run(self, name: str, before: int, behind: int, shape: Shape) -> None:
        if shape.run is None:
            self.runs[name] = Shape(shape.leading[before : len(shape.leading) - behind])
        elif len(shape.leading) >= before and len(shape.trailing) >= behind:
            rest = shape.trailing[: len(shape.trailing) - behind]
            self.runs[name] = Shape(shape.leading[before:], shape.run, rest)


def _pairs(
    front: tuple[grammar.Axis, ...], back: tuple[grammar.Axis, ...], shape: Shape, *, counted: bool
) -> Iterator[tuple[grammar.Axis, Dim, int]]:
    """What is declared, the size that is there, and its place from the right, where the two belong together."""
    total = shape.minimum_rank + (shape.run is not None)
    for index, (axis, there) in enumerate(zip(front, shape.leading, strict=False)):
        yield axis, there.size, index - total
    behind = front[len(shape.leading) :] if counted else back
    for index, (axis, there) in enumerate(
        zip(reversed(behind), reversed(shape.trailing if shape.run is not None else shape.leading), strict=False)
    ):
        yield axis, there.size, -1 - index
