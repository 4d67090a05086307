"""Modules of `torch.nn`: constructed once, called many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapeguard.dims import Dim, symbol
from shapeguard.events.axes import ImplicitAxis
from shapeguard.events.sequences import SequenceFirst
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import known
from shapeguard.shapes.values import FALSE, TRUE, Literal, Number, Opaque, Sequence, Tensor, Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.ops.call import Call
    from shapeguard.shapes.shape import Shape


class Layer:
    """Base of the known module classes.

    A subclass's `__init__` takes the call of the constructor and then torch's own parameters; `forward` takes the call
    and then the module's own inputs. What a subclass keeps under torch's own name (`in_features`, `weight`) is an
    attribute of the module for the analysed program too; other names start with an underscore. Its methods are the
    operations whose names begin with `methods`.
    """

    methods = "torch.nn.Module"

    def __init__(self, call: Call) -> None:
        pass

    def forward(self, call: Call, input: Tensor) -> Value | None:
        """What calling the module gives; shapes stay as they are unless a subclass says otherwise."""
        return input

    def attribute(self, name: str) -> Value | None:
        """The attribute as the analysed program sees it, None where it is not known."""
        return None if name.startswith("_") else as_value(self.__dict__.get(name))

    def parameter(self, name: str, shape: Shape) -> None:
        """Declare a tensor attribute, such as a weight."""
        self.__dict__[name] = Tensor(shape, "float")

    def children(self) -> tuple[Value, ...] | None:
        """What iterating over the module gives, None where that is not known item by item."""
        return None

    def parts(self) -> tuple[Value, ...] | None:
        """What iterating over the module gives, runs of any number of modules among it."""
        return self.children()

    def element(self) -> Value | None:
        """What stands for every item of a module whose items are not known one by one."""
        return None

    def item(self, _index: Value) -> Value | Layer | None:
        """What indexing the module gives; a slice of a container is a module of its kind."""
        return None

    def extended(self, _name: str, _args: tuple[Value, ...]) -> Layer | None:
        """The module after its method `append`, `insert`... was called, None where it is not known."""
        return None

    def joined(self, other: Layer, join: Callable[[Value, Value], Value]) -> Layer | None:
        """The module that stands for this one and another of its kind, None where nothing is known of it."""
        mine, theirs = dict(self.__dict__), dict(other.__dict__)
        free: set[Dim] = {*mine.pop("_free", ()), *theirs.pop("_free", ())}
        merged = {name: _merged(value, theirs.get(name), join, free) for name, value in mine.items()}
        if mine.keys() != theirs.keys() or any(value is MISSING for value in merged.values()):
            return None
        if all(merged[name] is value for name, value in mine.items()):
            return self
        made = object.__new__(type(self))
        made.__dict__.update(merged, _free=frozenset(free))
        return made


MISSING = object()  # nothing stands for both


def _merged(a: Any, b: Any, join: Callable[[Value, Value], Value], free: set[Dim]) -> Any:
    """What stands for one setting of a module or another; sizes in `free` stand for any size already."""
    if a is b or (isinstance(a, Dim) and a in free):
        return a
    if isinstance(a, Dim) and isinstance(b, Dim):
        found = join(Number(a), Number(b))
        if isinstance(found, Number):
            return a if found.dim is a else found.dim
        size = found.number.dim if isinstance(found, Opaque) else symbol(None)
        free.add(size)
        return size
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        before = _sizes(a)
        sizes = _merged(before, _sizes(b), join, free)
        if sizes is MISSING or before is None:
            return MISSING
        return a if sizes is before else Tensor(known(sizes), a.dtype)
    if isinstance(a, Value) and isinstance(b, Value):
        return join(a, b)
    if isinstance(a, tuple) and type(a) is type(b) and len(a) == len(b):
        items = [_merged(x, y, join, free) for x, y in zip(a, b, strict=True)]
        if MISSING in items:
            return MISSING
        if all(x is y for x, y in zip(items, a, strict=True)):
            return a
        return type(a)(*items) if hasattr(a, "_fields") else tuple(items)
    return a if type(a) is type(b) and a == b else MISSING


def _sizes(tensor: Tensor) -> tuple[Dim, ...] | None:
    """The sizes of a module's parameter, whose rank its constructor knows."""
    return None if tensor.shape.axes is None else tuple(axis.size for axis in tensor.shape.axes)


def as_value(found: object) -> Value | None:
    """Python's own sizes, flags and tuples as values of the analysed program."""
    if isinstance(found, Value):
        return found
    if isinstance(found, Dim):
        return Number(found)
    if isinstance(found, bool):
        return TRUE if found else FALSE
    if isinstance(found, str):
        return Literal(found)
    if isinstance(found, tuple):
        items = [as_value(item) for item in found]
        return Sequence([item for item in items if item is not None]) if None not in items else None
    return None


def produced(call: Call, size: Dim) -> Axis:
    """An axis whose size a layer decides."""
    return Axis(size, Origin.LAYER if size.value == 1 else Origin.FEATURES, call.site)


def as_batch(axis: Axis) -> Axis:
    """An axis that a layer takes for a batch."""
    return Axis(axis.size, Origin.BATCH, axis.site) if axis.origin is None and not axis.factors else axis


def with_batch(shape: Shape) -> Shape:
    """The shape of what a layer takes for a batch, whatever its rank."""
    if not shape.leading:
        return shape
    first, *rest = shape.leading
    return shape.with_axes((as_batch(first), *rest), shape.trailing)


def report_sequence_first(call: Call, input: Tensor, batch_first: bool | None) -> None:
    """Report what a layer that takes `(length, batch, features)` gets; its first axis may be named later."""
    shape = call.shape(input)
    if batch_first is False and shape.rank in (3, None):
        call.report(SequenceFirst(call.name, shape))


def report_features(call: Call, input: Tensor) -> None:
    """Report that axis 1 is taken for want of another, where the last axis holds the features that a layer gave."""
    axes = call.axes(input)
    if axes is not None and len(axes) > 2 and axes[-1].origin is Origin.FEATURES is not axes[1].origin:
        call.report(ImplicitAxis(call.name, axes, 1))


def flag(value: Value) -> bool | None:
    """Whether a flag is set, None where that is not known."""
    if isinstance(value, Literal):
        return bool(value.value)
    if isinstance(value, Number) and value.dim.value is not None:
        return bool(value.dim.value)
    return None
