"""The modules that only change the view of a tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer
from shapeguard.ops.reshaping import flatten, unflatten

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import SizeArgument
    from shapeguard.shapes.values import Tensor


@layer("torch.nn.Flatten")
class Flatten(Layer):
    def __init__(self, call: Call, start_dim: int = 1, end_dim: int = -1) -> None:
        self._start, self._end = start_dim, end_dim

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return flatten(call, input, self._start, self._end)


@layer("torch.nn.Unflatten")
class Unflatten(Layer):
    def __init__(self, call: Call, dim: int, unflattened_size: SizeArgument) -> None:
        self._dim, self._sizes = dim, unflattened_size

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return unflatten(call, input, self._dim, self._sizes)
