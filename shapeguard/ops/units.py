"""Vectors that were scaled to length 1 along one axis, and products that sum over another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.axes import LengthsOfOther
from shapeguard.ops.editing import replaced
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.past import Lengths
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import NONE, Number, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

    Axes = tuple[Axis, ...]

EUCLIDEAN = 2


def is_euclidean(order: Value) -> bool:
    """Whether it is the length of vectors that is asked for."""
    return order is NONE or (isinstance(order, Number) and order.dim.constant == EUCLIDEAN)


def scaled(call: Call, input: Tensor, dim: int) -> Shape:
    """The shape, with the axis marked along which vectors have length 1."""
    shape = call.shape(input)
    axis = shape.axis(dim)
    if axis is None or axis.is_one or (shape.rank is not None and shape.rank < 2):
        return shape
    before = Tensor(shape.with_axes(_unscaled(shape.leading), _unscaled(shape.trailing)))
    return replaced(call, before, dim, Axis(axis.size, Origin.UNIT, call.site, axis.factors))


def _unscaled(axes: Axes) -> Axes:
    """The axes of what is scaled anew."""
    return tuple(Axis(axis.size, None, axis.site) if axis.origin is Origin.UNIT else axis for axis in axes)


def divided(call: Call, vectors: Tensor, lengths: Tensor, result: Tensor) -> Tensor | None:
    """Vectors that are divided by their lengths; None where the divisor is something else."""
    if not isinstance(lengths.past, Lengths) or lengths.past.shape is not vectors.shape:
        return None
    return Tensor(scaled(call, result, lengths.past.dim), result.dtype)


def check_units(call: Call, left: Axes, right: Axes, summed: tuple[int, int]) -> None:
    """Report a product of vectors of length 1 with vectors of length 1 that sums over another axis of one of them.

    It is a cosine only of vectors along the axis that is summed over. `summed` are the numbers of that axis.
    """
    if not all(any(axis.origin is Origin.UNIT for axis in axes) for axes in (left, right)):
        return
    if left[summed[0]].is_one or right[summed[1]].is_one:
        return  # every entry is multiplied with every other
    for axes, index in ((left, summed[0]), (right, summed[1])):
        if axes[index].origin is not Origin.UNIT:
            place = next(i for i, axis in enumerate(axes) if axis.origin is Origin.UNIT)
            event = LengthsOfOther(call.name, axes, place - len(axes), index if index < 0 else index - len(axes))
            call.report(event, axes[place].site)
