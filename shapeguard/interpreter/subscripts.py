"""Indexing abstract values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.interpreter import ir
from shapeguard.interpreter.altered import alter_some, replace_layers
from shapeguard.interpreter.array_types import array_type, is_array_kind
from shapeguard.interpreter.attributes import assign_attribute, base_of
from shapeguard.interpreter.calls import call, operate
from shapeguard.interpreter.dictionaries import UNKNOWN, key_of, look_up
from shapeguard.interpreter.dispatch import evaluate
from shapeguard.interpreter.holders import replace_everywhere
from shapeguard.interpreter.values import Bound, FunctionValue, Instance, LayerValue
from shapeguard.ops.layer import Layer
from shapeguard.shapes.alike import are_numbers, one_of
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import (
    NONE,
    Computed,
    Library,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Sizes,
    Slice,
    Tensor,
    Value,
    present,
)

if TYPE_CHECKING:
    from shapeguard.interpreter.frame import Frame
    from shapeguard.shapes.store import Store

_INSIDES = frozenset(["_modules", "_parameters", "_buffers", "__dict__"])  # where an object keeps its attributes


def subscript(value: Value, index: Value, frame: Frame, site: int) -> Value:
    """The value of `value[index]`."""
    value = present(value)
    if isinstance(value, Opaque) and (value.used_as_tensor or (_only_for_tensors(index) and not value.made)):
        value = value.tensor
    if isinstance(value, Tensor):
        return operate("operator.getitem", [value, index], {}, frame, site)
    if isinstance(value, Sizes):
        return _size_at(value, index, frame)
    if isinstance(value, Sequence):
        return _item(value, index)
    if isinstance(value, Repeated):
        if isinstance(index, Slice):
            return Repeated(value.another(), None, value.kind, same=value.same)
        return value.item(index.dim.value if isinstance(index, Number) else None)
    if isinstance(value, Instance):
        method = value.cls.find("__getitem__")
        if isinstance(method, FunctionValue):
            return call(Bound(method, value), [index], {}, frame, site)
        value = base_of(value, frame) or value
    if isinstance(value, Mapping):
        return look_up(value, index, None, frame)
    if isinstance(value, LayerValue):
        return _module(value, index)
    if isinstance(value, Library):
        return (array_type(value, index) or value) if is_array_kind(value) else value
    if isinstance(value, Opaque):
        found = _part(value, index)
        return _as_documented(found, index.value, frame) if isinstance(index, Literal) else found
    return Opaque(reason="a part of an unknown value" if not isinstance(value, FunctionValue) else "a part")


def _module(value: LayerValue, index: Value) -> Value:
    part = value.layer.item(index)
    each = value.layer.element() if part is None and isinstance(index, Slice) else None
    if each is not None:
        return Repeated(each)  # some of the modules, all alike
    return LayerValue(value.kind, part) if isinstance(part, Layer) else part or Opaque(reason="a part of a module")


def _only_for_tensors(index: Value) -> bool:
    """Whether an index makes sense for tensors alone: several indices with a slice, None or an ellipsis among them."""
    return isinstance(index, Sequence) and any(
        isinstance(item, Slice) or item is NONE or (isinstance(item, Literal) and item.value is ...)
        for item in index.items
    )


def _part(value: Opaque, index: Value) -> Value:
    if isinstance(index, Number) and index.dim.value is not None:
        key: object = index.dim.value
        text = str(key)
    elif isinstance(index, Literal) and isinstance(index.value, str):
        key, text = index.value, repr(index.value)
    else:
        return Opaque(reason="a part of an unknown value")
    return value.part(("item", key), None if value.name is None else f"{value.name}[{text}]")


def _as_documented(value: Value, key: object, frame: Frame) -> Value:
    """An item of an unknown dictionary, of which docstrings of the file may state the shape."""
    interpreter = frame.interpreter
    claim = interpreter.documented(key, frame) if interpreter.assume and isinstance(key, str) else None
    if claim is None or not claim.complete or type(value) is not Opaque or value.parts or value.used_as_tensor:
        return value
    return Tensor(frame.claims.claimed(claim.axes))


def _size_at(value: Sizes, index: Value, frame: Frame) -> Value:
    store = frame.path.store
    shape = store.shape(value.tensor)
    if isinstance(index, Slice):
        return _sizes_slice(shape, index, store)
    if not isinstance(index, Number) or index.dim.value is None:
        return Opaque(reason="a size of an axis that is not known", minimum=1)
    at = index.dim.value
    if shape.run is not None and shape.axis(at) is None:
        shape = store.grow(shape, at + 1, 0) if at >= 0 else store.grow(shape, 0, -at)
    axis = shape.axis(at)
    return store.asked(shape, at) if axis is None else Number(axis.size)


def _sizes_slice(shape: Shape, index: Slice, store: Store) -> Value:
    """Some sizes of a tensor; the axes that the bounds speak of are taken to exist."""
    bounds = [_bound(part) for part in (index.lower, index.upper, index.step)]
    if any(bound is False for bound in bounds) or bounds[2] not in (None, 1):
        return Opaque(reason="some sizes of a tensor")
    low, high = bounds[0] or 0, bounds[1]
    shape = store.grow(shape, max(low, high or 0), max(-low, -(high or 0)))
    if shape.run is None:
        return Sizes(Tensor(Shape(shape.leading[low:high])))
    if low >= 0 and high is None and low <= len(shape.leading):
        return Sizes(Tensor(shape.with_axes(shape.leading[low:], shape.trailing)))
    if low >= 0 and high is not None and high < 0 and -high <= len(shape.trailing) and low <= len(shape.leading):
        return Sizes(Tensor(shape.with_axes(shape.leading[low:], shape.trailing[:high])))
    if low >= 0 and high is not None and 0 <= high <= len(shape.leading):
        return Sizes(Tensor(Shape(shape.leading[low:high])))
    if low < 0 and high is None and -low <= len(shape.trailing):
        return Sizes(Tensor(Shape(shape.trailing[low:])))
    return Opaque(reason="some sizes of a tensor of unknown rank")


def _bound(value: Value | None) -> int | bool | None:
    """The bound of a slice, None where it is absent, False where it is not known."""
    if value is None or value is NONE:
        return None
    if isinstance(value, Number) and value.dim.value is not None:
        return value.dim.value
    return False


def _item(value: Sequence, index: Value) -> Value:
    if isinstance(index, Slice):
        bounds = [_bound(part) for part in (index.lower, index.upper, index.step)]
        if any(bound is False for bound in bounds) or bounds[2] == 0:
            return Opaque(reason="a part of a sequence")
        return Sequence(value.items[slice(*bounds)], value.kind)
    at = index.dim.value if isinstance(index, Number) else None
    if at is not None and -len(value.items) <= at < len(value.items):
        return value.items[at]
    return (one_of(value.items) if value.items else None) or Opaque(reason="an item of a sequence")


def assign_item(target: ir.Subscript, value: Value, frame: Frame) -> None:
    """`container[index] = value`."""
    if type(target.value) is ir.Attribute and target.value.name in _INSIDES:
        _set_inside(evaluate(target.value.value, frame), evaluate(target.key, frame), value, frame)
        return
    container = evaluate(target.value, frame)
    index = evaluate(target.key, frame)
    if isinstance(container, Opaque) and container.used_as_tensor:
        container = container.tensor
    if isinstance(container, Tensor):
        operate("operator.setitem", [container, index, value], {}, frame, target.site)
        return
    if isinstance(container, Opaque):
        container.forget(("item", index.value if isinstance(index, Literal) else None))
        return
    replaced: Value | None = None
    if isinstance(container, Mapping) and key_of(index) is not UNKNOWN:
        replaced = Mapping({**container.entries, key_of(index): value}, container.rest)
    elif isinstance(container, LayerValue):
        grown = container.layer.extended("__setitem__", (index, value))
        replaced = (
            Opaque(reason="a module with a part replaced") if grown is None else LayerValue(container.kind, grown)
        )
    elif isinstance(container, (Mapping, Sequence, Repeated, Sizes)):
        replaced = _with_item(container, index, value, frame) or Opaque(reason="a container with an item replaced")
    if replaced is not None:
        replace_everywhere(container, replaced, frame)


def _set_inside(owner: Value, key: Value, value: Value, frame: Frame) -> None:
    """`owner._modules[key] = value`, or the like: an attribute under that name."""
    if isinstance(owner, LayerValue):
        replace_layers(lambda found: found is owner, "a module with a part replaced", frame)
    elif isinstance(key, Literal) and isinstance(key.value, str):
        assign_attribute(owner, key.value, value, frame)
    elif isinstance(owner, Instance):
        alter_some(owner, frame)


def _with_item(container: Value, index: Value, value: Value, frame: Frame) -> Value | None:
    """The list with another item at `index`; None where it is not known which one, or not how to say so."""
    at = index.dim.value if isinstance(index, Number) else None
    if at is None:
        return _of_numbers(container, value)
    if isinstance(container, Sizes):
        shape = frame.path.store.shape(container.tensor)
        if shape.axis(at) is None or not isinstance(value, Number):
            return None
        leading, trailing = list(shape.leading), list(shape.trailing)
        (leading if at >= 0 or shape.run is None else trailing)[at] = Axis(value.dim)
        return Sizes(Tensor(shape.with_axes(leading, trailing)))
    if isinstance(container, Sequence) and -len(container.items) <= at < len(container.items):
        items = list(container.items)
        items[at] = value
        return Sequence(items, container.kind)
    return None


def _of_numbers(container: Value, value: Value) -> Repeated | None:
    """A list of numbers that got another one somewhere; None for any other container."""
    if not isinstance(container, (Sequence, Repeated)) or container.kind != "list":
        return None
    items = container.items if isinstance(container, Sequence) else (container.element,)
    length = constant(len(items)) if isinstance(container, Sequence) else container.length
    return Repeated(Computed(), length, "list") if are_numbers([*items, value]) else None
