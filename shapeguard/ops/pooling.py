"""Pooling: windows that become one number, or as many of them as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.call import spread
from shapeguard.ops.conversion import Unresolved, dim, dims
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.ops.windows import ONE, ZERO, at_least, counted, slid_ceiling, spatial, spatial_count
from shapeguard.shapes.values import NONE, Literal, Number, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Dims

FUNCTIONAL = "torch.nn.functional"


def pooled(
    call: Call, input: Tensor, kernel: Dims, stride: Dims | None, padding: Dims, dilation: Dims, ceil_mode: bool
) -> Tensor:
    """What windows of the size `kernel` leave."""
    call.family, call.operands = "pool", (input,)
    count = spatial_count(call)
    image = spatial(call, input, count)
    rows = (spread(each, count) for each in (kernel, stride or kernel, padding, dilation))
    sizes = []
    for size, width, step, sides, spacing in zip(image.sizes, *rows, strict=True):
        at_least(call, spacing * (width - 1) + 1 - 2 * sides, 0, "the padding is more than half the kernel", input)
        if ceil_mode:
            counted(call, size, step)
            windows = slid_ceiling(size, width, step, sides, spacing)
        else:
            windows = counted(call, size + 2 * sides - spacing * (width - 1) - 1, step) + 1
        at_least(call, windows, 1, "the kernel is larger than its padded input", input)
        sizes.append(call.store.facts.simplify(windows))
    return Tensor(image.resized(tuple(sizes)), input.dtype)


def perhaps_with_indices(result: Tensor, return_indices: bool) -> Value:
    return Sequence((result, Tensor(result.shape, "int"))) if return_indices else result


class Pool(Layer):
    """A pooling whose settings are fixed at its construction."""

    def _set(
        self, kernel: Dims, stride: Dims | None, padding: Dims, dilation: Dims, *, ceil_mode: bool, return_indices: bool
    ) -> None:
        self.kernel_size, self.stride, self.padding, self.dilation = kernel, stride or kernel, padding, dilation
        self.ceil_mode, self.return_indices = ceil_mode, return_indices

    def forward(self, call: Call, input: Tensor) -> Value:
        result = pooled(call, input, self.kernel_size, self.stride, self.padding, self.dilation, self.ceil_mode)
        return perhaps_with_indices(result, self.return_indices)


@layer("torch.nn.MaxPool1d", "torch.nn.MaxPool2d", "torch.nn.MaxPool3d")
class MaxPool(Pool):
    def __init__(
        self, call: Call, kernel_size: Dims, stride: Dims | None = None, padding: Dims = ZERO, dilation: Dims = ONE,
        return_indices: bool = False, ceil_mode: bool = False,
    ) -> None:  # fmt: skip
        self._set(kernel_size, stride, padding, dilation, ceil_mode=ceil_mode, return_indices=return_indices)


@layer("torch.nn.AvgPool1d", "torch.nn.AvgPool2d", "torch.nn.AvgPool3d")
class AvgPool(Pool):
    def __init__(
        self, call: Call, kernel_size: Dims, stride: Dims | None = None, padding: Dims = ZERO, ceil_mode: bool = False,
        *rest: Value, **options: Value,
    ) -> None:  # fmt: skip
        self._set(kernel_size, stride, padding, ONE, ceil_mode=ceil_mode, return_indices=False)


@layer("torch.nn.LPPool1d", "torch.nn.LPPool2d", "torch.nn.LPPool3d")
class LPPool(Pool):
    def __init__(
        self, call: Call, norm_type: Value, kernel_size: Dims, stride: Dims | None = None, ceil_mode: bool = False
    ) -> None:
        self._set(kernel_size, stride, ZERO, ONE, ceil_mode=ceil_mode, return_indices=False)


def functions(*patterns: str) -> list[str]:
    """The names of a function for one, two and three spatial axes."""
    return [pattern.format(n) for pattern in patterns for n in (1, 2, 3)]


@op(*functions(FUNCTIONAL + ".max_pool{}d", "torch.max_pool{}d"))
def max_pool(
    call: Call, input: Tensor, kernel_size: Dims, stride: Dims | None = None, padding: Dims = ZERO,
    dilation: Dims = ONE, ceil_mode: bool = False, return_indices: bool = False,
) -> Value:  # fmt: skip
    result = pooled(call, input, kernel_size, stride, padding, dilation, ceil_mode)
    return perhaps_with_indices(result, return_indices)


@op(*functions(FUNCTIONAL + ".max_pool{}d_with_indices", "torch.max_pool{}d_with_indices"))
def max_pool_with_indices(
    call: Call, input: Tensor, kernel_size: Dims, stride: Dims | None = None, padding: Dims = ZERO,
    dilation: Dims = ONE, ceil_mode: bool = False, return_indices: Value = NONE,
) -> Value:  # fmt: skip
    return perhaps_with_indices(pooled(call, input, kernel_size, stride, padding, dilation, ceil_mode), True)


@op(*functions(FUNCTIONAL + ".avg_pool{}d", "torch.avg_pool{}d"))
def avg_pool(
    call: Call, input: Tensor, kernel_size: Dims, stride: Dims | None = None, padding: Dims = ZERO,
    ceil_mode: bool = False, *rest: Value, **options: Value,
) -> Tensor:  # fmt: skip
    return pooled(call, input, kernel_size, stride, padding, ONE, ceil_mode)


@op(*functions(FUNCTIONAL + ".lp_pool{}d"))
def lp_pool(
    call: Call, input: Tensor, norm_type: Value, kernel_size: Dims, stride: Dims | None = None, ceil_mode: bool = False
) -> Tensor:
    return pooled(call, input, kernel_size, stride, ZERO, ONE, ceil_mode)


def adapted(call: Call, input: Tensor, output_size: Value) -> Tensor:
    """The sizes asked for; None keeps one."""
    call.family, call.operands = "pool", (input,)
    count = spatial_count(call)
    wanted = output_size.items if isinstance(output_size, Sequence) else (output_size,) * count
    if "Avg" in call.name or "avg" in call.name:
        _check_means(call, input, wanted)
    image = spatial(call, input, count)
    if len(wanted) != count:
        call.refuse(f"output_size has {len(wanted)} sizes, there are {count} axes", input)
    kept = zip(image.sizes, wanted, strict=True)
    sizes = tuple(size if item is NONE else dim(call, item) for size, item in kept)
    for size in sizes:
        at_least(call, size, 0, "output_size is negative", input)
    return Tensor(image.resized(sizes), input.dtype)


def _check_means(call: Call, input: Tensor, wanted: tuple[Value, ...]) -> None:
    """The mean over two or three axes is taken of any tensor that has them."""
    rank = call.shape(input).rank
    ones = all(isinstance(item, Number) and item.dim.value == 1 for item in wanted)
    if len(wanted) > 1 and ones and rank not in (None, len(wanted) + 1, len(wanted) + 2):
        raise Unresolved("a tensor with other axes than an image")


@layer(*functions("torch.nn.AdaptiveAvgPool{}d"))
class AdaptiveAvgPool(Layer):
    def __init__(self, call: Call, output_size: Value) -> None:
        self.output_size = output_size

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return adapted(call, input, self.output_size)


@layer(*functions("torch.nn.AdaptiveMaxPool{}d"))
class AdaptiveMaxPool(Layer):
    def __init__(self, call: Call, output_size: Value, return_indices: bool = False) -> None:
        self.output_size = output_size
        self.return_indices = return_indices

    def forward(self, call: Call, input: Tensor) -> Value:
        return perhaps_with_indices(adapted(call, input, self.output_size), self.return_indices)


@op(*functions(FUNCTIONAL + ".adaptive_avg_pool{}d"), "torch.adaptive_avg_pool1d")
def adaptive_avg_pool(call: Call, input: Tensor, output_size: Value) -> Tensor:
    return adapted(call, input, output_size)


@op(*functions(FUNCTIONAL + ".adaptive_max_pool{}d"))
def adaptive_max_pool(call: Call, input: Tensor, output_size: Value, return_indices: bool = False) -> Value:
    return perhaps_with_indices(adapted(call, input, output_size), return_indices)


@op(*functions(FUNCTIONAL + ".adaptive_max_pool{}d_with_indices"), "torch.adaptive_max_pool1d")
def adaptive_max_pool_with_indices(
    call: Call, input: Tensor, output_size: Value, return_indices: Value = NONE
) -> Value:
    return perhaps_with_indices(adapted(call, input, output_size), True)


def fractioned(call: Call, input: Tensor, kernel: Dims, output_size: Dims | None, output_ratio: Value) -> Tensor:
    """Windows at random places: as many as asked for, or a fraction of the size."""
    call.family, call.operands = "pool", (input,)
    count = spatial_count(call)
    image = spatial(call, input, count)
    if output_size is not None:
        sizes = spread(output_size, count)
    else:
        ratios = output_ratio.items if isinstance(output_ratio, Sequence) else (output_ratio,) * count
        sizes = tuple(_fraction(size, ratio) for size, ratio in zip(image.sizes, ratios, strict=True))
    for size, windows, width in zip(image.sizes, sizes, spread(kernel, count), strict=True):
        at_least(call, size + 1 - windows - width, 0, "the kernel and the output do not fit into the input", input)
    return Tensor(image.resized(sizes), input.dtype)


def _fraction(size: Dim, ratio: Value) -> Dim:
    if not isinstance(ratio, Literal) or not isinstance(ratio.value, float) or size.value is None:
        raise Unresolved("a fraction of a size that is not known")
    return constant(int(size.value * ratio.value))


@layer("torch.nn.FractionalMaxPool2d", "torch.nn.FractionalMaxPool3d")
class FractionalMaxPool(Layer):
    def __init__(
        self, call: Call, kernel_size: Dims, output_size: Dims | None = None, output_ratio: Value = NONE,
        return_indices: bool = False, _random_samples: Value = NONE,
    ) -> None:  # fmt: skip
        self._settings = (kernel_size, output_size, output_ratio)
        self.return_indices = return_indices

    def forward(self, call: Call, input: Tensor) -> Value:
        return perhaps_with_indices(fractioned(call, input, *self._settings), self.return_indices)


@op(f"{FUNCTIONAL}.fractional_max_pool2d", f"{FUNCTIONAL}.fractional_max_pool3d")
def fractional_max_pool(
    call: Call, input: Tensor, kernel_size: Dims, output_size: Dims | None = None, output_ratio: Value = NONE,
    return_indices: bool = False, _random_samples: Value = NONE,
) -> Value:  # fmt: skip
    return perhaps_with_indices(fractioned(call, input, kernel_size, output_size, output_ratio), return_indices)


@op(f"{FUNCTIONAL}.fractional_max_pool2d_with_indices", f"{FUNCTIONAL}.fractional_max_pool3d_with_indices")
def fractional_max_pool_with_indices(
    call: Call, input: Tensor, kernel_size: Dims, output_size: Dims | None = None, output_ratio: Value = NONE,
    return_indices: Value = NONE, _random_samples: Value = NONE,
) -> Value:  # fmt: skip
    return perhaps_with_indices(fractioned(call, input, kernel_size, output_size, output_ratio), True)


def unpooled(
    call: Call, input: Tensor, indices: Tensor, kernel: Dims, stride: Dims | None, padding: Dims, output_size: Value
) -> Tensor:
    """The sizes from which pooling gave `input`, or those asked for."""
    call.family, call.operands = "pool", (input, indices)
    count = spatial_count(call)
    image = spatial(call, input, count)
    mine, theirs = call.axes(input), call.axes(indices)
    if mine is not None and theirs is not None:
        if len(mine) != len(theirs):
            call.report_rank(indices, str(len(mine)))
            raise Unresolved("indices of another rank")
        for index, (a, b) in enumerate(zip(mine, theirs, strict=True)):
            call.demand(a.size, b.size, "the shape of the input", indices, index - len(mine))
    if output_size is not NONE:
        wanted = dims(call, output_size)
        return Tensor(image.resized(spread(wanted[len(wanted) - count :], count)), input.dtype)
    rows = (spread(each, count) for each in (kernel, stride or kernel, padding))
    sizes = ((size - 1) * step - 2 * sides + width for size, width, step, sides in zip(image.sizes, *rows, strict=True))
    return Tensor(image.resized(tuple(sizes)), input.dtype)


@layer(*functions("torch.nn.MaxUnpool{}d"))
class MaxUnpool(Layer):
    def __init__(self, call: Call, kernel_size: Dims, stride: Dims | None = None, padding: Dims = ZERO) -> None:
        self.kernel_size, self.stride, self.padding = kernel_size, stride or kernel_size, padding

    def forward(  # type: ignore[override]
        self, call: Call, input: Tensor, indices: Tensor, output_size: Value = NONE
    ) -> Tensor:
        return unpooled(call, input, indices, self.kernel_size, self.stride, self.padding, output_size)


@op(*functions(FUNCTIONAL + ".max_unpool{}d"))
def max_unpool(
    call: Call, input: Tensor, indices: Tensor, kernel_size: Dims, stride: Dims | None = None, padding: Dims = ZERO,
    output_size: Value = NONE,
) -> Tensor:  # fmt: skip
    return unpooled(call, input, indices, kernel_size, stride, padding, output_size)
