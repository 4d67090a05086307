"""Losses between vectors: their distance is compared, not their entries."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.distances import pairwise_distance
from shapeguard.ops.loss import MEAN, loss, reduced
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import NONE, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call


def same_rank(call: Call, *tensors: Tensor) -> None:
    """Demand one rank for all, where it is known."""
    call.family, call.operands = "loss", tensors
    ranks = [call.shape(tensor).rank for tensor in tensors]
    for tensor, rank in zip(tensors, ranks, strict=True):
        if rank is not None and ranks[0] is not None and rank != ranks[0]:
            call.report_rank(tensor, str(ranks[0]))
            raise Unresolved("tensors of different ranks")


@loss("margin_ranking_loss", "MarginRankingLoss", 3)
def margin_ranking_loss(
    call: Call, input1: Tensor, input2: Tensor, target: Tensor, margin: Value = NONE, size_average: Value = NONE,
    reduce: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    same_rank(call, input1, input2, target)
    return reduced(call, broadcast(call, input1, input2, target), reduction, size_average, reduce)


@loss("cosine_embedding_loss", "CosineEmbeddingLoss", 3)
def cosine_embedding_loss(
    call: Call, input1: Tensor, input2: Tensor, target: Tensor, margin: Value = NONE, size_average: Value = NONE,
    reduce: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    """`(N, D)`, `(N, D)` and `(N)`, or without the batch."""
    call.family, call.operands = "loss", (input1, input2, target)
    axes = call.rank_in(target, 0, 1)
    if call.shape(input1).rank is None or call.shape(input2).rank is None:
        raise Unresolved("vectors of unknown rank")
    for vectors in (input1, input2):
        call.rank_in(vectors, len(axes) + 1)
    both = Shape(broadcast(call, input1, input2).leading[:-1])
    return reduced(call, broadcast(call, Tensor(both), target), reduction, size_average, reduce)


@loss("triplet_margin_loss", "TripletMarginLoss", 3)
def triplet_margin_loss(
    call: Call, anchor: Tensor, positive: Tensor, negative: Tensor, margin: Value = NONE, p: Value = NONE,
    eps: Value = NONE, swap: Value = NONE, size_average: Value = NONE, reduce: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    same_rank(call, anchor, positive, negative)
    near, far = (pairwise_distance(call, anchor, other) for other in (positive, negative))
    return reduced(call, broadcast(call, near, far), reduction, size_average, reduce)


@loss("triplet_margin_with_distance_loss", "TripletMarginWithDistanceLoss", 3)
def triplet_margin_with_distance_loss(
    call: Call, anchor: Tensor, positive: Tensor, negative: Tensor, *, distance_function: Value = NONE,
    margin: Value = NONE, swap: Value = NONE, reduction: Value = MEAN,
) -> Tensor:  # fmt: skip
    if distance_function is NONE:
        return triplet_margin_loss(call, anchor, positive, negative, reduction=reduction)
    near, far = (call.apply(distance_function, anchor, other) for other in (positive, negative))
    if not isinstance(near, Tensor) or not isinstance(far, Tensor):
        raise Unresolved("a distance that is not known")
    return reduced(call, broadcast(call, near, far), reduction)
