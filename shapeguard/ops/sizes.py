"""What tensors say of themselves: sizes, ranks and counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.editing import axis_at
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import product
from shapeguard.shapes.values import Number, Sizes, Tensor, integer

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


@op("torch.Tensor.size")
def size(call: Call, input: Tensor, dim: int | None = None) -> Value | None:
    if dim is None:
        return Sizes(input)
    try:
        axis = axis_at(call, input, dim)
    except Unresolved:
        if call.axes(input) is None:
            return call.store.asked(call.shape(input), dim)
        raise
    if axis is None:
        call.report_rank(input, "at least 1")
    return None if axis is None else Number(axis.size)


@op("torch.Tensor.dim", "torch.Tensor.ndimension")
def dim(call: Call, input: Tensor) -> Value | None:
    axes = call.axes(input)
    return None if axes is None else integer(len(axes))


@op("numel", "torch.Tensor.nelement")
def numel(call: Call, input: Tensor) -> Value:
    return Number(product(axis.size for axis in call.known_axes(input)))
