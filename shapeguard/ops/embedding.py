"""Numbers looked up in a table: each index becomes a vector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.demands import demand_shape
from shapeguard.ops.layer import Layer, flag, produced
from shapeguard.ops.registry import layer, op
from shapeguard.ops.signatures import Bindings, build, match
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape, known
from shapeguard.shapes.values import FALSE, NONE, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call


def in_order(indices: Shape) -> Shape:
    """The axes of indices; one that counts from 0 on takes the table's entries in their order."""
    if not any(axis.origin is Origin.COUNTED for axis in (*indices.leading, *indices.trailing)):
        return indices
    sides = (
        [axis._replace(origin=Origin.TABLE) if axis.origin is Origin.COUNTED else axis for axis in side]
        for side in (indices.leading, indices.trailing)
    )
    return indices.with_axes(*sides)


@layer("torch.nn.Embedding")
class Embedding(Layer):
    def __init__(self, call: Call, num_embeddings: Dim, embedding_dim: Dim, *rest: Value, **options: Value) -> None:
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.parameter("weight", known((num_embeddings, embedding_dim)))

    def forward(self, call: Call, input: Tensor) -> Tensor:
        bindings = match(call, input, "*batch", Bindings())
        bindings.axes["embedding_dim"] = produced(call, self.embedding_dim)
        bindings.runs["batch"] = in_order(bindings.runs["batch"])
        return Tensor(build("*batch embedding_dim", bindings), "float")


@layer("torch.nn.Embedding.from_pretrained")
class PretrainedEmbedding(Embedding):
    def __init__(self, call: Call, embeddings: Tensor, *rest: Value, **options: Value) -> None:
        num_embeddings, embedding_dim = (axis.size for axis in call.rank_in(embeddings, 2))
        super().__init__(call, num_embeddings, embedding_dim)


@layer("torch.nn.EmbeddingBag")
class EmbeddingBag(Layer):
    def __init__(
        self,
        call: Call,
        num_embeddings: Dim,
        embedding_dim: Dim,
        *rest: Value,
        include_last_offset: Value = FALSE,
        **options: Value,
    ) -> None:
        self.num_embeddings = num_embeddings
        self.embedding_dim = embedding_dim
        self.parameter("weight", known((num_embeddings, embedding_dim)))
        self._include_last_offset = rest[6] if len(rest) > 6 else include_last_offset

    def forward(
        self, call: Call, input: Tensor, offsets: Tensor | None = None, per_sample_weights: Tensor | None = None
    ) -> Tensor:
        count = bags(call, input, offsets, self._include_last_offset)
        _check_weights(call, input, per_sample_weights)
        return Tensor(Shape((count, produced(call, self.embedding_dim))), "float")


def _check_weights(call: Call, input: Tensor, weights: Value | None) -> None:
    axes = call.axes(input)
    if isinstance(weights, Tensor) and axes is not None:
        call.operands = (input, weights)
        demand_shape(call, weights, axes, "the shape of the input")


def bags(call: Call, input: Tensor, offsets: Tensor | None, include_last_offset: Value) -> Axis:
    """How many bags there are: one for each row, or for each offset."""
    call.family, call.operands = "layer", (input,)
    if offsets is None:
        return call.rank_in(input, 2)[0]
    if call.shape(input).rank == 2:
        call.refuse("offsets are for an input with one axis", input, offsets)
    call.rank_in(input, 1)
    call.operands = (offsets,)
    count = call.rank_in(offsets, 1)[0]
    last = flag(include_last_offset)
    if last is None:
        raise Unresolved("a flag that is not known")
    return Axis(count.size - 1) if last else count


@op("torch.nn.functional.embedding", "torch.embedding")
def embedding(call: Call, input: Tensor, weight: Tensor, *rest: Value, **options: Value) -> Tensor:
    call.family, call.operands = "layer", (weight,)
    bindings = match(call, weight, "num_embeddings embedding_dim", Bindings())
    match(call, input, "*batch", bindings)
    return Tensor(build("*batch embedding_dim", bindings), "float")


@op("torch.nn.functional.embedding_bag")
def embedding_bag(
    call: Call,
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    *rest: Value,
    include_last_offset: Value = NONE,
    **options: Value,
) -> Tensor:
    if input.dtype != "int" and weight.dtype == "int":
        input, weight = weight, input  # torch still takes them in the order they once had
    count = bags(call, input, offsets, rest[6] if len(rest) > 6 else include_last_offset)
    _check_weights(call, input, options.get("per_sample_weights"))
    call.operands = (weight,)
    return Tensor(Shape((count, call.rank_in(weight, 2)[1])), "float")


@op("torch.nn.functional.one_hot")
def one_hot(call: Call, tensor: Tensor, num_classes: Dim = constant(-1)) -> Tensor:
    """A last axis of the number of classes, which the largest index decides where none is given."""
    size = call.fresh() if num_classes.constant == -1 else num_classes
    return Tensor(build("*batch classes", match(call, tensor, "*batch", Bindings(classes=size))), "int")
