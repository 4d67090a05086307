"""Tensors with spatial axes behind their channels, and windows that slide over them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import constant, smallest
from shapeguard.ops.layer import as_batch
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

_COUNT = re.compile(r"(\d)d")


class Spatial(NamedTuple):
    """`(N, C, *sizes)` or `(C, *sizes)`: perhaps a batch, the channels, the spatial axes."""

    batch: Shape
    channels: Axis
    axes: tuple[Axis, ...]

    @property
    def sizes(self) -> tuple[Dim, ...]:
        return tuple(axis.size for axis in self.axes)

    def resized(self, sizes: tuple[Dim, ...], channels: Axis | None = None) -> Shape:
        """The same batch with other sizes and perhaps other channels."""
        axes = (axis.resized(size) for axis, size in zip(self.axes, sizes, strict=True))
        return self.batch.with_axes(self.batch.leading, (*self.batch.trailing, channels or self.channels, *axes))

    def with_batch(self) -> Spatial:
        """The same, where the first of all axes is known to be the batch."""
        if self.batch.run is not None or len(self.batch.leading) != 1:
            return self
        return self._replace(batch=Shape((as_batch(self.batch.leading[0]),)))


def spatial_count(call: Call) -> int:
    """How many spatial axes the operation works on: 2 for `max_pool2d` and `Conv2d`."""
    found = _COUNT.search(call.name.rpartition(".")[2])
    return int(found[1]) if found is not None else 0


def spatial(call: Call, input: Tensor, count: int) -> Spatial:
    """The parts of an input that is `(N, C, *sizes)` or `(C, *sizes)` with `count` sizes.

    Raises:
        Unresolved: it has another number of axes (which is reported).
    """
    last = count + 1
    call.assume_rank(input, last + 1)
    shape = call.shape(input)
    if shape.run is None or shape.minimum_rank > last:
        axes = call.rank_in(input, last, last + 1)
        at = len(axes) - last
        return Spatial(Shape(axes[:at]), axes[at], axes[at + 1 :])
    shape = call.store.grow(shape, 0, last)
    at = len(shape.trailing) - last
    if shape.run is not None and at >= 0:
        return Spatial(
            Shape(shape.leading, shape.run, shape.trailing[:at]), shape.trailing[at], shape.trailing[at + 1 :]
        )
    first, *rest = (Axis(call.fresh()) for _ in range(last))
    return Spatial(Shape((), Run()), first, tuple(rest))


def at_least(call: Call, size: Dim, minimum: int, reason: str, *tensors: Tensor) -> None:
    """Demand that `size` is at least `minimum`, or learn that it is.

    Raises:
        Unresolved: it is less (which is reported, with `reason`).
    """
    facts = call.store.facts
    lower = facts.lower(size)
    if lower is not None and lower >= minimum:
        return
    upper = facts.upper(size)
    if upper is not None and upper < minimum:
        call.refuse(reason, *tensors)
    call.store.facts = facts.at_least(size, minimum)


def slid(call: Call, input: Tensor, size: Dim, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim) -> Dim:
    """How often a window fits into an axis that is padded by `padding` in all."""
    rest = size + padding - dilation * (kernel - 1) - 1
    at_least(call, rest, 0, "the kernel is larger than its padded input", input)
    return counted(call, rest, stride) + 1


def counted(call: Call, rest: Dim, stride: Dim) -> Dim:
    """`rest // stride`; a stride that is not positive gives a size of which nothing is known."""
    if stride.value is not None and stride.value < 1:
        call.refuse("the stride is not positive")
    return call.store.facts.simplify(rest // stride)


def slid_ceiling(size: Dim, kernel: Dim, stride: Dim, padding: Dim, dilation: Dim) -> Dim:
    """As `slid` with `ceil_mode`: a last window may reach over the end, if it starts inside the input or before it."""
    covered = dilation * (kernel - 1) + 1
    windows = (size + 2 * padding - covered + stride - 1) // stride + 1
    starts = (size + padding + stride - 1) // stride
    surplus = covered - stride - padding
    if surplus.value is not None and surplus.value >= 0:
        return windows
    return smallest(windows, starts)


ONE = (constant(1),)
ZERO = (constant(0),)
