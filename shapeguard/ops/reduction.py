"""Reductions: axes that disappear, or stay with size 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, axes, boolean, tensor
from shapeguard.ops.conversion import dim as size
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import NONE, Literal, Record, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Axes
    from shapeguard.shapes.values import Value


def reduced(call: Call, input: Tensor, dim: Axes | None, keepdim: bool) -> Shape:
    """The shape after reducing the axes `dim` (None, or no axis at all: every one)."""
    if not dim:
        if not keepdim:
            return SCALAR
        return Shape(tuple(_kept(call) for _ in call.known_axes(input)))
    shape = call.shape(input)
    if shape.run is None:
        gone = {call.dim_index(input, index) for index in dim}
        if len(gone) != len(dim):
            raise Unresolved("an axis that is reduced twice")
        return Shape(
            tuple(
                _kept(call) if i in gone else axis
                for i, axis in enumerate(shape.leading)
                if i not in gone or keepdim
            )
        )
    left, right = max((d + 1 for d in dim if d >= 0), default=0), max((-d for d in dim if d < 0), default=0)
    shape = call.store.grow(shape, left, right)
    if len(shape.leading) < left or len(shape.trailing) < right:
        raise Unresolved("an axis of an unknown part")
    leading = [_kept(call) if i in dim else axis for i, axis in enumerate(shape.leading) if i not in dim or keepdim]
    count = len(shape.trailing)
    trailing = [
        _kept(call) if i - count in dim else axis
        for i, axis in enumerate(shape.trailing)
        if i - count not in dim or keepdim
    ]
    return shape.with_axes(leading, trailing)


def _kept(call: Call) -> Axis:
    return Axis(constant(1), Origin.KEPT, call.site)


@op(
    "sum", "mean", "prod", "nansum", "nanmean", "std", "var", "logsumexp", "amax", "amin", "median_all", "norm",
    "count_nonzero", "torch.linalg.vector_norm",
)  # fmt: skip
def reduce(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False, **options: Value) -> Tensor:
    """All axes, or those of `dim`, become one number."""
    return Tensor(reduced(call, input, dim, keepdim))


@op("all", "any")
def predicate(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False) -> Tensor:
    return Tensor(reduced(call, input, dim, keepdim), "bool")


@op("argmax", "argmin")
def index_of(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False) -> Tensor:
    return Tensor(reduced(call, input, dim, keepdim), "int")


@op("max", "min")
def extreme(call: Call, input: Tensor, dim: Value = NONE, keepdim: bool = False, other: Value = NONE) -> Value:
    """`max()` of all entries, `max(dim)` with indices, or `max(other)` entry by entry."""
    if isinstance(dim, Tensor):
        other = dim
    if other is not NONE:
        return Tensor(broadcast(call, input, tensor(call, other)))
    if isinstance(dim, Literal):
        return Tensor(SCALAR, input.dtype)
    return pair(call, input, axes(call, dim), keepdim)


@op("median", "mode", "nanmedian", "cummax", "cummin")
def with_indices(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False) -> Value:
    if call.name.rpartition(".")[2].startswith("cum"):
        return Record(values=Tensor(input.shape, input.dtype), indices=Tensor(input.shape, "int"))
    if dim is None and "mode" not in call.name:
        return Tensor(SCALAR, input.dtype)
    return pair(call, input, dim or (-1,), keepdim)


def pair(call: Call, input: Tensor, dim: Axes, keepdim: bool) -> Record:
    shape = reduced(call, input, dim, keepdim)
    return Record(values=Tensor(shape, input.dtype), indices=Tensor(shape, "int"))


@op("torch.norm", "torch.Tensor.norm")
def norm(call: Call, input: Tensor, p: Value = NONE, dim: Axes | None = None, keepdim: bool = False) -> Tensor:
    return Tensor(reduced(call, input, dim, keepdim))


@op("std_mean", "var_mean")
def two_moments(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False, **options: Value) -> Record:
    shape = reduced(call, input, dim, keepdim)
    first = call.name.rpartition(".")[2].partition("_")[0]
    return Record(**{first: Tensor(shape), "mean": Tensor(shape)})


@op("topk", "kthvalue")
def topk(call: Call, input: Tensor, k: Value, dim: Axes = (-1,), *rest: Value, **options: Value) -> Record:
    if call.name.endswith("kthvalue"):
        keepdim = boolean(call, rest[0] if rest else options.get("keepdim", Literal(value=False)))
        return pair(call, input, dim, keepdim)
    shape = replaced(call, input, dim[0], Axis(size(call, k)))
    return Record(values=Tensor(shape, input.dtype), indices=Tensor(shape, "int"))


def replaced(call: Call, input: Tensor, dim: int, axis: Axis) -> Shape:
    """The shape with another axis at `dim`."""
    shape = call.shape(input)
    if shape.run is None:
        index = call.dim_index(input, dim)
        return Shape((*shape.leading[:index], axis, *shape.leading[index + 1 :]))
    shape = call.store.grow(shape, dim + 1, 0) if dim >= 0 else call.store.grow(shape, 0, -dim)
    if shape.axis(dim) is None:
        raise Unresolved("an axis of an unknown part")
    if dim >= 0:
        return shape.with_axes((*shape.leading[:dim], axis, *shape.leading[dim + 1 :]), shape.trailing)
    at = len(shape.trailing) + dim
    return shape.with_axes(shape.leading, (*shape.trailing[:at], axis, *shape.trailing[at + 1 :]))


@op("sort", "msort")
def sort(call: Call, input: Tensor, *rest: Value, **options: Value) -> Value:
    if call.name.endswith("msort"):
        return Tensor(input.shape, input.dtype)
    return Record(values=Tensor(input.shape, input.dtype), indices=Tensor(input.shape, "int"))


@op("argsort")
def argsort(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    return Tensor(input.shape, "int")
