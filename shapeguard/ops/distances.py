"""Distances and similarities between vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.layer import Layer, flag, report_features
from shapeguard.ops.reduction import reduced
from shapeguard.ops.registry import layer, op
from shapeguard.ops.reshaping import product
from shapeguard.ops.signatures import Bindings, build, match
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import FALSE, NONE, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call


@op("torch.cdist")
def cdist(call: Call, x1: Tensor, x2: Tensor, p: Value = NONE, compute_mode: Value = NONE) -> Tensor:
    """Every row of one with every row of the other; the axes before them broadcast."""
    call.family, call.operands = "distance", (x1, x2)
    bindings = match(call, x1, "*left n features", Bindings())
    match(call, x2, "*right m features", bindings)
    left, right = bindings.runs["left"], bindings.runs["right"]
    bindings.runs["batch"] = broadcast(call, Tensor(left), Tensor(right))
    return Tensor(build("*batch n m", bindings), "float")


@op("torch.nn.functional.pdist", "torch.pdist")
def pdist(call: Call, input: Tensor, p: Value = NONE) -> Tensor:
    """Every pair of rows once."""
    rows, _ = call.rank_in(input, 2)
    return Tensor(Shape((Axis(product((rows.size, rows.size - 1)) // 2),)), "float")


@op("torch.nn.functional.pairwise_distance", "torch.pairwise_distance")
def pairwise_distance(
    call: Call, x1: Tensor, x2: Tensor, p: Value = NONE, eps: Value = NONE, keepdim: bool = False
) -> Tensor:
    """Row by row; the last axis disappears."""
    both = Tensor(broadcast(call, x1, x2))
    if call.shape(both).rank == 0:
        call.report_rank(x1, "at least 1")
        raise Unresolved("too few axes")
    return Tensor(reduced(call, both, (-1,), keepdim), "float")


@op("torch.nn.functional.cosine_similarity", "torch.cosine_similarity")
def cosine_similarity(call: Call, x1: Tensor, x2: Tensor, dim: int | None = None, eps: Value = NONE) -> Tensor:
    if dim is None:
        report_features(call, x1)
        dim = 1
    return Tensor(reduced(call, Tensor(broadcast(call, x1, x2)), (dim,), False), "float")


@layer("torch.nn.CosineSimilarity")
class CosineSimilarity(Layer):
    def __init__(self, call: Call, dim: int | None = None, eps: Value = NONE) -> None:
        self._dim = dim

    def forward(self, call: Call, x1: Tensor, x2: Tensor) -> Tensor:  # type: ignore[override]
        return cosine_similarity(call, x1, x2, self._dim)


@layer("torch.nn.PairwiseDistance")
class PairwiseDistance(Layer):
    def __init__(self, call: Call, p: Value = NONE, eps: Value = NONE, keepdim: Value = FALSE) -> None:
        self._keepdim = bool(flag(keepdim))

    def forward(self, call: Call, x1: Tensor, x2: Tensor) -> Tensor:  # type: ignore[override]
        return pairwise_distance(call, x1, x2, keepdim=self._keepdim)
