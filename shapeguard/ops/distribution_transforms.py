"""Distributions of transformed values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.distributions import Distribution, held, split_last, validates
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer
from shapeguard.shapes.values import NONE, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call

PREFIX = "torch.distributions"
KEEPING = ["ExpTransform", "TanhTransform", "SigmoidTransform", "SoftplusTransform", "AbsTransform", "SoftmaxTransform"]


@layer(*(f"{PREFIX}.{name}" for name in KEEPING))
class Transform(Layer):
    """What is done to each entry of a value; the parameters, if any, broadcast with it."""

    _parameters: tuple[Tensor, ...] = ()

    def __init__(self, call: Call, cache_size: Value = NONE) -> None:
        pass

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return Tensor(broadcast(call, input, *self._parameters), "float")


@layer(f"{PREFIX}.AffineTransform")
class AffineTransform(Transform):
    def __init__(self, call: Call, loc: Value, scale: Value, event_dim: Value = NONE, cache_size: Value = NONE) -> None:
        self._parameters = tensor(call, loc), tensor(call, scale)


@layer(f"{PREFIX}.PowerTransform")
class PowerTransform(Transform):
    def __init__(self, call: Call, exponent: Value, cache_size: Value = NONE) -> None:
        self._parameters = (tensor(call, exponent),)


@layer(f"{PREFIX}.TransformedDistribution")
class TransformedDistribution(Distribution):
    """Events keep their number of axes; parameters of the transforms may enlarge the batch."""

    def __init__(self, call: Call, base_distribution: Value, transforms: Value, validate_args: Value = NONE) -> None:
        base = held(base_distribution)
        self.base_dist = base_distribution
        value = Tensor(base.sample_shape)
        for transform in transforms.items if isinstance(transforms, Sequence) else (transforms,):
            inside = getattr(transform, "layer", None)
            if not isinstance(inside, Transform):
                raise Unresolved("a transform that is not known")
            value = inside.forward(call, value)
        self._set(*split_last(call, value, len(call.known_axes(base._event))))
        self._checks_values = validates(validate_args)
