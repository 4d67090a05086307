"""Losses that compare a prediction and a target entry by entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.demands import demand_expands, demand_rank, demand_shape
from shapeguard.ops.loss import MEAN, compared, demand_same, loss, reduced
from shapeguard.shapes.values import NONE, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call


@loss("mse_loss", "MSELoss")
@loss("l1_loss", "L1Loss")
def weighted(
    call: Call, input: Tensor, target: Tensor, size_average: Value = NONE, reduce: Value = NONE,
    reduction: Value = MEAN, weight: Tensor | None = None,
) -> Tensor:  # fmt: skip
    call.family = "loss"
    shape = compared(call, input, target)
    if weight is not None:
        demand_same(call, input, weight)
    return reduced(call, shape, reduction, size_average, reduce)


@loss("smooth_l1_loss", "SmoothL1Loss")
@loss("kl_div", "KLDivLoss")
def broadcasting(
    call: Call, input: Tensor, target: Tensor, size_average: Value = NONE, reduce: Value = NONE,
    reduction: Value = MEAN, setting: Value = NONE, *, beta: Value = NONE, log_target: Value = NONE,
) -> Tensor:  # fmt: skip
    return reduced(call, compared(call, input, target), reduction, size_average, reduce)


@loss("soft_margin_loss", "SoftMarginLoss")
def soft_margin_loss(
    call: Call, input: Tensor, target: Tensor, size_average: Value = NONE, reduce: Value = NONE,
    reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    """The target is stretched to the input, never the other way."""
    shape, axes = compared(call, input, target), call.axes(input)
    if axes is not None:
        call.operands = (input, target)
        demand_expands(call, target, axes, "the shape of the input")
    return reduced(call, shape, reduction, size_average, reduce)


@loss("huber_loss", "HuberLoss")
def huber_loss(
    call: Call, input: Tensor, target: Tensor, reduction: Value = MEAN, delta: Value = NONE,
    weight: Tensor | None = None,
) -> Tensor:  # fmt: skip
    return weighted(call, input, target, reduction=reduction, weight=weight)


@loss("hinge_embedding_loss", "HingeEmbeddingLoss")
def hinge_embedding_loss(
    call: Call, input: Tensor, target: Tensor, margin: Value = NONE, size_average: Value = NONE, reduce: Value = NONE,
    reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    return reduced(call, compared(call, input, target), reduction, size_average, reduce)


@loss("poisson_nll_loss", "PoissonNLLLoss")
def poisson_nll_loss(
    call: Call, input: Tensor, target: Tensor, log_input: Value = NONE, full: Value = NONE,
    size_average: Value = NONE, eps: Value = NONE, reduce: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    return reduced(call, compared(call, input, target), reduction, size_average, reduce)


@loss("gaussian_nll_loss", "GaussianNLLLoss", 3)
def gaussian_nll_loss(
    call: Call, input: Tensor, target: Tensor, var: Tensor, full: Value = NONE, eps: Value = NONE,
    reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    """The variance has the shape of the input, or one entry for each row, or one axis of size 1."""
    shape = compared(call, input, target)
    mine, spread = call.axes(input), call.axes(var)
    if mine is None or spread is None:
        raise Unresolved("operands of unknown rank")
    call.operands = (input, var)
    if len(spread) == len(mine) - 1:
        demand_shape(call, var, mine[:-1], "the shape of the input without its last axis")
    else:
        demand_rank(call, var, len(mine))
        demand_expands(call, var, mine, "the shape of the input")
        shape = broadcast(call, Tensor(shape), var)
    return reduced(call, shape, reduction)


@loss("binary_cross_entropy", "BCELoss")
def binary_cross_entropy(
    call: Call, input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: Value = NONE,
    reduce: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    """No broadcasting, but for the weight."""
    call.family = "loss"
    demand_same(call, input, target)
    if weight is not None:
        broadcast(call, target, weight)
    return reduced(call, input.shape, reduction, size_average, reduce)


@loss("binary_cross_entropy_with_logits", "BCEWithLogitsLoss")
def binary_cross_entropy_with_logits(
    call: Call, input: Tensor, target: Tensor, weight: Tensor | None = None, size_average: Value = NONE,
    reduce: Value = NONE, reduction: Value = MEAN, pos_weight: Tensor | None = None,
) -> Tensor:  # fmt: skip
    if pos_weight is not None:
        broadcast(call, target, pos_weight)
    return binary_cross_entropy(call, input, target, weight, size_average, reduce, reduction)
