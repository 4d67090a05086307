"""Names of methods and attributes that tell a tensor from other values."""

# What only tensors have, and neither modules nor objects of other libraries: an unknown value that is used so is a tensor.
TENSOR_ONLY = frozenset(
    [
        "view",
        "permute",
        "unsqueeze",
        "contiguous",
        "dim",
        "masked_fill",
        "masked_fill_",
        "expand",
        "expand_as",
        "view_as",
        "new_zeros",
        "new_ones",
        "new_full",
        "chunk",
        "unbind",
        "unfold",
        "narrow",
        "index_select",
        "masked_select",
        "scatter_",
        "scatter",
        "scatter_add",
        "scatter_add_",
        "index_add_",
        "softmax",
        "log_softmax",
        "sigmoid",
        "relu",
        "bmm",
        "baddbmm",
        "addmm",
        "addcmul",
        "addcdiv",
        "clamp_min",
        "clamp_min_",
        "retain_grad",
        "movedim",
        "moveaxis",
        "unflatten",
        "repeat_interleave",
        "type_as",
        "detach",
        "detach_",
        "numel",
        "squeeze_",
        "unsqueeze_",
        "sigmoid_",
        "tanh_",
        "zero_",
        "fill_",
        "normal_",
        "uniform_",
        "mT",
        "gather",
        "exp_",
        "log_",
        "matmul",
        "tril",
        "triu",
        "pow",
        "rsqrt",
    ]
)
# Those that are methods: what is looked at and not called is something else of that name.
METHODS = TENSOR_ONLY - {"mT"}
# What tensors have and arrays, too: what an unknown value that is asked for it gives is assumed to be what a tensor gives.
OF_TENSORS = frozenset(
    [
        "abs", "all", "any", "argmax", "argmin", "argsort", "clamp", "clip", "clone", "cos", "cumsum", "div", "eq", "exp",
        "flatten", "ge", "gt", "le", "log", "lt", "max", "mean", "min", "mul", "ne", "neg", "norm", "prod", "repeat",
        "reshape", "round", "rsqrt", "sin", "sqrt", "squeeze", "std", "sum", "t", "tanh", "topk", "transpose", "var",
    ]
)  # fmt: skip
# What matrices of scipy have, too, which keep the axis along which they are reduced.
REDUCING = frozenset(["sum", "mean", "max", "min", "argmax", "argmin"])
