"""`torch.masked`: reductions and normalisations that leave entries out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import axes, boolean
from shapeguard.ops.demands import demand_expands
from shapeguard.ops.editing import checked_dim
from shapeguard.ops.reduction import reduced
from shapeguard.ops.registry import op
from shapeguard.shapes.values import FALSE, NONE, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

REDUCTIONS = ["sum", "prod", "amax", "amin", "mean", "median", "logsumexp", "argmax", "argmin"]
NORMALISATIONS = ["softmax", "log_softmax", "softmin", "cumsum", "cumprod"]


@op(*(f"torch.masked.{name}" for name in REDUCTIONS))
def reduction(call: Call, input: Tensor, dim: Value = NONE, *, keepdim: Value = FALSE, **options: Value) -> Tensor:
    _check(call, input, options)
    return _reduced(call, input, dim, keepdim)


@op("torch.masked.norm", "torch.masked.std", "torch.masked.var")
def with_order(call: Call, input: Tensor, first: Value = NONE, second: Value = NONE, *, dim: Value = NONE,
               keepdim: Value = FALSE, **options: Value) -> Tensor:  # fmt: skip
    """`norm(input, ord, dim)`, `std(input, dim, unbiased)`."""
    if dim is NONE:
        dim = second if call.name.endswith("norm") else first
    _check(call, input, options)
    return _reduced(call, input, dim, keepdim)


def _check(call: Call, input: Tensor, options: dict[str, Value], name: str = "mask") -> None:
    """A mask is stretched to the input, never the other way."""
    mask, axes_ = options.get(name), call.axes(input)
    if isinstance(mask, Tensor) and axes_ is not None:
        call.operands = (input, mask)
        demand_expands(call, mask, axes_, "the shape of the input")


def _reduced(call: Call, input: Tensor, dim: Value, keepdim: Value) -> Tensor:
    kind = "int" if "arg" in call.name else input.dtype
    return Tensor(reduced(call, input, None if dim is NONE else axes(call, dim), boolean(call, keepdim)), kind)


@op(*(f"torch.masked.{name}" for name in NORMALISATIONS))
def normalisation(call: Call, input: Tensor, dim: int, **options: Value) -> Tensor:
    checked_dim(call, input, dim)
    _check(call, input, options)
    return Tensor(input.shape, None)


@op("torch.masked.normalize")
def normalize(call: Call, input: Tensor, ord: Value, dim: int, **options: Value) -> Tensor:
    checked_dim(call, input, dim)
    _check(call, input, options)
    return Tensor(input.shape, "float")


@op("torch.masked.logaddexp")
def logaddexp(call: Call, input: Tensor, other: Tensor, **options: Value) -> Tensor:
    _check(call, input, options, "input_mask")
    _check(call, other, options, "other_mask")
    return Tensor(broadcast(call, input, other), "float")
