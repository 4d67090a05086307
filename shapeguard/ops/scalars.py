"""What leaves the world of tensors: items, lists, and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.registry import op
from shapeguard.shapes.values import Computed, Opaque, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call


@op("torch.Tensor.tolist", "torch.Tensor.stride")
def leaves(call: Call, input: Tensor, *rest: Value) -> Value:
    return Opaque(reason="it depends on the values of a tensor")


@op("torch.Tensor.item", "torch.Tensor.data_ptr", "torch.Tensor.element_size", "torch.Tensor.storage_offset")
def number(call: Call, input: Tensor) -> Value:
    return Computed()


@op("torch.Tensor.numpy")
def numpy(call: Call, input: Tensor, **options: Value) -> Tensor:
    return Tensor(input.shape, input.dtype)
