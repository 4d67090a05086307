"""Attention, and the layers built on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.attention_masks import Scores, demand_masks
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.crossing import check_batches
from shapeguard.ops.demands import demand_expands, demand_least_rank
from shapeguard.ops.layer import Layer, flag, produced, report_sequence_first
from shapeguard.ops.registry import layer, op
from shapeguard.ops.sequences import sequenced
from shapeguard.ops.signatures import Bindings, build, match
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape, known
from shapeguard.shapes.values import FALSE, NONE, TRUE, Library, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

    Masks = tuple[Tensor | None, Tensor | None]

CAUSAL_MASK = "torch.nn.Transformer.generate_square_subsequent_mask"


@op("torch.nn.functional.scaled_dot_product_attention")
def scaled_dot_product_attention(
    call: Call, query: Tensor, key: Tensor, value: Tensor, attn_mask: Tensor | None = None, dropout_p: Value = NONE,
    is_causal: Value = FALSE, scale: Value = NONE, enable_gqa: Value = FALSE,
) -> Tensor:  # fmt: skip
    """`(*, L, E)` with `(*, S, E)` and `(*, S, F)` gives `(*, L, F)`; what `*` stands for broadcasts."""
    call.family, call.operands = "attention", (query, key, value)
    bindings = match(call, query, "*mine L E", Bindings())
    match(call, key, "*theirs S E", bindings)
    match(call, value, "*values S F", bindings)
    mine = bindings.runs["mine"]
    if flag(enable_gqa) is False:
        check_batches(call, query, key)
        check_batches(call, key, value)
        batches = (Tensor(bindings.runs[name]) for name in ("mine", "theirs", "values"))
        mine = broadcast(call, *batches)
    bindings.runs["batch"] = mine
    if attn_mask is not None and mine.axes is not None:
        scores = Tensor(build("*batch L S", bindings))
        broadcast(call, scores, attn_mask)
        call.operands = (query, key, attn_mask)
        demand_least_rank(call, attn_mask, 2)
        last = Tensor(Shape((call.axes(attn_mask) or ())[-2:]))
        demand_expands(call, last, call.known_axes(scores)[-2:], "the shape of the scores")
    return Tensor(build("*batch L F", bindings), "float")


def rows(call: Call, input: Tensor, batch_first: bool | None) -> tuple[Axis | None, Axis, Axis]:
    """The batch (None without one), the length and the features of `(L, E)`, `(L, N, E)` or `(N, L, E)`."""
    axes = call.rank_in(input, 2, 3)
    if len(axes) == 2:
        return None, *axes
    if batch_first is None:
        raise Unresolved("a batch that is not known")
    return (axes[0], axes[1], axes[2]) if batch_first else (axes[1], axes[0], axes[2])


def divided(call: Call, embed_dim: Dim, num_heads: Dim) -> None:
    if num_heads.value != 0 and call.store.differ(embed_dim % num_heads, constant(0)):
        call.refuse(f"embed_dim ({embed_dim}) is not divisible by num_heads ({num_heads})")


@layer("torch.nn.MultiheadAttention")
class MultiheadAttention(Layer):
    def __init__(
        self, call: Call, embed_dim: Dim, num_heads: Dim, dropout: Value = NONE, bias: Value = TRUE,
        add_bias_kv: Value = FALSE, add_zero_attn: Value = FALSE, kdim: Dim | None = None, vdim: Dim | None = None,
        batch_first: Value = FALSE,
    ) -> None:  # fmt: skip
        self.embed_dim, self.num_heads, self.batch_first = embed_dim, num_heads, batch_first
        self.kdim, self.vdim = kdim or embed_dim, vdim or embed_dim
        self.head_dim = embed_dim // num_heads
        self._added = (add_bias_kv, add_zero_attn)
        self.parameter("in_proj_weight", known((embed_dim * 3, embed_dim)))
        self.parameter("in_proj_bias", known((embed_dim * 3,)))
        divided(call, embed_dim, num_heads)

    def forward(  # type: ignore[override]
        self, call: Call, query: Tensor, key: Tensor, value: Tensor, key_padding_mask: Tensor | None = None,
        need_weights: Value = TRUE, attn_mask: Tensor | None = None, average_attn_weights: Value = TRUE,
        is_causal: Value = FALSE,
    ) -> Value:  # fmt: skip
        call.family, call.operands = "attention", (query, key, value)
        features = ((query, self.embed_dim, "embed_dim"), (key, self.kdim, "kdim"), (value, self.vdim, "vdim"))
        for input, size, subject in features:
            axis = call.store.grow(call.shape(input), 0, 1).axis(-1)
            if axis is not None:
                call.demand(size, axis.size, subject, input, -1)
        call.assume_rank(query, 3)
        first = flag(self.batch_first)
        result = sequenced(call, query, Tensor(query.shape, "float"), first, attends=True)
        if call.shape(query).rank is None:
            return Sequence((result, self._unknown_weights(call, need_weights)))
        rank = len(call.rank_in(query, 2, 3))
        report_sequence_first(call, query, first)
        batch, length, _ = rows(call, query, first)
        for other in (key, value):
            call.rank_in(other, rank)
        keys, values = rows(call, key, first), rows(call, value, first)
        for mine, theirs, subject in ((batch, keys[0], "the batch"), (batch, values[0], "the batch")):
            if mine is not None and theirs is not None:
                call.demand(mine.size, theirs.size, subject, key if theirs is keys[0] else value, -3 if first else -2)
        call.demand(keys[1].size, values[1].size, "the length of the keys", value, -2 if first or rank == 2 else -3)
        added = [flag(value) for value in self._added]
        if None in added:
            raise Unresolved("a flag that is not known")
        source = Axis(keys[1].size + sum(map(bool, added)))
        demand_masks(call, query, Scores(batch, self.num_heads, length, keys[1]), attn_mask, key_padding_mask)
        return Sequence((result, self._weights(call, (batch, length, source), need_weights, average_attn_weights)))

    def _weights(self, call: Call, axes: tuple[Axis | None, Axis, Axis], need_weights: Value, average: Value) -> Value:
        needed, averaged = flag(need_weights), flag(average)
        if needed is False:
            return NONE
        if needed is None or averaged is None:
            return call.unknown()
        batch, *last = axes
        heads = () if averaged else (Axis(self.num_heads),)
        return Tensor(Shape((*(() if batch is None else (batch,)), *heads, *last)), "float")

    @staticmethod
    def _unknown_weights(call: Call, need_weights: Value) -> Value:
        return NONE if flag(need_weights) is False else call.unknown()


class Block(Layer):
    """A stack that keeps the shape of its first input; the last axis of all inputs is `d_model`."""

    def _set(self, call: Call, d_model: Dim, nhead: Dim, batch_first: Value) -> None:
        self.d_model, self.nhead = d_model, nhead
        self._batch_first = flag(batch_first)
        divided(call, d_model, nhead)

    def _through(self, call: Call, *inputs: Tensor) -> None:
        """Hold the inputs against `d_model`, and against each other's batch."""
        call.family, call.operands = "attention", inputs
        for input in inputs:
            axis = call.store.grow(call.shape(input), 0, 1).axis(-1)
            if axis is not None:
                call.demand(self.d_model, axis.size, "d_model", input, -1)
            call.assume_rank(input, 3)
        report_sequence_first(call, inputs[0], self._batch_first)
        if any(call.shape(input).rank is None for input in inputs):
            return
        rank = len(call.rank_in(inputs[0], 2, 3))
        for other in inputs[1:]:
            call.rank_in(other, rank)
        if rank == 3 and self._batch_first is not None:
            index = -3 if self._batch_first else -2
            size = call.known_axes(inputs[0])[index].size
            for other in inputs[1:]:
                call.demand(size, call.known_axes(other)[index].size, "the batch", other, index)

    def _result(self, call: Call, input: Tensor) -> Tensor:
        return sequenced(call, input, with_features(call, input, self.d_model), self._batch_first, attends=True)

    def _masked(self, call: Call, queries: Tensor, keys: Tensor, masks: Masks, causal: Value = FALSE) -> None:
        """Hold masks of scores and of keys against the two; a mask that is said to be causal is not looked at."""
        if flag(causal) is not False and causal is not NONE:
            masks = (None, masks[1])
        if masks == (None, None) or None in (call.shape(queries).rank, call.shape(keys).rank):
            return
        batch, length, _ = rows(call, queries, self._batch_first)
        demand_masks(call, queries, Scores(batch, self.nhead, length, rows(call, keys, self._batch_first)[1]), *masks)


