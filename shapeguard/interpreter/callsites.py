"""What the functions of a file are called with by other functions in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from shapeguard.dims import symbol
from shapeguard.interpreter.joins import join_shapes
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import Opaque, Tensor

if TYPE_CHECKING:
    from shapeguard.interpreter import ir
    from shapeguard.shapes.values import Value

Passed: TypeAlias = "dict[int, dict[str, Value]]"  # by the site of the function, by parameter


class Calls:
    """Shapes of arguments, joined over all calls; calls from a file's top level are examples, and do not count."""

    def __init__(self) -> None:
        self._pending: list[tuple[int, str, Tensor]] = []
        self._shapes: dict[tuple[int, str], Shape] = {}

    def observe(self, function: ir.Function, arguments: dict[str, Value]) -> None:
        for name, value in arguments.items():
            if isinstance(value, Opaque):
                if value.used_as_tensor:
                    self._pending.append((function.site, name, value.tensor))
            elif isinstance(value, Tensor):
                self._pending.append((function.site, name, value))

    def settle(self, store: Store) -> None:
        """Take what was passed since the last time, with what is known of it now."""
        for site, name, tensor in self._pending:
            shape = _general(store.shape(tensor), store)
            known = self._shapes.get((site, name))
            if known is not None:
                shape = join_shapes(known, shape, store, store) or known
            self._shapes[site, name] = shape
        self._pending = []

    def forget(self) -> None:
        self._pending = []

    def passed(self) -> Passed:
        """The arguments that every call in the file agrees on, at least in the number of their axes."""
        found: Passed = {}
        for (site, name), shape in self._shapes.items():
            if shape.rank is not None:
                found.setdefault(site, {})[name] = Tensor(shape)
        return found


def _general(shape: Shape, store: Store) -> Shape:
    """The shape without numbers: a call may pass 3 channels, the function is not made for 3."""

    def general(axis: Axis) -> Axis:
        size = store.facts.simplify(axis.size)
        return Axis(symbol(None) if size.value is not None else size)

    return Shape(tuple(map(general, shape.leading)), shape.run, tuple(map(general, shape.trailing)))
