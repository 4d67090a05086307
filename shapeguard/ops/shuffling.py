"""Channels rearranged into pixels, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.ops.signatures import Bindings, build, match
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call


def shuffled(call: Call, input: Tensor, factor: Dim, *, up: bool) -> Tensor:
    """Channels become pixels, or (`up` is false) pixels become channels."""
    call.family, call.operands = "shuffle", (input,)
    bindings = match(call, input, "*batch c h w", Bindings(r=factor))
    area = factor * factor
    divided = (("c", area),) if up else (("h", factor), ("w", factor))
    for name, divisor in divided:
        divisible(call, input, bindings.size(name), divisor)
    wanted = "*batch c//(r*r) h*r w*r" if up else "*batch c*r*r h//r w//r"
    return Tensor(build(wanted, bindings), input.dtype)


def divisible(call: Call, input: Tensor, size: Dim, divisor: Dim) -> None:
    """Demand that `divisor` divides `size`, or learn that it does.

    Raises:
        Unresolved: it does not (which is reported).
    """
    if divisor.value is not None and divisor.value < 1:
        call.refuse(f"{divisor} is not positive", input)
    if call.store.differ(size % divisor, constant(0)):
        call.refuse(f"{size} is not divisible by {divisor}", input)
    call.store.facts = call.store.facts.divides(size, divisor)


@op("pixel_shuffle", "torch.nn.functional.pixel_shuffle")
def pixel_shuffle(call: Call, input: Tensor, upscale_factor: Dim) -> Tensor:
    return shuffled(call, input, upscale_factor, up=True)


@op("pixel_unshuffle", "torch.nn.functional.pixel_unshuffle")
def pixel_unshuffle(call: Call, input: Tensor, downscale_factor: Dim) -> Tensor:
    return shuffled(call, input, downscale_factor, up=False)


@op(
    "torch.channel_shuffle", "torch.nn.functional.channel_shuffle", "torch.native_channel_shuffle",
    "torch.nn.functional.native_channel_shuffle",
)  # fmt: skip
def channel_shuffle(call: Call, input: Tensor, groups: Dim) -> Tensor:
    """The channels, which the groups divide, in another order."""
    call.operands = (input,)
    shape = call.shape(input)
    if shape.rank is not None and shape.rank < 3:
        call.report_rank(input, "at least 3")
        raise Unresolved("too few axes")
    shape = call.store.grow(shape, 2, 1)
    channels = shape.axis(1)
    if channels is not None:
        divisible(call, input, channels.size, groups)
    return Tensor(shape, input.dtype)


@layer("torch.nn.PixelShuffle")
class PixelShuffle(Layer):
    def __init__(self, call: Call, upscale_factor: Dim) -> None:
        self.upscale_factor = upscale_factor

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return shuffled(call, input, self.upscale_factor, up=True)


@layer("torch.nn.PixelUnshuffle")
class PixelUnshuffle(Layer):
    def __init__(self, call: Call, downscale_factor: Dim) -> None:
        self.downscale_factor = downscale_factor

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return shuffled(call, input, self.downscale_factor, up=False)


@layer("torch.nn.ChannelShuffle")
class ChannelShuffle(Layer):
    def __init__(self, call: Call, groups: Dim) -> None:
        self.groups = groups

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return channel_shuffle(call, input, self.groups)