def with_features(call: Call, input: Tensor, size: Dim) -> Tensor:
    """The input; its last axis is known to be `size`."""
    axis = produced(call, size)
    shape = call.shape(input)
    if shape.run is None:
        return Tensor(Shape((*shape.leading[:-1], shape.leading[-1].resized(axis.size))), "float")
    return Tensor(shape, "float")


@layer("torch.nn.TransformerEncoderLayer")
class TransformerEncoderLayer(Block):
    def __init__(
        self, call: Call, d_model: Dim, nhead: Dim, dim_feedforward: Value = NONE, dropout: Value = NONE,
        activation: Value = NONE, layer_norm_eps: Value = NONE, batch_first: Value = FALSE, norm_first: Value = FALSE,
        bias: Value = TRUE,
    ) -> None:  # fmt: skip
        self._set(call, d_model, nhead, batch_first)

    def forward(
        self, call: Call, src: Tensor, src_mask: Tensor | None = None, src_key_padding_mask: Tensor | None = None,
        is_causal: Value = FALSE,
    ) -> Tensor:  # fmt: skip
        self._through(call, src)
        self._masked(call, src, src, (src_mask, src_key_padding_mask), is_causal)
        return self._result(call, src)


@layer("torch.nn.TransformerDecoderLayer")
class TransformerDecoderLayer(Block):
    def __init__(
        self, call: Call, d_model: Dim, nhead: Dim, dim_feedforward: Value = NONE, dropout: Value = NONE,
        activation: Value = NONE, layer_norm_eps: Value = NONE, batch_first: Value = FALSE, norm_first: Value = FALSE,
        bias: Value = TRUE,
    ) -> None:  # fmt: skip
        self._set(call, d_model, nhead, batch_first)

    def forward(  # type: ignore[override]
        self, call: Call, tgt: Tensor, memory: Tensor, tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None, tgt_key_padding_mask: Tensor | None = None,
        memory_key_padding_mask: Tensor | None = None, tgt_is_causal: Value = FALSE, memory_is_causal: Value = FALSE,
    ) -> Tensor:  # fmt: skip
        self._through(call, tgt, memory)
        self._masked(call, tgt, tgt, (tgt_mask, tgt_key_padding_mask), tgt_is_causal)
        self._masked(call, tgt, memory, (memory_mask, memory_key_padding_mask), memory_is_causal)
        return self._result(call, tgt)


