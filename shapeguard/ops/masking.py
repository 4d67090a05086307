"""Entries chosen by a condition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.binary import kept_in_place
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.past import Masked
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


@op("masked_fill")
def masked_fill(call: Call, input: Tensor, mask: Tensor, value: Tensor) -> Tensor:
    """The mask is broadcast; what is filled in is one number."""
    call.operands = (input, mask, value)
    if call.shape(value).rank not in (0, None):
        call.report_rank(value, "0")
        raise Unresolved("a value with axes")
    result = broadcast(call, input, mask)
    if call.name.endswith("_"):
        return kept_in_place(call, input, result, mask)
    return Tensor(_or_filled(call, result, input), input.dtype, masked_evenly(call, input, mask))


def _or_filled(call: Call, result: Shape, input: Tensor) -> Shape:
    """What a mask is put on: as they broadcast, or where nothing is known of the mask, what an axis of one may become."""
    axes = call.shape(input).axes
    if result.axes is not None:
        return result
    return input.shape if axes is None else Shape(tuple(Axis(call.fresh()) if axis.is_one else axis for axis in axes))


def masked_evenly(call: Call, input: Tensor, mask: Tensor) -> Masked | None:
    """That a mask does not vary along the last axis of what it masks, where that is so."""
    shape = call.shape(mask)
    last, masked = shape.axis(-1), call.shape(input).axis(-1)
    even = last is not None and masked is not None and last.is_one and not masked.is_one
    return Masked(call.name, shape, call.site) if even else None


@op("masked_scatter")
def masked_scatter(call: Call, input: Tensor, mask: Tensor, source: Tensor) -> Tensor:
    result = broadcast(call, input, mask)
    if call.name.endswith("_"):
        return kept_in_place(call, input, result, mask)
    return Tensor(_or_filled(call, result, input), input.dtype)


@op("masked_select")
def masked_select(call: Call, input: Tensor, mask: Tensor) -> Tensor:
    """As many entries as the mask has hits."""
    broadcast(call, input, mask)
    return Tensor(Shape((Axis(call.fresh(0)),)), input.dtype)


@op("nonzero")
def nonzero(call: Call, input: Tensor, *, as_tuple: bool = False) -> Value:
    """The places of what is not zero: a row for each, or a tensor for each axis."""
    axes = call.axes(input)
    count = Axis(call.fresh(0))
    if as_tuple:
        if axes is None:
            raise Unresolved("a tensor of unknown rank")
        return Sequence([Tensor(Shape((count,)), "int") for _ in axes or (None,)])
    rank = Axis(call.fresh(0) if axes is None else constant(len(axes)))
    return Tensor(Shape((count, rank)), "int")


@op("argwhere")
def argwhere(call: Call, input: Tensor) -> Value:
    return nonzero(call, input)
