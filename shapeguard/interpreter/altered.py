"""Modules that others alter: what their constructors said of sizes does not hold any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.interpreter import ir
from shapeguard.interpreter.binding import SETTING
from shapeguard.interpreter.holders import bindings, replace_everywhere
from shapeguard.interpreter.structure import is_module
from shapeguard.interpreter.values import FunctionValue, Instance, LayerValue
from shapeguard.shapes.shape import unknown
from shapeguard.shapes.values import Literal, Number, Opaque, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.store import Store

# Libraries whose functions leave the parameters of a module as they are, or as large.
HARMLESS = frozenset(["torch", "torchvision", "builtins", "numpy", "copy", "logging", "time", "os", "functools"])


def replace_part(layer: LayerValue, name: str, value: Value, frame: Frame) -> None:
    """`layer.name = value`: it computes with that from now on, whatever sizes it was made with."""
    known = layer.layer.attribute(name)
    if name != "forward" and (known is None or name == "bias" or _is_like(known, value, frame)):
        return
    replace_layers(lambda found: found is layer, f"a module whose {name} was replaced", frame)


def replace_layers(is_altered: Callable[[Value], bool], reason: str, frame: Frame) -> None:
    """Nothing is known any more of the modules that are altered, and of those that hold them."""
    for names in bindings(frame):
        for key, held in list(names.items()):
            if isinstance(held, LayerValue) and (is_altered(held) or any(map(is_altered, _parts(held)))):
                names[key] = Opaque(reason=reason)


def alter_tensor(tensor: Tensor, name: str, value: Value, frame: Frame) -> None:
    """`x.dtype = ...` reads an array otherwise, `x.data = ...` gives a tensor other entries, and as many as there are."""
    if name in ("dtype", "shape", "strides"):
        replace_everywhere(tensor, Tensor(unknown(), None, tensor.past), frame)
    elif name == "data" and not _is_like(tensor, value, frame):
        shape = value.shape if isinstance(value, Tensor) else unknown()
        replace_everywhere(tensor, Tensor(shape, tensor.dtype), frame)
        replace_layers(lambda found: _computes_with(found, tensor), "a module whose parameter was replaced", frame)


def _computes_with(module: Value, tensor: Tensor) -> bool:
    own = module.layer.__dict__ if isinstance(module, LayerValue) else {}
    return any(part is tensor for name, part in own.items() if name != "bias")


def _is_like(known: Value, value: Value, frame: Frame) -> bool:
    """Whether something takes its place that is as large; inference assumes that of what is not known."""
    store = frame.path.store
    if isinstance(known, Number) and isinstance(value, Number):
        return store.facts.same(known.dim, value.dim)
    if isinstance(known, Literal) and isinstance(value, Literal):
        return known.value == value.value
    if isinstance(known, Tensor) and isinstance(value, Tensor):
        return _same_sizes(known, value, store)
    return known is value or (frame.interpreter.assume and isinstance(value, Opaque))


def _same_sizes(a: Tensor, b: Tensor, store: Store) -> bool:
    mine, theirs = store.axes(a), store.axes(b)
    if mine is None or theirs is None:
        return store.assume
    return len(mine) == len(theirs) and all(store.equal(x.size, y.size) for x, y in zip(mine, theirs, strict=True))


def _parts(container: LayerValue) -> Iterator[Value]:
    for part in container.layer.parts() or ():
        yield part
        if isinstance(part, LayerValue):
            yield from _parts(part)


def leave_out(method: ir.Function, receiver: Value | None, given: dict[str, Value] | None, frame: Frame) -> None:
    """A method is not followed: nothing is known of the attributes that it sets, itself or by other methods."""
    if not isinstance(receiver, Instance) or frame.interpreter.assume:
        return
    waiting, seen = [method], {method.name}
    passed = {value.value for value in (given or {}).values() if isinstance(value, Literal)}
    named = {name for name in passed if isinstance(name, str)}  # what may be the names of attributes
    by_name = False
    changed: set[str] = set()
    while waiting:
        current = waiting.pop()
        changed |= {name.removesuffix("[]") for name in current.sets}
        called: set[str] = set()
        own = current.parameters[0].name if current.parameters else ""
        by_name |= _look_through(current.body, own, changed, called, named)
        found = [receiver.cls.find(name) for name in called - seen]
        seen |= called
        waiting += [other.ir for other in found if isinstance(other, FunctionValue)]
    for name in changed | named if by_name else changed:
        if name in named or (receiver, name) in frame.path.attributes or name in receiver.given:
            frame.path.attributes[receiver, name] = Opaque(reason=f"set by {method.name}, which was not followed")


def _look_through(node: object, receiver: str, changed: set[str], called: set[str], named: set[str]) -> bool:
    """Find the attributes of which code sets items, and the methods that it calls, of the object `receiver`.

    `named` are the texts that these methods get; the result says whether an attribute is set by a name that is not written.
    """
    by_name = False
    if type(node) is ir.Call:
        methods = _attribute_of(node.func, receiver)
        called |= methods
        name = node.args[0] if node.args else None
        if methods and type(name) is ir.Constant and isinstance(name.value, str):
            named.add(name.value)
        by_name = type(name) is ir.Name and not SETTING.isdisjoint(methods)
    elif type(node) is ir.Assign:
        for target in node.targets:
            if type(target) is ir.Subscript:
                changed |= _attribute_of(target.value, receiver)
    if isinstance(node, tuple):
        for part in node:
            if isinstance(part, tuple):
                by_name |= _look_through(part, receiver, changed, called, named)
    return by_name


def _attribute_of(node: ir.Expression, receiver: str) -> set[str]:
    """The name in `receiver.name`."""
    own = type(node) is ir.Attribute and type(node.value) is ir.Name and node.value.name == receiver
    return {node.name} if own else set()  # type: ignore[union-attr]


def hand_over(args: list[Value], frame: Frame) -> None:
    """What is not known got modules: it may have replaced the parameters that they hold themselves."""
    owners = {value for value in args if type(value) is Instance and _is_made(value)}
    if not owners or frame.interpreter.assume:
        return
    attributes = frame.path.attributes
    waiting = [*owners]
    while waiting:
        owner = waiting.pop()
        inner = {value for (of, _), value in attributes.items() if of is owner and type(value) is Instance} - owners
        owners |= inner
        waiting += inner
    _forget_parameters(owners, frame)


def alter_any(frame: Frame) -> None:
    """An object that is not known was altered under a name that is not known: it may be a part of any module."""
    if not frame.interpreter.assume:
        _forget_parameters({owner for owner, _ in frame.path.attributes if _is_made(owner)}, frame)


def alter_some(owner: Instance, frame: Frame) -> None:
    """An attribute was set under a name that is not known: any of them, unless the object is only being made."""
    current: Frame | None = frame
    while current is not None:
        if current.receiver is owner and current.name.endswith(".__init__"):
            return
        current = current.caller
    if not frame.interpreter.assume:
        for name in {name for of, name in frame.path.attributes if of is owner} | owner.given.keys():
            frame.path.attributes[owner, name] = Opaque(reason="an attribute that may have been set by its name")


def _forget_parameters(owners: set[Instance], frame: Frame) -> None:
    for key, value in list(frame.path.attributes.items()):
        if key[0] in owners and isinstance(value, Tensor):
            frame.path.attributes[key] = Opaque(reason="a parameter that others may have replaced")


def _is_made(value: Instance) -> bool:
    """Whether an object is a module that the program made, not the one that stands for all."""
    return value.made_from is not None and is_module(value.cls)
