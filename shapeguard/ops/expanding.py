"""Axes stretched and repeated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.events.sizes import RankMismatch
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import joined
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import SizeArgument


@op("expand", "expand_copy", "broadcast_to")
def expand(call: Call, input: Tensor, *size: SizeArgument) -> Tensor:
    """Axes of size 1 are stretched, new ones come in front; -1 keeps a size."""
    return Tensor(expanded(call, input, joined(size)), input.dtype)


def expanded(call: Call, input: Tensor, wanted: Shape) -> Shape:
    shape = call.shape(input)
    if wanted.axes is None or shape.axes is None:
        return _partly_known(call, shape, wanted)
    new = len(wanted.axes) - len(shape.axes)
    if new < 0:
        call.report(RankMismatch(call.name, "expand", (shape,), 0, f"at most {len(wanted.axes)}"))
        raise Unresolved("fewer sizes than axes")
    if any(axis.size.constant == -1 for axis in wanted.axes[:new]):
        call.refuse("-1 stands for no axis of the tensor", input)
    old = tuple(_stretched(call, input, wanted.axes[new + i], i) for i in range(len(shape.axes)))
    return Shape((*wanted.axes[:new], *old))


def _partly_known(call: Call, shape: Shape, wanted: Shape) -> Shape:
    """What is asked for, where it is not known which axis is which but for the last ones; -1 keeps a size."""
    axes = [*wanted.leading, *wanted.trailing]
    counted = len(wanted.trailing) if wanted.run is not None else len(axes)
    for at, axis in enumerate(axes, start=-len(axes)):
        if axis.size.constant == -1:
            axes[at] = (shape.axis(at) if at >= -counted else None) or Axis(call.fresh())
    end = len(wanted.leading)
    return wanted.with_axes(axes[:end], axes[end:])


def _stretched(call: Call, input: Tensor, target: Axis, index: int) -> Axis:
    axes = call.known_axes(input)
    axis = axes[index]
    if target.size.constant == -1:
        return axis
    if axis.is_one:
        return target if target.size.constant != 1 else axis
    lower = call.store.facts.lower(axis.size)
    if (lower is not None and lower > 1) or axis.size.value == 0:
        call.family = "expand"
        call.demand(target.size, axis.size, "the expanded size", input, index - len(axes))
    return axis if target.size is axis.size else Axis(target.size)


@op("torch.Tensor.expand_as")
def expand_as(call: Call, input: Tensor, other: Tensor) -> Tensor:
    return Tensor(expanded(call, input, call.shape(other)), input.dtype)


@op("torch.Tensor.repeat")
def repeat(call: Call, input: Tensor, *repeats: SizeArgument) -> Tensor:
    """Each axis is repeated as often as asked; new axes come in front."""
    counts = joined(repeats).axes
    if counts is None:
        raise Unresolved("repeats of unknown number")
    call.assume_rank(input, len(counts))
    shape = call.shape(input)
    if shape.axes is None:
        last = range(-len(counts), 0)
        found = (shape.axis(at) if -at <= len(shape.trailing) else None for at in last)
        repeated = (axis and axis.size * count.size for axis, count in zip(found, counts, strict=True))
        return Tensor(Shape(tuple(Axis(size or call.fresh()) for size in repeated)), input.dtype)
    axes = shape.axes
    if len(counts) < len(axes):
        call.report_rank(input, f"at most {len(counts)}")
        raise Unresolved("fewer repeats than axes")
    return Tensor(Shape(_repeated(call, axes, counts)), input.dtype)


@op("tile")
def tile(call: Call, input: Tensor, *dims: SizeArgument) -> Tensor:
    """As `repeat`, with the counts of leading axes being 1."""
    counts = joined(dims).axes
    if counts is None:
        raise Unresolved("repeats of unknown number")
    axes = call.known_axes(input)
    missing = max(0, len(axes) - len(counts))
    return Tensor(Shape(_repeated(call, axes, (*(Axis(constant(1)),) * missing, *counts))), input.dtype)


def _repeated(call: Call, axes: tuple[Axis, ...], counts: tuple[Axis, ...]) -> tuple[Axis, ...]:
    new = len(counts) - len(axes)
    pairs = zip(axes, counts[new:], strict=True)
    old = (axis if count.size.constant == 1 else merged(call, Axis(count.size), axis) for axis, count in pairs)
    return (*(Axis(count.size) for count in counts[:new]), *old)


def merged(call: Call, outer: Axis, inner: Axis) -> Axis:
    """One axis of all entries of `inner` for each of `outer`; an axis of size 1 leaves no trace."""
    factors = () if outer.is_one or inner.is_one else (outer, inner)
    return Axis(outer.size * inner.size, None, call.site, factors)
