"""The forms of normalisation that also give their statistics."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.demands import demand_rank
from shapeguard.ops.normalization import channels_at_one, check_parameters, last_axes, normalized_sizes
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import product
from shapeguard.ops.shuffling import divisible
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


@op("torch.native_layer_norm")
def native_layer_norm(
    call: Call, input: Tensor, normalized_shape: Value, weight: Tensor | None, bias: Tensor | None, eps: Value
) -> Sequence:
    """The mean and the deviation keep the axes, those that are normalised with size 1."""
    expected = normalized_sizes(call, normalized_shape)
    result = last_axes(call, input, expected, "normalized_shape")
    check_parameters(call, expected, "normalized_shape", weight, bias)
    axes, count = call.known_axes(result), expected.rank
    if count is None:
        return Sequence((result, call.unknown(), call.unknown()))
    statistics = Tensor(Shape((*axes[:-count], *(Axis(constant(1)),) * count)), "float")
    return Sequence((result, statistics, statistics))


@op("torch.native_group_norm")
def native_group_norm(
    call: Call, input: Tensor, weight: Tensor | None, bias: Tensor | None, N: Dim, C: Dim, HxW: Dim, group: Dim,
    eps: Value,
) -> Sequence:  # fmt: skip
    """The sizes are given once more; statistics are one number for each group of each sample."""
    call.family, call.operands = "norm", (input,)
    divisible(call, input, C, group)
    axes = call.axes(input)
    if axes is not None and call.store.differ(product(axis.size for axis in axes), N * C * HxW):
        call.refuse(f"the input does not have {N} * {C} * {HxW} entries", input)
    check_parameters(call, Shape((Axis(C),)), "the number of channels", weight, bias)
    statistics = Tensor(Shape((Axis(N), Axis(group))), "float")
    return Sequence((Tensor(input.shape, "float"), statistics, statistics))


@op("torch.native_batch_norm")
def native_batch_norm(
    call: Call, input: Tensor, weight: Tensor | None, bias: Tensor | None, running_mean: Tensor | None,
    running_var: Tensor | None, training: bool, momentum: Value, eps: Value,
) -> Sequence:  # fmt: skip
    """Statistics are one number for each channel, none when those of the past are used. No sizes are checked."""
    call.family, call.operands = "norm", (input,)
    channels = channels_at_one(call, input)
    for parameter in (running_mean, running_var):
        if parameter is not None:
            demand_rank(call, parameter, 1)
    if channels is None:
        raise Unresolved("channels in an unknown part")
    statistics = Tensor(Shape((channels if training else Axis(constant(0)),)), "float")
    return Sequence((Tensor(input.shape, "float"), statistics, statistics))
