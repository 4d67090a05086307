"""Axes moved, added, removed and stretched; the elements stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.events import RankMismatch, SqueezeAll, SqueezeNothing
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import joined, product
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Number, Sequence, Sizes, Tensor, integer

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Axes, SizeArgument
    from shapeguard.shapes.values import Value


@op("torch.Tensor.permute", "torch.permute")
def permute(call: Call, input: Tensor, *dims: Axes) -> Tensor:
    order = tuple(index for group in dims for index in group)
    axes = call.rank_in(input, len(order))
    indices = [call.dim_index(input, index) for index in order]
    if len(set(indices)) != len(axes):
        raise Unresolved("an axis that occurs twice")
    return Tensor(Shape(tuple(axes[index] for index in indices)), input.dtype)


@op("transpose", "swapaxes", "swapdims")
def transpose(call: Call, input: Tensor, dim0: int, dim1: int) -> Tensor:
    shape = call.shape(input)
    if shape.run is None:
        first, second = call.dim_index(input, dim0), call.dim_index(input, dim1)
        axes = list(shape.leading)
        if axes:
            axes[first], axes[second] = axes[second], axes[first]
        return Tensor(Shape(tuple(axes)), input.dtype)
    left = max((d + 1 for d in (dim0, dim1) if d >= 0), default=0)
    right = max((-d for d in (dim0, dim1) if d < 0), default=0)
    shape = call.store.grow(shape, left, right)
    a, b = shape.axis(dim0), shape.axis(dim1)
    if a is None or b is None:
        raise Unresolved("an axis of an unknown part")
    leading, trailing = list(shape.leading), list(shape.trailing)
    for index, axis in ((dim0, b), (dim1, a)):
        (leading if index >= 0 else trailing)[index] = axis
    return Tensor(shape.with_axes(leading, trailing), input.dtype)


@op("t", "adjoint", "torch.Tensor.T", "torch.Tensor.mT", "torch.Tensor.H", "torch.Tensor.mH")
def reverse(call: Call, input: Tensor) -> Tensor:
    """`T` reverses two axes or fewer, `mT` and `adjoint` the last two."""
    name = call.name.rpartition(".")[2]
    shape = call.shape(input)
    if name in ("mT", "mH", "adjoint"):
        return transpose(call, input, -2, -1)
    if shape.run is not None:
        raise Unresolved("a tensor of unknown rank")
    return Tensor(Shape(shape.leading[::-1]), input.dtype)


@op("torch.movedim", "torch.Tensor.movedim", "torch.moveaxis", "torch.Tensor.moveaxis")
def movedim(call: Call, input: Tensor, source: Axes, destination: Axes) -> Tensor:
    axes = call.known_axes(input)
    taken = [call.dim_index(input, index) for index in source]
    places = [call.dim_index(input, index) for index in destination]
    if len(taken) != len(places) or len(set(taken)) != len(taken) or len(set(places)) != len(places):
        raise Unresolved("axes that do not pair up")
    rest = iter(axis for i, axis in enumerate(axes) if i not in taken)
    placed = dict(zip(places, taken, strict=True))
    return Tensor(Shape(tuple(axes[placed[i]] if i in placed else next(rest) for i in range(len(axes)))), input.dtype)


@op("unsqueeze")
def unsqueeze(call: Call, input: Tensor, dim: int) -> Tensor:
    one = Axis(constant(1), Origin.INSERTED, call.site)
    shape = call.shape(input)
    if shape.run is None:
        index = call.dim_index(input, dim, extra=1)
        return Tensor(Shape((*shape.leading[:index], one, *shape.leading[index:])), input.dtype)
    shape = call.store.grow(shape, dim, 0) if dim >= 0 else call.store.grow(shape, 0, -dim - 1)
    if 0 <= dim <= len(shape.leading):
        return Tensor(shape.with_axes((*shape.leading[:dim], one, *shape.leading[dim:]), shape.trailing), input.dtype)
    at = len(shape.trailing) + dim + 1
    if dim >= 0 or at < 0:
        raise Unresolved("an axis of an unknown part")
    return Tensor(shape.with_axes(shape.leading, (*shape.trailing[:at], one, *shape.trailing[at:])), input.dtype)


@op("squeeze")
def squeeze(call: Call, input: Tensor, dim: Axes | None = None) -> Tensor:
    """Axes of size 1 disappear; where that depends on a size that is not known, so does the rank."""
    if dim is None:
        axes = call.known_axes(input)
        if any(_perhaps_one(call, axis) for axis in axes):
            if any(axis.is_one for axis in axes):
                call.report(SqueezeAll(axes))
            raise Unresolved("sizes that may be 1")
        return Tensor(Shape(tuple(axis for axis in axes if not axis.is_one)), input.dtype)
    shape = call.shape(input)
    if shape.run is not None and len(dim) == 1:
        index = dim[0]
        shape = call.store.grow(shape, index + 1, 0) if index >= 0 else call.store.grow(shape, 0, -index)
        found = shape.axis(index)
        if found is None or not found.is_one:
            raise Unresolved("a size that may be 1")
        leading, trailing = list(shape.leading), list(shape.trailing)
        del (leading if index >= 0 else trailing)[index]
        return Tensor(shape.with_axes(leading, trailing), input.dtype)
    axes = call.known_axes(input)
    gone = {call.dim_index(input, index) for index in dim}
    if any(_perhaps_one(call, axes[index]) for index in gone if index < len(axes)):
        raise Unresolved("a size that may be 1")
    for index in gone:
        if index < len(axes) and not axes[index].is_one:
            call.report(SqueezeNothing(axes, index - len(axes)))
    return Tensor(Shape(tuple(a for i, a in enumerate(axes) if i not in gone or not a.is_one)), input.dtype)


def _perhaps_one(call: Call, axis: Axis) -> bool:
    if axis.size.value is not None:
        return False
    lower = call.store.facts.lower(axis.size)
    return lower is None or lower < 2


@op("expand", "torch.broadcast_to", "torch.Tensor.broadcast_to")
def expand(call: Call, input: Tensor, *size: SizeArgument) -> Tensor:
    """Axes of size 1 are stretched, new ones come in front; -1 keeps a size."""
    wanted = joined(size)
    if wanted.axes is None:
        return Tensor(wanted, input.dtype)
    shape = call.shape(input)
    if shape.axes is None:
        if any(axis.size.constant == -1 for axis in wanted.axes):
            raise Unresolved("sizes of a tensor of unknown rank")
        return Tensor(wanted, input.dtype)
    new = len(wanted.axes) - len(shape.axes)
    if new < 0:
        call.report(RankMismatch(call.name, "expand", (shape,), 0, f"at most {len(wanted.axes)}"))
        raise Unresolved("fewer sizes than axes")
    return Tensor(
        Shape((*wanted.axes[:new], *(_stretched(call, input, wanted.axes, i, new) for i in range(len(shape.axes))))),
        input.dtype,
    )


def _stretched(call: Call, input: Tensor, wanted: tuple[Axis, ...], index: int, new: int) -> Axis:
    axes = call.known_axes(input)
    axis, target = axes[index], wanted[new + index]
    if target.size.constant == -1:
        return axis
    if axis.is_one:
        return target if target.size.constant != 1 else axis
    lower = call.store.facts.lower(axis.size)
    if lower is not None and lower > 1:
        call.family = "expand"
        call.demand(target.size, axis.size, "the expanded size", input, index - len(axes))
    return Axis(target.size)


@op("torch.Tensor.expand_as")
def expand_as(call: Call, input: Tensor, other: Tensor) -> Tensor:
    return Tensor(other.shape, input.dtype)


@op("torch.Tensor.repeat", "tile")
def repeat(call: Call, input: Tensor, *repeats: SizeArgument) -> Tensor:
    """Each axis is repeated as often as asked; new axes come in front."""
    counts = joined(repeats).axes
    axes = call.known_axes(input)
    if counts is None:
        raise Unresolved("repeats of unknown number")
    if len(counts) < len(axes):
        if call.name.endswith("repeat"):
            call.report_rank(input, f"at most {len(counts)}")
            raise Unresolved("fewer repeats than axes")
        counts = (*(Axis(constant(1)) for _ in range(len(axes) - len(counts))), *counts)
    new = len(counts) - len(axes)
    old = tuple(
        axis if count.size.constant == 1 else Axis(axis.size * count.size)
        for axis, count in zip(axes, counts[new:], strict=True)
    )
    return Tensor(Shape((*(Axis(count.size) for count in counts[:new]), *old)), input.dtype)


@op("flip", "fliplr", "flipud", "roll", "rot90")
def rearranged(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    if call.name.endswith("rot90"):
        raise Unresolved("a rotation")
    return Tensor(input.shape, input.dtype)


@op("torch.Tensor.size")
def size(call: Call, input: Tensor, dim: int | None = None) -> Value | None:
    if dim is None:
        return Sizes(input)
    shape = call.shape(input)
    if shape.run is None:
        return Number(shape.leading[call.dim_index(input, dim)].size)
    shape = call.store.grow(shape, dim + 1, 0) if dim >= 0 else call.store.grow(shape, 0, -dim)
    axis = shape.axis(dim)
    return None if axis is None else Number(axis.size)


@op("torch.Tensor.dim", "torch.Tensor.ndimension")
def dim(call: Call, input: Tensor) -> Value | None:
    axes = call.axes(input)
    return None if axes is None else integer(len(axes))


@op("numel", "torch.Tensor.nelement")
def numel(call: Call, input: Tensor) -> Value:
    return Number(product(axis.size for axis in call.known_axes(input)))


@op("torch.broadcast_tensors")
def broadcast_tensors(call: Call, *tensors: Tensor) -> Value:
    shape = broadcast(call, *tensors)
    return Sequence([Tensor(shape, tensor.dtype) for tensor in tensors])
