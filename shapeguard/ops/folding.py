"""Blocks of an image as columns, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.call import spread
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.ops.reshaping import product
from shapeguard.ops.windows import ONE, ZERO, at_least, counted, slid, spatial
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Dims


@op("torch.nn.functional.unfold")
def unfold(
    call: Call, input: Tensor, kernel_size: Dims, dilation: Dims = ONE, padding: Dims = ZERO, stride: Dims = ONE
) -> Tensor:
    """`(N, C, H, W)` to `(N, C * kernel, blocks)`."""
    call.family, call.operands = "fold", (input,)
    image = spatial(call, input, 2)
    kernel = spread(kernel_size, 2)
    settings = zip(image.sizes, kernel, *(spread(each, 2) for each in (stride, padding, dilation)), strict=True)
    blocks = product(slid(call, input, size, k, s, 2 * p, d) for size, k, s, p, d in settings)
    return Tensor(_columns(image.batch, Axis(image.channels.size * product(kernel)), Axis(blocks)), input.dtype)


def _columns(batch: Shape, *last: Axis) -> Shape:
    return batch.with_axes(batch.leading, (*batch.trailing, *last))


@op("torch.nn.functional.fold")
def fold(
    call: Call, input: Tensor, output_size: Dims, kernel_size: Dims, dilation: Dims = ONE, padding: Dims = ZERO,
    stride: Dims = ONE,
) -> Tensor:  # fmt: skip
    """`(N, C * kernel, blocks)` to `(N, C, *output_size)`."""
    call.family, call.operands = "fold", (input,)
    columns = spatial(call, input, 1)
    kernel, sizes = spread(kernel_size, 2), spread(output_size, 2)
    area = product(kernel)
    if call.store.differ(columns.channels.size % area, constant(0)):
        call.refuse(f"the channels ({columns.channels.size}) are not divisible by the kernel's {area}", input)
    blocks = constant(1)
    rows = (spread(each, 2) for each in (stride, padding, dilation))
    for size, k, s, p, d in zip(sizes, kernel, *rows, strict=True):
        rest = size + 2 * p - d * (k - 1) - 1
        at_least(call, rest, 0, "the kernel is larger than the padded output", input)
        blocks *= counted(call, rest, s) + 1
    call.demand(blocks, columns.sizes[0], "the number of blocks", input, -1)
    channels = call.store.facts.simplify(columns.channels.size // area)
    return Tensor(_columns(columns.batch, Axis(channels), *map(Axis, sizes)), input.dtype)


@layer("torch.nn.Unfold")
class Unfold(Layer):
    def __init__(
        self, call: Call, kernel_size: Dims, dilation: Dims = ONE, padding: Dims = ZERO, stride: Dims = ONE
    ) -> None:
        self.kernel_size, self.dilation, self.padding, self.stride = kernel_size, dilation, padding, stride

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return unfold(call, input, self.kernel_size, self.dilation, self.padding, self.stride)


@layer("torch.nn.Fold")
class Fold(Layer):
    def __init__(
        self, call: Call, output_size: Dims, kernel_size: Dims, dilation: Dims = ONE, padding: Dims = ZERO,
        stride: Dims = ONE,
    ) -> None:  # fmt: skip
        self.output_size, self.kernel_size = output_size, kernel_size
        self.dilation, self.padding, self.stride = dilation, padding, stride

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return fold(call, input, self.output_size, self.kernel_size, self.dilation, self.padding, self.stride)
