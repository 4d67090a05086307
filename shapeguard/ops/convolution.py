"""Convolutions: one formula for all of them, forwards and transposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import constant
from shapeguard.ops.call import spread
from shapeguard.ops.conversion import dims
from shapeguard.ops.layer import Layer, produced
from shapeguard.ops.registry import layer, op
from shapeguard.ops.windows import ONE, ZERO, Spatial, at_least, slid, spatial, spatial_count
from shapeguard.shapes.shape import known
from shapeguard.shapes.values import TRUE, Literal, Tensor, Value, integer

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Dims

NO_PADDING = integer(0)


def sides(call: Call, padding: Value) -> Dims | None:
    """The padding on each side of an axis, None where it keeps the sizes."""
    if not isinstance(padding, Literal) or not isinstance(padding.value, str):
        return dims(call, padding)
    if padding.value not in ("same", "valid"):
        call.refuse(f"padding is {padding.value!r}, neither 'same' nor 'valid'")
    return ZERO if padding.value == "valid" else None


class Convolution(NamedTuple):
    """What all spellings of a convolution come down to; no padding keeps the sizes."""

    channels: tuple[Dim, Dim]
    kernel: tuple[Dim, ...]
    stride: tuple[Dim, ...]
    padding: tuple[Dim, ...] | None
    dilation: tuple[Dim, ...]

    @classmethod
    def of(
        cls, call: Call, channels: tuple[Dim, Dim], kernel: Dims, stride: Dims, padding: Dims | None, dilation: Dims,
        groups: Dim,
    ) -> Convolution:  # fmt: skip
        count = spatial_count(call)
        if padding is None and any(step.value not in (None, 1) for step in stride):
            call.refuse("padding 'same' needs a stride of 1")
        for size, name in zip(channels, ("in_channels", "out_channels"), strict=True):
            if groups.value != 0 and call.store.differ(size % groups, constant(0)):
                call.refuse(f"{name} ({size}) is not divisible by groups ({groups})")
        sides = None if padding is None else spread(padding, count)
        return cls(channels, spread(kernel, count), spread(stride, count), sides, spread(dilation, count))

    def _image(self, call: Call, input: Tensor) -> Spatial:
        """The parts of the input, whose channels must be those the convolution takes."""
        count = len(self.kernel)
        image = spatial(call, input, count)
        call.demand(self.channels[0], image.channels.size, "in_channels", input, -count - 1)
        return image

    def __call__(self, call: Call, input: Tensor) -> Tensor:
        image = self._image(call, input)
        sizes = image.sizes
        if self.padding is not None:
            settings = zip(sizes, self.kernel, self.stride, self.padding, self.dilation, strict=True)
            sizes = tuple(slid(call, input, size, k, s, 2 * p, d) for size, k, s, p, d in settings)
        return Tensor(image.with_batch().resized(sizes, produced(call, self.channels[1])), "float")

    def transposed(self, call: Call, input: Tensor, extra: Dims, output_size: Dims | None) -> Tensor:
        """The sizes that would have given the input; `extra` and `output_size` choose among several."""
        image = self._image(call, input)
        settings = zip(image.sizes, self.kernel, self.stride, self.padding or (), self.dilation, strict=True)
        least = [(size - 1) * s - 2 * p + d * (k - 1) + 1 for size, k, s, p, d in settings]
        if output_size is None:
            sizes = tuple(size + more for size, more in zip(least, spread(extra, len(self.kernel)), strict=True))
        else:
            sizes = self._chosen(call, input, least, output_size)
        for size in sizes:
            at_least(call, size, 1, "the output has no entries", input)
        return Tensor(image.with_batch().resized(sizes, produced(call, self.channels[1])), "float")

    def _chosen(self, call: Call, input: Tensor, least: list[Dim], output_size: Dims) -> tuple[Dim, ...]:
        if len(output_size) not in (len(self.kernel), len(self.kernel) + 2, len(call.axes(input) or ())):
            call.refuse(f"output_size has {len(output_size)} sizes, the layer has {len(self.kernel)} axes", input)
        sizes = output_size[len(output_size) - len(self.kernel) :]
        for size, low, step in zip(sizes, least, self.stride, strict=True):
            at_least(call, size - low, 0, f"output_size {size} is less than {low}", input)
            at_least(call, low + step - 1 - size, 0, f"output_size {size} is more than {low + step - 1}", input)
        return sizes

    def check_extra(self, call: Call, extra: Dims) -> None:
        for more, step, spacing in zip(spread(extra, len(self.kernel)), self.stride, self.dilation, strict=True):
            if more.value and step.value and spacing.value and more.value >= max(step.value, spacing.value):
                call.refuse("output_padding is not smaller than stride or dilation")


@layer("torch.nn.Conv1d", "torch.nn.Conv2d", "torch.nn.Conv3d")
class Conv(Layer):
    def __init__(
        self, call: Call, in_channels: Dim, out_channels: Dim, kernel_size: Dims, stride: Dims = ONE,
        padding: Value = NO_PADDING, dilation: Dims = ONE, groups: Dim = constant(1), bias: Value = TRUE,
        padding_mode: str = "zeros",
    ) -> None:  # fmt: skip
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        channels = (in_channels, out_channels)
        self._convolution = Convolution.of(call, channels, kernel_size, stride, sides(call, padding), dilation, groups)
        self.kernel_size, self.stride = self._convolution.kernel, self._convolution.stride
        self.dilation = self._convolution.dilation
        self.padding = self._convolution.padding or padding
        self.parameter("weight", known((out_channels, in_channels // groups, *self.kernel_size)))
        self.parameter("bias", known((out_channels,)))

    def forward(self, call: Call, input: Tensor) -> Tensor:
        call.family, call.operands = "conv", (input,)
        return self._convolution(call, input)


@layer("torch.nn.LazyConv1d", "torch.nn.LazyConv2d", "torch.nn.LazyConv3d")
class LazyConv(Conv):
    """The first input decides `in_channels`."""

    def __init__(
        self, call: Call, out_channels: Dim, kernel_size: Dims, stride: Dims = ONE, padding: Value = NO_PADDING,
        dilation: Dims = ONE, groups: Dim = constant(1), bias: Value = TRUE, padding_mode: str = "zeros",
    ) -> None:  # fmt: skip
        super().__init__(call, call.fresh(), out_channels, kernel_size, stride, padding, dilation, groups)


@layer("torch.nn.ConvTranspose1d", "torch.nn.ConvTranspose2d", "torch.nn.ConvTranspose3d")
class ConvTranspose(Layer):
    def __init__(
        self, call: Call, in_channels: Dim, out_channels: Dim, kernel_size: Dims, stride: Dims = ONE,
        padding: Dims = ZERO, output_padding: Dims = ZERO, groups: Dim = constant(1), bias: Value = TRUE,
        dilation: Dims = ONE, padding_mode: str = "zeros",
    ) -> None:  # fmt: skip
        self.in_channels, self.out_channels, self.groups = in_channels, out_channels, groups
        self.output_padding = output_padding
        channels = (in_channels, out_channels)
        self._convolution = Convolution.of(call, channels, kernel_size, stride, padding, dilation, groups)
        self.kernel_size, self.stride = self._convolution.kernel, self._convolution.stride
        self.parameter("weight", known((in_channels, out_channels // groups, *self.kernel_size)))
        self.parameter("bias", known((out_channels,)))

    def forward(self, call: Call, input: Tensor, output_size: Dims | None = None) -> Tensor:
        call.family, call.operands = "conv", (input,)
        if output_size is None:
            self._convolution.check_extra(call, self.output_padding)
        return self._convolution.transposed(call, input, self.output_padding, output_size)


@layer("torch.nn.LazyConvTranspose1d", "torch.nn.LazyConvTranspose2d", "torch.nn.LazyConvTranspose3d")
class LazyConvTranspose(ConvTranspose):
    """The first input decides `in_channels`."""

    def __init__(
        self, call: Call, out_channels: Dim, kernel_size: Dims, stride: Dims = ONE, padding: Dims = ZERO,
        output_padding: Dims = ZERO, groups: Dim = constant(1), bias: Value = TRUE, dilation: Dims = ONE,
        padding_mode: str = "zeros",
    ) -> None:  # fmt: skip
        super().__init__(
            call, call.fresh(), out_channels, kernel_size, stride, padding, output_padding, groups, bias, dilation
        )


FUNCTIONS = [f"{module}.conv{n}d" for module in ("torch", "torch.nn.functional") for n in (1, 2, 3)]
TRANSPOSED = [name.replace(".conv", ".conv_transpose") for name in FUNCTIONS]


@op(*FUNCTIONS)
def conv(
    call: Call, input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Dims = ONE,
    padding: Value = NO_PADDING, dilation: Dims = ONE, groups: Dim = constant(1),
) -> Tensor:  # fmt: skip
    call.family, call.operands = "conv", (input, weight)
    count = spatial_count(call)
    leaving, entering, *kernel = (axis.size for axis in call.rank_in(weight, count + 2))
    channels = (entering * groups, leaving)
    convolution = Convolution.of(call, channels, tuple(kernel), stride, sides(call, padding), dilation, groups)
    check_bias(call, bias, leaving)
    return convolution(call, input)


@op(*TRANSPOSED)
def conv_transpose(
    call: Call, input: Tensor, weight: Tensor, bias: Tensor | None = None, stride: Dims = ONE, padding: Dims = ZERO,
    output_padding: Dims = ZERO, groups: Dim = constant(1), dilation: Dims = ONE,
) -> Tensor:  # fmt: skip
    call.family, call.operands = "conv", (input, weight)
    count = spatial_count(call)
    entering, leaving, *kernel = (axis.size for axis in call.rank_in(weight, count + 2))
    channels = (entering, leaving * groups)
    convolution = Convolution.of(call, channels, tuple(kernel), stride, padding, dilation, groups)
    convolution.check_extra(call, output_padding)
    check_bias(call, bias, leaving * groups)
    return convolution.transposed(call, input, output_padding, None)


@op("torch.nn.functional.conv_tbc", "torch.conv_tbc")
def conv_tbc(call: Call, input: Tensor, weight: Tensor, bias: Tensor, pad: Dim = constant(0)) -> Tensor:
    """A convolution over the first of (time, batch, channels)."""
    call.family, call.operands = "conv", (input, weight)
    time, batch, channels = call.rank_in(input, 3)
    kernel, entering, leaving = call.rank_in(weight, 3)
    call.demand(entering.size, channels.size, "in_channels", input, -1)
    check_bias(call, bias, leaving.size)
    size = slid(call, input, time.size, kernel.size, ONE[0], 2 * pad, ONE[0])
    return Tensor(known((size, batch.size, leaving.size)), "float")


def check_bias(call: Call, bias: Tensor | None, channels: Dim) -> None:
    """One number for each output channel."""
    if bias is None:
        return
    operands, call.operands = call.operands, (bias,)
    call.demand(channels, call.rank_in(bias, 1)[0].size, "out_channels", bias, -1)
    call.operands = operands
