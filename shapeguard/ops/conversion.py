"""From abstract values to what operations work with; the names are those of the operations' annotations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

from shapeguard.dims import constant
from shapeguard.ops.dtypes import kind_of_scalar
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import (
    BY_PATH,
    Computed,
    Defaulted,
    Either,
    Literal,
    Mapping,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Sizes,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

Dims: TypeAlias = "tuple[Dim, ...]"  # an int or a sequence of ints: one size, or one for each spatial axis
Axes: TypeAlias = "tuple[int, ...]"  # an int or a sequence of ints: axis numbers


SEVERAL = re.compile(r".*shape|(?:.*\.)?(?:sizes?|dims|dimensions|resolution)$", re.IGNORECASE).match


class Unresolved(Exception):  # noqa: N818 - not an error: the operation stays silent
    """An argument is not known well enough for the operation to say anything."""


def tensor(call: Call, value: Value) -> Tensor:
    if isinstance(value, Tensor):
        return value
    if isinstance(value, Opaque):
        return Tensor(SCALAR) if not value.used_as_tensor and call.store.is_number(value) else value.tensor
    kind = kind_of_scalar(value)
    if kind is not None:
        return Tensor(SCALAR, kind)
    if isinstance(value, Either):
        tensors = [option for option in value.options if type(option) is Tensor] if call.assume else ()
        return tensors[0] if len(tensors) == 1 and _no_other(value) else tensor(call, present(value))
    raise Unresolved("not a tensor")


def _no_other(value: Either) -> bool:
    """Whether the other options would be refused where a tensor is wanted."""
    kinds = (Tensor, Sequence, Repeated, Mapping)
    return all(
        isinstance(option, kinds) or (isinstance(option, Literal) and kind_of_scalar(option) is None)
        for option in value.options
    )


def present(value: Either) -> Value:
    """The option that is meant where None would fail."""
    options = [option for option in value.options if not (isinstance(option, Literal) and option.value is None)]
    if len(options) != 1:
        raise Unresolved("one of several values")
    return options[0]


def dim(call: Call, value: Value) -> Dim:
    if isinstance(value, Number):
        return value.dim
    if isinstance(value, Opaque):
        call.store.learn_number(value)
        return value.number.dim
    if isinstance(value, Literal) and isinstance(value.value, bool):
        return constant(int(value.value))
    if isinstance(value, Either):
        return dim(call, present(value))
    if isinstance(value, Tensor) and call.shape(value).rank == 0:
        raise Unresolved("a size taken from a tensor's value")
    raise Unresolved("not an integer")


def integer(call: Call, value: Value) -> int:
    number = dim(call, value).value
    if number is None:
        if isinstance(value, Defaulted) and call.assume:
            return value.default
        raise Unresolved("an integer that is not known")
    return number


def boolean(_call: Call, value: Value) -> bool:
    if isinstance(value, Literal) and isinstance(value.value, (bool, type(None))):
        return bool(value.value)
    if isinstance(value, Number) and value.dim.value is not None:
        return bool(value.dim.value)
    raise Unresolved("a flag that is not known")


def text(_call: Call, value: Value) -> str:
    if isinstance(value, Literal) and isinstance(value.value, str):
        return value.value
    raise Unresolved("a string that is not known")


def sizes(call: Call, value: Value) -> Shape:
    """Sizes as a shape: an int, a sequence of ints or `x.shape`; -1 stays a constant."""
    if isinstance(value, Sizes):
        return call.shape(value.tensor)
    if isinstance(value, Sequence):
        return Shape(tuple(size_axis(call, item) for item in value.items))
    if isinstance(value, Repeated):
        raise Unresolved("a sequence of unknown length")
    if isinstance(value, Opaque) and _perhaps_several(call, value):
        raise Unresolved("sizes that are not known")
    return Shape((size_axis(call, value),))


def _perhaps_several(call: Call, value: Opaque) -> bool:
    """Whether an unknown value may be a sequence of sizes: `batch_shape + event_shape` is one, `n + 1` is none.

    What has another name than such sequences have is assumed to be one size.
    """
    if not value.used_as_number:
        return not (call.assume and value.name is not None and SEVERAL(value.name) is None)
    if not isinstance(value, Computed) or not value.operands or call.store.is_number(value):
        return False
    return not any(isinstance(operand, (Number, Literal)) for operand in value.operands)


def size_axis(call: Call, value: Value) -> Axis:
    """One size; a 1 that is written out is remembered as such, and so is what differs between paths."""
    size = dim(call, value)
    if size.constant == 1:
        return Axis(size, Origin.WRITTEN, call.site)
    return unknown_axis(value) if isinstance(value, Opaque) else Axis(size)


def unknown_axis(size: Opaque) -> Axis:
    return Axis(size.number.dim, Origin.JOINED if size.reason is BY_PATH else None)


def dims(call: Call, value: Value) -> Dims:
    if isinstance(value, Sequence):
        return tuple(dim(call, item) for item in value.items)
    if isinstance(value, Sizes):
        axes = call.axes(value.tensor)
        if axes is None:
            raise Unresolved("sizes that are not known")
        return tuple(axis.size for axis in axes)
    return (dim(call, value),)


def axes(call: Call, value: Value) -> Axes:
    items = value.items if isinstance(value, Sequence) else None
    if items is None and isinstance(value, Defaulted):
        items = (value,)
    if items is not None:
        return tuple(integer(call, item) for item in items)
    return tuple(integer_of(size) for size in dims(call, value))


def integer_of(size: Dim) -> int:
    if size.value is None:
        raise Unresolved("an axis number that is not known")
    return size.value


class PerhapsOneSize(Shape):
    """An unknown `*size` argument: one size if there are others, else perhaps a whole sequence of them.

    It has no axes before that is decided, since a value that was once taken as a size is one.
    """

    __slots__ = ("value",)

    def __init__(self, value: Opaque) -> None:
        super().__init__(())
        self.value = value


def size_argument(call: Call, value: Value) -> Shape:
    """One of several `*size` arguments: an int, or the whole sequence."""
    if isinstance(value, Opaque) and _perhaps_several(call, value):
        return PerhapsOneSize(value)
    return sizes(call, value)


def anything(_call: Call, value: Value) -> Value:
    return value


def optional(convert: Callable[[Call, Value], Any]) -> Callable[[Call, Value], Any]:
    def converted(call: Call, value: Value) -> Any:
        if isinstance(value, Literal) and value.value is None:
            return None
        return convert(call, value)

    return converted


_BASE: dict[str, Callable[[Call, Value], Any]] = {
    "Tensor": tensor,
    "Dim": dim,
    "int": integer,
    "bool": boolean,
    "str": text,
    "Shape": sizes,
    "SizeArgument": size_argument,
    "Dims": dims,
    "Axes": axes,
    "Value": anything,
}
CONVERTERS: dict[str, Callable[[Call, Value], Any]] = {
    **_BASE,
    **{f"{name} | None": optional(convert) for name, convert in _BASE.items()},
}
SizeArgument: TypeAlias = Shape
