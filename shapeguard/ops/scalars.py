"""What leaves the world of tensors: items, lists, and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.registry import op
from shapeguard.shapes.values import Opaque, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call


@op("torch.Tensor.item", "torch.Tensor.tolist", "torch.Tensor.stride", "torch.Tensor.data_ptr")
def leaves(call: Call, input: Tensor, *rest: Value) -> Value:
    return Opaque(reason="it depends on the values of a tensor")


@op("torch.Tensor.numpy")
def numpy(call: Call, input: Tensor, **options: Value) -> Tensor:
    return Tensor(input.shape, input.dtype)
