"""What the functions of a file are called with by other functions in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from shapeguard.dims import symbol
from shapeguard.interpreter.joins import join, join_shapes
from shapeguard.interpreter.values import Instance, LayerValue, is_callable
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.parts import run_element
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import NONE, Either, Opaque, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.interpreter import ir
    from shapeguard.interpreter.frame import Path
    from shapeguard.shapes.values import Value

Passed: TypeAlias = "dict[int, dict[str, Value]]"  # by the site of the function, by parameter
Attributes: TypeAlias = "dict[tuple[Instance, str], Value]"


class Calls:
    """What was passed, joined over all calls: shapes of tensors, and modules, classes and functions.

    What calls at a file's top level pass is an example, and does not count.
    """

    def __init__(self) -> None:
        self._pending: list[tuple[int, str, Tensor]] = []
        self._shapes: dict[tuple[int, str], Shape] = {}
        self._pending_modules: list[tuple[tuple[int, str], Value]] = []
        self._modules: dict[tuple[int, str], Value] = {}

    def observe(self, function: ir.Function, arguments: dict[str, Value], receiver: Value | None, path: Path) -> None:
        for name, value in arguments.items():
            if isinstance(value, Opaque):
                if value.used_as_tensor:
                    self._pending.append((function.site, name, value.tensor))
            elif isinstance(value, Tensor):
                self._pending.append((function.site, name, value))
            elif value is NONE or _is_module(value):
                if value is not receiver:
                    keep_attributes(value, path.attributes)
                    self._pending_modules.append(((function.site, name), value))

    def settle(self, store: Store) -> None:
        """Take what was passed since the last time, with what is known of it now."""
        for site, name, tensor in self._pending:
            shape = _general(store.shape(tensor), store)
            known = self._shapes.get((site, name))
            if known is not None:
                shape = join_shapes(known, shape, store, store) or known
            self._shapes[site, name] = shape
        for key, value in self._pending_modules:
            before = self._modules.get(key)
            self._modules[key] = value if before is None else join(before, value, store, store)
        self.forget()

    def forget(self) -> None:
        self._pending, self._pending_modules = [], []

    def passed(self) -> Passed:
        """The arguments that every call in the file agrees on, at least in the number of their axes."""
        found: Passed = {}
        for (site, name), shape in self._shapes.items():
            if shape.rank is not None:
                found.setdefault(site, {})[name] = Tensor(shape)
        for (site, name), value in self._modules.items():
            if value is not NONE and not isinstance(value, Opaque) and (site, name) not in self._shapes:
                found.setdefault(site, {})[name] = value
        return found


def _is_module(value: Value) -> bool:
    if isinstance(value, Either):
        return all(option is NONE or _is_module(option) for option in value.options)
    return isinstance(value, (LayerValue, Instance)) or is_callable(value)


def keep_attributes(value: Value, attributes: Attributes) -> None:
    """Let the objects in a value know what was set on them, where the path that did so is left behind."""
    if isinstance(value, LayerValue):
        for part in value.layer.parts() or ():
            keep_attributes(run_element(part), attributes)
    elif isinstance(value, (Sequence, Either)):
        for part in value.items if isinstance(value, Sequence) else value.options:
            keep_attributes(part, attributes)
    elif isinstance(value, Instance) and not value.given:
        value.given = {name: held for (owner, name), held in attributes.items() if owner is value}
        for held in (*value.given.values(), *value.options):
            keep_attributes(held, attributes)


def _general(shape: Shape, store: Store) -> Shape:
    """The shape without numbers: a call may pass 3 channels, the function is not made for 3."""

    def general(axis: Axis) -> Axis:
        size = store.facts.simplify(axis.size)
        return Axis(symbol(None) if size.value is not None else size)

    return Shape(tuple(map(general, shape.leading)), shape.run, tuple(map(general, shape.trailing)))
