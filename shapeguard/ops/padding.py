"""Padding: pairs of widths, from the last axis forwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import dims
from shapeguard.ops.layer import Layer
from shapeguard.ops.registry import layer, op
from shapeguard.ops.windows import at_least, spatial_count
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.past import Padded
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import NONE, Opaque, Sequence, Sizes, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

PAST_THE_INPUT = {
    "reflect": (1, "the padding is not less than the input"),
    "circular": (0, "the padding is more than the input"),
}


def padded(call: Call, input: Tensor, widths: tuple[Dim, ...], mode: str) -> Tensor:
    """Each pair of `widths` is added before and after an axis; a negative width cuts entries off."""
    call.family, call.operands = "pad", (input,)
    if len(widths) % 2:
        call.refuse(f"{len(widths)} widths are not pairs", input)
    count = len(widths) // 2
    if mode != "constant":
        call.rank_in(input, *((count + 1, count + 2)))
    shape = call.shape(input)
    if shape.run is None and len(shape.leading) < count:
        call.refuse(f"{count} pairs of widths for {len(shape.leading)} axes", input)
    shape = call.store.grow(shape, 0, count)
    axes = shape.leading if shape.run is None else shape.trailing
    if len(axes) < count:  # as many of the leading axes as are not seen at the end may be among those that grow
        return Tensor(Shape(shape.leading[: max(len(shape.leading) - count + len(axes), 0)], Run()), input.dtype)
    kept = len(axes) - count
    pairs = zip(widths[::2], widths[1::2], strict=True)
    grown = [_axis(call, input, axis, pair, mode) for axis, pair in zip(reversed(axes[kept:]), pairs, strict=True)]
    last = (*axes[:kept], *reversed(grown))
    whole = shape.with_axes(last) if shape.run is None else shape.with_axes(shape.leading, last)
    return Tensor(whole, input.dtype, Padded())


def _axis(call: Call, input: Tensor, axis: Axis, pair: tuple[Dim, Dim], mode: str) -> Axis:
    less, reason = PAST_THE_INPUT.get(mode, (0, ""))
    for width in pair if reason else ():
        at_least(call, axis.size - width, less, reason, input)
    size = axis.size + pair[0] + pair[1]
    at_least(call, size, 0, "more is cut off than there is", input)
    return axis.resized(call.store.facts.simplify(size))


@op("torch.constant_pad_nd")
def constant_pad_nd(call: Call, input: Tensor, pad: Value, value: Value = NONE) -> Tensor:
    return _given(call, input, pad, "constant")


@op("torch.nn.functional.pad")
def pad(call: Call, input: Tensor, pad: Value, mode: str = "constant", value: Value = NONE) -> Tensor:
    return _given(call, input, pad, mode)


def _given(call: Call, input: Tensor, widths: Value, mode: str) -> Tensor:
    if not isinstance(widths, (Sequence, Sizes)):
        axes = call.axes(input)  # any of them may have got longer
        shape = call.unknown().shape if axes is None else Shape(tuple(Axis(call.fresh(0)) for _ in axes))
        return Tensor(shape, input.dtype, Padded())
    return padded(call, input, dims(call, widths), mode)


class Pad(Layer):
    """A padding of as many axes as the name says; one width stands for all sides, and others as for `pad`."""

    mode = "constant"

    def __init__(self, call: Call, padding: Value) -> None:
        self.padding = padding
        count = 2 * spatial_count(call)
        if isinstance(padding, Opaque):
            self._widths = tuple(padding.part(index, None).number.dim for index in range(count))  # type: ignore[attr-defined]
            return
        given = dims(call, padding)
        self._widths = given * count if len(given) == 1 and not isinstance(padding, Sequence) else given

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return padded(call, input, self._widths, self.mode)


def named(kind: str) -> list[str]:
    return [f"torch.nn.{kind}Pad{n}d" for n in (1, 2, 3)]


@layer(*named("Zero"))
class ZeroPad(Pad):
    pass


@layer(*named("Constant"))
class ConstantPad(Pad):
    def __init__(self, call: Call, padding: Value, value: Value) -> None:
        super().__init__(call, padding)


@layer(*named("Reflection"))
class ReflectionPad(Pad):
    mode = "reflect"


@layer(*named("Replication"))
class ReplicationPad(Pad):
    mode = "replicate"


@layer(*named("Circular"))
class CircularPad(Pad):
    mode = "circular"
