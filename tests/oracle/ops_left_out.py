"""Operations of torch's database that the linter does not know, on purpose."""

LEFT_OUT = {
    "jiterator_2inputs_2outputs": "compiles CUDA source",
    "jiterator_4inputs_with_extra_args": "compiles CUDA source",
    "jiterator_binary": "compiles CUDA source",
    "jiterator_binary_return_by_ref": "compiles CUDA source",
    "jiterator_unary": "compiles CUDA source",
    "_batch_norm_with_update": "private",
    "_chunk_cat": "private",
    "_native_batch_norm_legit": "private",
    "_segment_reduce": "private",
    "_softmax_backward_data": "private",
    "_unsafe_masked_index": "private",
    "_unsafe_masked_index_put_accumulate": "private",
    "_upsample_bilinear2d_aa": "private",
    "torch._scaled_mm": "private",
    "torch._scaled_mm_v2": "private",
    "torch.ops.aten._efficient_attention_forward": "private",
    "torch.ops.aten._flash_attention_forward": "private",
    "torch.ops.aten._safe_softmax.default": "private",
    "max_pool2d_with_indices_backward": "a backward pass, called by autograd only",
    "native_dropout_backward": "a backward pass, called by autograd only",
    "to_sparse": "a sparse layout: shapes of its parts depend on values",
    "sparse.mm": "a sparse layout",
    "sparse.sampled_addmm": "a sparse layout",
    "item": "gives a number",
    "equal": "gives a bool",
    "allclose": "gives a bool",
    "broadcast_shapes": "gives sizes, no tensor",
}
# The sizes depend on the values of the operands: the rank, and what does not depend on them, must be right.
VALUE_DEPENDENT = frozenset(
    [
        "argwhere",
        "bincount",
        "masked_select",
        "nonzero",
        "unique",
        "unique_consecutive",
        "repeat_interleave",
        "histogramdd",
    ]
)
# Torch does not compare all sizes of these and writes past an end where they do not fit: only its own samples are run.
UNCHECKED = frozenset(["native_batch_norm"])