@layer("torch.nn.TransformerEncoder")
class TransformerEncoder(Layer):
    """Copies of one layer; its norm, if any, keeps the shape too."""

    def __init__(self, call: Call, encoder_layer: Value, num_layers: Value, *rest: Value, **options: Value) -> None:
        self._layer = encoder_layer

    def forward(
        self, call: Call, src: Tensor, mask: Value = NONE, src_key_padding_mask: Value = NONE, is_causal: Value = NONE
    ) -> Value:
        return call.apply(self._layer, src, mask, src_key_padding_mask, is_causal)


@layer("torch.nn.TransformerDecoder")
class TransformerDecoder(Layer):
    def __init__(self, call: Call, decoder_layer: Value, num_layers: Value, *rest: Value, **options: Value) -> None:
        self._layer = decoder_layer

    def forward(  # type: ignore[override]
        self, call: Call, tgt: Tensor, memory: Tensor, *masks: Value, **named: Value
    ) -> Value:
        return call.apply(self._layer, tgt, memory, *masks, **named)


@layer("torch.nn.Transformer")
class Transformer(Block):
    def __init__(
        self, call: Call, d_model: Dim = constant(512), nhead: Dim = constant(8), num_encoder_layers: Value = NONE,
        num_decoder_layers: Value = NONE, dim_feedforward: Value = NONE, dropout: Value = NONE,
        activation: Value = NONE, custom_encoder: Value = NONE, custom_decoder: Value = NONE,
        layer_norm_eps: Value = NONE, batch_first: Value = FALSE, norm_first: Value = FALSE, bias: Value = TRUE,
    ) -> None:  # fmt: skip
        if custom_encoder is not NONE or custom_decoder is not NONE:
            raise Unresolved("a transformer with parts of its own")
        self._set(call, d_model, nhead, batch_first)

    def attribute(self, name: str) -> Value | None:
        """What makes causal masks is a static method."""
        return Library(CAUSAL_MASK) if name == CAUSAL_MASK.rpartition(".")[2] else super().attribute(name)

    def forward(  # type: ignore[override]
        self, call: Call, src: Tensor, tgt: Tensor, src_mask: Tensor | None = None, tgt_mask: Tensor | None = None,
        memory_mask: Tensor | None = None, src_key_padding_mask: Tensor | None = None,
        tgt_key_padding_mask: Tensor | None = None, memory_key_padding_mask: Tensor | None = None,
        src_is_causal: Value = NONE, tgt_is_causal: Value = NONE, memory_is_causal: Value = FALSE,
    ) -> Tensor:  # fmt: skip
        self._through(call, tgt, src)
        self._masked(call, src, src, (src_mask, src_key_padding_mask), src_is_causal)
        self._masked(call, tgt, tgt, (tgt_mask, tgt_key_padding_mask), tgt_is_causal)
        self._masked(call, tgt, src, (memory_mask, memory_key_padding_mask), memory_is_causal)
        return self._result(call, tgt)


@op(CAUSAL_MASK)
def generate_square_subsequent_mask(call: Call, sz: Dim, **options: Value) -> Tensor:
    return Tensor(known((sz, sz)), "float")
