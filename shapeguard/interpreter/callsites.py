"""What the functions of a file are called with by other functions in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from shapeguard.dims import symbol
from shapeguard.interpreter.joins import join
from shapeguard.interpreter.values import Instance, LayerValue, is_callable
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.parts import run_element
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.store import Store
from shapeguard.shapes.values import NONE, Either, Opaque, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.interpreter import ir
    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.values import Value

Passed: TypeAlias = "dict[int, dict[str, Value]]"  # by the site of the function, by parameter
Attributes: TypeAlias = "dict[tuple[Instance, str], Value]"
Place: TypeAlias = "tuple[int, str]"  # the site of a function, and a parameter of it
Call: TypeAlias = "tuple[int | None, bool]"  # its site, and whether it holds for every run of the function it is in


class Calls:
    """What was passed, joined over all calls: shapes of tensors, and modules, classes and functions.

    What calls at a file's top level pass is an example, and does not count. In the file itself, an argument of which
    nothing is known is assumed to be like those of other calls; in files around it, it may be anything.
    """

    def __init__(self) -> None:
        self._pending: list[tuple[Place, Call, Value | None]] = []
        self._found: dict[Place, dict[Call, Value | None]] = {}  # None: what is not known

    def observe(
        self, function: ir.Function, arguments: dict[str, Value], receiver: Value | None, caller: Frame
    ) -> None:
        """Take note of a call under way in `caller`."""
        for value in arguments.values():
            if value is not receiver and _is_module(value):
                keep_attributes(value, caller.path.attributes)
        if not caller.interpreter.assume:
            return
        outer = caller
        while outer.caller is not None:
            outer = outer.caller
        if outer is caller.interpreter.recording:  # not the top level of another file
            call = caller.call_site, caller is outer
            self._pending += [((function.site, name), call, _observed(value)) for name, value in arguments.items()
                              if value is not receiver]  # fmt: skip

    def settle(self, store: Store) -> None:
        """Take what was passed since the last time, with what is known of it now."""
        for place, call, argument in self._pending:
            found = self._found.setdefault(place, {})
            value = _generalised(argument, store)
            found[call] = _joined(found[call], value) if call in found else value
        self.forget()

    def forget(self) -> None:
        self._pending = []

    def passed(self, own: range) -> Passed:
        """The arguments that every call agrees on, at least in the number of their axes; `own` are the file's sites."""
        found: Passed = {}
        for (site, name), calls in self._found.items():
            value = _agreed(calls, own)
            if value is not None and value is not NONE and not isinstance(value, Opaque):
                found.setdefault(site, {})[name] = value
        return found


def _agreed(calls: dict[Call, Value | None], own: range) -> Value | None:
    mine: list[Value | None] = []
    others: list[Value | None] = []
    for (site, general), value in calls.items():
        ours = site is None or site in own
        if not general and (site, True) in calls and (not ours or calls[site, True] is not None):
            continue  # what it passes whenever it is run is known
        (mine if ours else others).append(value)
    known = [value for value in mine if value is not None]
    if all(value is NONE for value in known) and (len(known) < len(mine) or None in others):
        return None
    found: Value = NONE
    for value in (*known, *others):
        found = found if value is None else _joined(found, value) or OPEN
    return None if isinstance(found, Tensor) and found.shape.rank is None else found


def _observed(value: Value) -> Value | None:
    """What is kept of an argument: a tensor, a module, or that there is none; not what only the callee makes of it."""
    if isinstance(value, Opaque):
        return value.tensor if value.used_as_tensor else None
    if isinstance(value, Sequence):
        items = [_observed(item) for item in value.items]
        tensors = all(isinstance(item, Tensor) for item in items)
        return Sequence([item for item in items if item is not None], value.kind) if items and tensors else None
    options = value.present if isinstance(value, Either) else ()
    if len(options) == 1:
        return _observed(options[0])
    return value if value is NONE or isinstance(value, Tensor) or _is_module(value) else None


OPEN = Opaque(reason="calls pass different things")


def _joined(a: Value | None, b: Value | None) -> Value | None:
    """What two calls pass, where one that passes nothing says nothing."""
    if a is None or b is None:
        return b if a is None else a
    if a is NONE or b is NONE:
        return b if a is NONE else a
    store = Store()
    return join(a, b, store, store)


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


def _generalised(value: Value | None, store: Store) -> Value | None:
    if isinstance(value, Tensor):
        shape = _general(store.shape(value), store)
        return None if shape.run is not None and not shape.minimum_rank else Tensor(shape)
    if isinstance(value, Sequence):
        return Sequence([_generalised(item, store) or OPEN for item in value.items], value.kind)
    return value


def outline(value: Value) -> object:
    """What of an argument the next round of a function may depend on: the axes with their names, and which modules."""
    if isinstance(value, Tensor):
        sides = (value.shape.leading, value.shape.trailing)
        return value.shape.run is None, [[axis.size.names for axis in side] for side in sides]
    if isinstance(value, (Sequence, Either)):
        return [outline(part) for part in (value.items if isinstance(value, Sequence) else value.options)]
    if isinstance(value, Instance):
        return value.cls.ir.site, value.made_from is None
    return type(value)


def _general(shape: Shape, store: Store) -> Shape:
    """The shape without numbers: a call may pass 3 channels, the function is not made for 3."""

    def general(axis: Axis) -> Axis:
        size = store.facts.simplify(axis.size)
        return Axis(symbol(None) if size.value is not None else size)

    return Shape(tuple(map(general, shape.leading)), shape.run, tuple(map(general, shape.trailing)))
