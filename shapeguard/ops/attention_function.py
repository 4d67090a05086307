"""Multi-head attention as a function of all its weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.attention import MultiheadAttention
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.demands import demand_expands, demand_rank, demand_shape
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import FALSE, NONE, TRUE, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call


@op("torch.nn.functional.multi_head_attention_forward")
def multi_head_attention_forward(
    call: Call, query: Tensor, key: Tensor, value: Tensor, embed_dim_to_check: Dim, num_heads: Dim,
    in_proj_weight: Tensor | None, in_proj_bias: Tensor | None, bias_k: Tensor | None, bias_v: Tensor | None,
    add_zero_attn: Value, dropout_p: Value, out_proj_weight: Tensor, out_proj_bias: Tensor | None,
    training: Value = TRUE, key_padding_mask: Tensor | None = None, need_weights: Value = TRUE,
    attn_mask: Tensor | None = None, use_separate_proj_weight: bool = False, q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None, v_proj_weight: Tensor | None = None, static_k: Value = NONE,
    static_v: Value = NONE, average_attn_weights: Value = TRUE, is_causal: Value = FALSE,
) -> Value:  # fmt: skip
    """What the layer does, with the weights that it would hold; the output projection decides the last axis."""
    if static_k is not NONE or static_v is not NONE:
        raise Unresolved("keys and values that are given")
    features = Axis(embed_dim_to_check)
    kdim = vdim = None
    if use_separate_proj_weight:
        kdim, vdim = (_columns(call, weight) for weight in (k_proj_weight, v_proj_weight))
        _hold(call, q_proj_weight, features, features)
    else:
        _hold(call, in_proj_weight, Axis(embed_dim_to_check * 3), features)
    added = FALSE if bias_k is None or bias_v is None else TRUE
    layer = MultiheadAttention(
        call, embed_dim_to_check, num_heads, add_bias_kv=added, add_zero_attn=add_zero_attn, kdim=kdim, vdim=vdim
    )
    result = layer.forward(
        call, query, key, value, key_padding_mask, need_weights, attn_mask, average_attn_weights, is_causal
    )
    if in_proj_bias is not None:
        _hold(call, in_proj_bias, Axis(embed_dim_to_check * 3))
    for bias in (bias_k, bias_v) if added is TRUE else ():
        if bias is not None:
            call.operands = (bias,)
            demand_expands(call, bias, (Axis(constant(1)), Axis(constant(1)), features), "the number of features")
            if call.shape(bias).rank == 0 and call.store.differ(embed_dim_to_check, constant(1)):
                call.report_rank(bias, "at least 1")
                raise Unresolved("a number in place of a vector")
    return _projected(call, result, out_proj_weight, out_proj_bias, features)


def _projected(call: Call, result: Value, weight: Tensor, bias: Tensor | None, features: Axis) -> Value:
    call.operands = (weight,)
    demand_rank(call, weight, 2)
    rows, columns = call.rank_in(weight, 2)
    call.demand(features.size, columns.size, "embed_dim", weight, -1)
    if bias is not None:
        call.operands = (bias,)
        demand_expands(call, bias, (rows, rows), "the number of outputs")
    if not isinstance(result, Sequence) or not isinstance(result.items[0], Tensor):
        return result
    output, weights = result.items
    assert isinstance(output, Tensor)
    shape = call.shape(output)
    if shape.run is None:
        return Sequence((Tensor(Shape((*shape.leading[:-1], rows)), "float"), weights))
    return result


def _columns(call: Call, weight: Tensor | None) -> Dim | None:
    return None if weight is None else call.rank_in(weight, 2)[1].size


def _hold(call: Call, weight: Tensor | None, *expected: Axis) -> None:
    if weight is not None:
        call.operands = (weight,)
        demand_shape(call, weight, expected, "the size of the projection")
