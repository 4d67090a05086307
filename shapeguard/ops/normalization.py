"""Normalisation: shapes stay, but the channels must be those the layer was made for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, sizes
from shapeguard.ops.demands import demand_least_rank, demand_shape
from shapeguard.ops.layer import Layer, flag, with_batch
from shapeguard.ops.registry import layer, op
from shapeguard.ops.shuffling import divisible
from shapeguard.ops.windows import spatial, spatial_count
from shapeguard.shapes.past import lasting
from shapeguard.shapes.shape import Shape, known, unknown
from shapeguard.shapes.values import FALSE, NONE, TRUE, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis

BATCH_NORM_RANKS = {1: (2, 3), 2: (4,), 3: (5,)}


def channels_at_one(call: Call, input: Tensor, ranks: tuple[int, ...] = ()) -> Axis | None:
    """The axis at 1, None where it lies in an unknown part; `ranks`: those the operation takes (none: two or more)."""
    shape = call.shape(input)
    if ranks and (shape.rank is not None or sum(rank >= shape.minimum_rank for rank in ranks) < 2):
        return call.rank_in(input, *ranks)[1]
    if shape.rank is not None and shape.rank < 2:
        call.report_rank(input, "at least 2")
        raise Unresolved("too few axes")
    return call.store.grow(shape, 2, 0).axis(1)


def demand_at_one(call: Call, input: Tensor, expected: Dim, subject: str, ranks: tuple[int, ...] = ()) -> None:
    axis = channels_at_one(call, input, ranks)
    if axis is not None:
        rank = call.shape(input).rank
        call.demand(expected, axis.size, subject, input, 1 if rank is None else 1 - rank)


@layer("torch.nn.BatchNorm1d", "torch.nn.BatchNorm2d", "torch.nn.BatchNorm3d", "torch.nn.SyncBatchNorm")
class BatchNorm(Layer):
    def __init__(
        self, call: Call, num_features: Dim, eps: Value = NONE, momentum: Value = NONE, affine: Value = TRUE,
        track_running_stats: Value = TRUE, process_group: Value = NONE, *, bias: Value = TRUE,
    ) -> None:  # fmt: skip
        self.num_features = num_features
        self._checks = bool(flag(affine)) or bool(flag(track_running_stats))
        for name in ("weight", "bias", "running_mean", "running_var"):
            self.parameter(name, known((num_features,)))

    def forward(self, call: Call, input: Tensor) -> Tensor:
        call.family, call.operands = "norm", (input,)
        ranks = BATCH_NORM_RANKS.get(spatial_count(call), ())
        if self._checks:
            demand_at_one(call, input, self.num_features, "num_features", ranks)
        else:
            channels_at_one(call, input, ranks)
        return Tensor(with_batch(call.shape(input)), "float")


@layer("torch.nn.LazyBatchNorm1d", "torch.nn.LazyBatchNorm2d", "torch.nn.LazyBatchNorm3d")
class LazyBatchNorm(BatchNorm):
    """The first input decides `num_features`."""

    def __init__(
        self, call: Call, eps: Value = NONE, momentum: Value = NONE, affine: Value = TRUE,
        track_running_stats: Value = TRUE, *, bias: Value = TRUE,
    ) -> None:  # fmt: skip
        super().__init__(call, call.fresh(), eps, momentum, affine, track_running_stats)


@layer("torch.nn.InstanceNorm1d", "torch.nn.InstanceNorm2d", "torch.nn.InstanceNorm3d")
class InstanceNorm(Layer):
    """Without parameters of its own, it only warns about another number of channels."""

    def __init__(
        self, call: Call, num_features: Dim, eps: Value = NONE, momentum: Value = NONE, affine: Value = FALSE,
        track_running_stats: Value = FALSE, *, bias: Value = TRUE,
    ) -> None:  # fmt: skip
        self.num_features = num_features
        self._checks = bool(flag(affine)) or bool(flag(track_running_stats))
        self._from_input = flag(track_running_stats) is False

    def forward(self, call: Call, input: Tensor) -> Tensor:
        call.family, call.operands = "norm", (input,)
        count = spatial_count(call)
        image = spatial(call, input, count)
        if self._checks:
            call.demand(self.num_features, image.channels.size, "num_features", input, -count - 1)
        if self._from_input and all(size.value == 1 for size in image.sizes):
            call.refuse("each channel of each sample has one entry, whose deviation is 0", input)
        return Tensor(input.shape, "float")


@layer("torch.nn.LazyInstanceNorm1d", "torch.nn.LazyInstanceNorm2d", "torch.nn.LazyInstanceNorm3d")
class LazyInstanceNorm(InstanceNorm):
    """The first input decides `num_features`."""

    def __init__(
        self, call: Call, eps: Value = NONE, momentum: Value = NONE, affine: Value = FALSE,
        track_running_stats: Value = FALSE, *, bias: Value = TRUE,
    ) -> None:  # fmt: skip
        super().__init__(call, call.fresh(), eps, momentum, affine, track_running_stats)


def last_axes(call: Call, input: Tensor, expected: Shape, subject: str) -> Tensor:
    """Demand that the input ends in the axes of `expected`."""
    call.family, call.operands = "norm", (input,)
    if expected.axes is None:
        return Tensor(input.shape, "float")
    count = len(expected.axes)
    if not count:
        call.refuse(f"{subject} is empty", input)
    shape = call.shape(input)
    if shape.rank is not None and shape.rank < count:
        call.report_rank(input, f"at least {count}")
        raise Unresolved("too few axes")
    shape = call.store.grow(shape, 0, count)
    for index in range(-1, -count - 1, -1):
        axis = shape.axis(index)
        if axis is not None:
            size = expected.axes[index].size
            alone = sum(other.size is size for other in expected.axes) == 1
            call.demand(size, axis.size, subject, input, index, crosses=alone)
    return Tensor(shape, "float", lasting(input.past))


def normalized_sizes(call: Call, value: Value) -> Shape:
    """The `normalized_shape` of a layer; a parameter of which not even is known whether it is a number: any sizes."""
    try:
        return sizes(call, value)
    except Unresolved:
        return unknown()


def check_parameters(call: Call, expected: Shape, subject: str, *parameters: Tensor | None) -> None:
    """Demand that weight and bias have the shape they are used as."""
    for parameter in parameters:
        if parameter is not None and expected.axes is not None:
            call.operands = (parameter,)
            demand_shape(call, parameter, expected.axes, subject)


@layer("torch.nn.LayerNorm", "torch.nn.RMSNorm")
class LayerNorm(Layer):
    def __init__(
        self, call: Call, normalized_shape: Value, eps: Value = NONE, elementwise_affine: Value = TRUE,
        bias: Value = TRUE,
    ) -> None:  # fmt: skip
        self._normalized_shape = normalized_shape
        shape = normalized_sizes(call, normalized_shape)
        self.parameter("weight", shape)
        if call.name.endswith("LayerNorm"):
            self.parameter("bias", shape)

    def forward(self, call: Call, input: Tensor) -> Tensor:
        # Only now: whatever else the constructor does with the argument may have shown that it is a number.
        return last_axes(call, input, normalized_sizes(call, self._normalized_shape), "normalized_shape")


@op("torch.nn.functional.layer_norm", "torch.layer_norm")
def layer_norm(
    call: Call, input: Tensor, normalized_shape: Value, weight: Tensor | None = None, bias: Tensor | None = None,
    *rest: Value, **options: Value,
) -> Tensor:  # fmt: skip
    expected = normalized_sizes(call, normalized_shape)
    result = last_axes(call, input, expected, "normalized_shape")
    check_parameters(call, expected, "normalized_shape", weight, bias)
    return result


@op("torch.nn.functional.rms_norm", "torch.rms_norm")
def rms_norm(
    call: Call, input: Tensor, normalized_shape: Value, weight: Tensor | None = None, eps: Value = NONE
) -> Tensor:
    expected = normalized_sizes(call, normalized_shape)
    result = last_axes(call, input, expected, "normalized_shape")
    check_parameters(call, expected, "normalized_shape", weight)
    return result


@layer("torch.nn.GroupNorm")
class GroupNorm(Layer):
    def __init__(self, call: Call, num_groups: Dim, num_channels: Dim, *rest: Value, **options: Value) -> None:
        self.num_groups, self.num_channels = num_groups, num_channels
        self.parameter("weight", known((num_channels,)))
        self.parameter("bias", known((num_channels,)))
        if num_groups.value != 0 and call.store.differ(num_channels % num_groups, constant(0)):
            call.refuse(f"num_channels ({num_channels}) is not divisible by num_groups ({num_groups})")

    def forward(self, call: Call, input: Tensor) -> Tensor:
        call.family, call.operands = "norm", (input,)
        demand_at_one(call, input, self.num_channels, "num_channels")
        return Tensor(input.shape, "float")


@op("torch.nn.functional.group_norm", "torch.group_norm")
def group_norm(
    call: Call, input: Tensor, num_groups: Dim, weight: Tensor | None = None, bias: Tensor | None = None,
    *rest: Value, **options: Value,
) -> Tensor:  # fmt: skip
    call.family, call.operands = "norm", (input,)
    channels = channels_at_one(call, input)
    if channels is not None:
        divisible(call, input, channels.size, num_groups)
        check_parameters(call, Shape((channels,)), "the number of channels", weight, bias)
    return Tensor(input.shape, "float")


@op("torch.nn.functional.batch_norm", "torch.batch_norm")
def batch_norm(
    call: Call, input: Tensor, running_mean: Tensor | None = None, running_var: Tensor | None = None,
    weight: Tensor | None = None, bias: Tensor | None = None, *rest: Value, **options: Value,
) -> Tensor:  # fmt: skip
    call.family, call.operands = "norm", (input,)
    if call.shape(input).rank == 1:
        return Tensor(input.shape, "float")  # torch takes an empty vector
    channels = channels_at_one(call, input)
    if channels is not None:
        parameters = (running_mean, running_var, weight, bias)
        check_parameters(call, Shape((channels,)), "the number of channels", *parameters)
    return Tensor(input.shape, "float")


@op("torch.nn.functional.instance_norm", "torch.instance_norm")
def instance_norm(
    call: Call, input: Tensor, running_mean: Tensor | None = None, running_var: Tensor | None = None,
    weight: Tensor | None = None, bias: Tensor | None = None, use_input_stats: Value = TRUE, *rest: Value,
    **options: Value,
) -> Tensor:  # fmt: skip
    """One number for each channel in each parameter; in training, each channel of a sample has several entries."""
    call.family, call.operands = "norm", (input,)
    demand_least_rank(call, input, 2)
    axes = call.axes(input)
    if axes is not None:
        if flag(use_input_stats) and all(axis.size.value == 1 for axis in axes[2:]) and "functional" in call.name:
            call.refuse("each channel of each sample has one entry, whose deviation is 0", input)
        check_parameters(call, Shape(axes[1:2]), "the number of channels", running_mean, running_var, weight, bias)
    return Tensor(input.shape, "float")


@layer("torch.nn.LocalResponseNorm", "torch.nn.CrossMapLRN2d")
class LocalResponseNorm(Layer):
    def __init__(self, call: Call, size: Dim, *rest: Value, **options: Value) -> None:
        self.size = size

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return local_response_norm(call, input)


@op("torch.nn.functional.local_response_norm")
def local_response_norm(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    demand_least_rank(call, input, 3)
    return Tensor(input.shape, input.dtype)
