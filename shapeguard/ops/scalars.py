"""What leaves the world of tensors: items, lists, numbers and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.registry import op
from shapeguard.shapes.shape import SCALAR
from shapeguard.shapes.values import FALSE, NONE, TRUE, Computed, Literal, Number, Opaque, Record, Sizes, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.shape import Shape

LIMITS = ["min", "max", "eps", "tiny", "smallest_normal", "resolution", "bits"]


@op("torch.Tensor.tolist", "torch.Tensor.stride")
def leaves(call: Call, input: Tensor, *rest: Value) -> Value:
    return Opaque(reason="it depends on the values of a tensor")


@op(
    "torch.Tensor.item",
    "torch.Tensor.data_ptr",
    "torch.Tensor.element_size",
    "torch.Tensor.storage_offset",
    "torch.Tensor.get_device",
)
def number(call: Call, input: Tensor) -> Value:
    return Computed()


@op("torch.Tensor.numpy")
def numpy(call: Call, input: Tensor, **options: Value) -> Tensor:
    return Tensor(input.shape, input.dtype)


@op("torch.finfo", "torch.iinfo", "numpy.finfo", "numpy.iinfo")
def limits(call: Call, type: Value = NONE) -> Value:
    """The limits of a kind of numbers: numbers."""
    return Record(**{name: Computed() for name in LIMITS})


@op(
    "torch.jit.is_scripting",
    "torch.jit.is_tracing",
    "torch.onnx.is_in_onnx_export",
    "torch.compiler.is_compiling",
    "torch._dynamo.is_compiling",
)
def not_while_running(call: Call) -> Value:
    """What is true only where the program is turned into another."""
    return FALSE


@op("torch.is_tensor")
def is_tensor(call: Call, obj: Value) -> Value:
    return TRUE if isinstance(obj, Tensor) else FALSE if isinstance(obj, (Number, Literal)) else Opaque()


@op("torch.broadcast_shapes", "torch.functional.broadcast_shapes", "numpy.broadcast_shapes")
def broadcast_shapes(call: Call, *shapes: Shape) -> Value:
    return Sizes(Tensor(broadcast(call, Tensor(SCALAR), *map(Tensor, shapes))))
