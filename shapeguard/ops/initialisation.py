"""`torch.nn.init`: fills a tensor, which it returns; and what else gives back what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.registry import op

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Tensor, Value

FILLING = [
    "uniform", "normal", "trunc_normal", "constant", "ones", "zeros", "xavier_uniform", "xavier_normal",
    "kaiming_uniform", "kaiming_normal",
]  # fmt: skip
MATRICES = {"eye": (2,), "dirac": (3, 4, 5), "sparse": (2,)}
PARAMETRIZED = ["weight_norm", "spectral_norm", "remove_weight_norm", "remove_spectral_norm", "fuse_conv_bn_eval"]


@op(*(f"torch.nn.init.{name}{end}" for name in FILLING for end in ("_", "")))
def filled(call: Call, tensor: Tensor, *rest: Value, **options: Value) -> Tensor:
    return tensor


@op(*(f"torch.nn.init.{name}_" for name in MATRICES))
def special(call: Call, tensor: Tensor, *rest: Value, **options: Value) -> Tensor:
    """Only for some ranks."""
    call.rank_in(tensor, *MATRICES[call.name.rpartition(".")[2].rstrip("_")])
    return tensor


@op("torch.nn.init.orthogonal_")
def orthogonal(call: Call, tensor: Tensor, *rest: Value, **options: Value) -> Tensor:
    shape = call.shape(tensor)
    if shape.rank is not None and shape.rank < 2:
        call.report_rank(tensor, "at least 2")
    return tensor


@op(
    *(f"torch.nn.utils.{name}" for name in PARAMETRIZED),
    *(f"torch.nn.utils.parametrizations.{name}" for name in (*PARAMETRIZED, "orthogonal")),
)
def parametrized(call: Call, module: Value, *rest: Value, **options: Value) -> Value:
    return module
