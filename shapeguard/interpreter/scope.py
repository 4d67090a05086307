"""Axis names of one signature or one function's comments, as sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Dim, constant, symbol
from shapeguard.grammar import AxisKind
from shapeguard.ops.arithmetic import evaluate as size_of
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Run, Shape

if TYPE_CHECKING:
    from shapeguard import grammar


class Scope:
    """The axis names of one signature: a name is one size wherever it occurs in it."""

    def __init__(self) -> None:
        self.sizes: dict[str, Dim] = {}
        self.runs: dict[str, Run] = {}

    def size(self, name: str) -> Dim:
        if name not in self.sizes:
            self.sizes[name] = symbol(name)
        return self.sizes[name]

    def shape(self, axes: tuple[grammar.Axis, ...]) -> Shape:
        """The shape that parsed axes declare."""
        leading: list[Axis] = []
        trailing: list[Axis] = []
        run: Run | None = None
        for axis in axes:
            if axis.variadic:
                run = self.runs.setdefault(axis.name, Run()) if axis.name else Run()
            else:
                (leading if run is None else trailing).append(self._axis(axis))
        return Shape(tuple(leading), run, tuple(trailing))

    def _axis(self, axis: grammar.Axis) -> Axis:
        if axis.broadcastable:
            return Axis(symbol(None), Origin.ANNOTATED)
        if axis.kind is AxisKind.FIXED and axis.size is not None:
            return Axis(constant(axis.size), Origin.ANNOTATED)
        if axis.kind is AxisKind.NAMED and axis.name is not None:
            return Axis(self.size(axis.name), Origin.ANNOTATED)
        if axis.kind is AxisKind.SYMBOLIC and axis.expression is not None:
            size = size_of(axis.expression, _Names(self))
            if size is not None:
                return Axis(size, Origin.ANNOTATED)
        return Axis(symbol(None), Origin.ANNOTATED)


class _Names(dict[str, Dim]):
    """Names of a scope as a mapping, made where they are first met."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def get(self, name: str, default: object = None) -> Dim:
        return self.scope.size(name)
