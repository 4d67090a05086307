"""Shapes with an axis looked up, replaced, removed or added, wherever it lies: in a known part, or at its border."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import Unresolved
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.values import Tensor


def with_axis(call: Call, input: Tensor, dim: int) -> Shape:
    """The shape, refined so that the axis at `dim` is one of the known ones.

    Raises:
        Unresolved: there is no such axis (which is reported), or it may lie anywhere.
    """
    shape = call.shape(input)
    if shape.run is None:
        call.dim_index(input, dim)
        return shape
    shape = call.store.grow(shape, dim + 1, 0) if dim >= 0 else call.store.grow(shape, 0, -dim)
    if shape.run is not None and shape.axis(dim) is None:
        raise Unresolved("an axis of an unknown part")
    return shape


def checked_dim(call: Call, input: Tensor, dim: int) -> None:
    """Report an axis number that the tensor does not have."""
    if call.axes(input) is not None:
        call.dim_index(input, dim)


def axis_at(call: Call, input: Tensor, dim: int) -> Axis | None:
    """The axis at `dim`, None for a tensor without axes (which takes the numbers 0 and -1).

    Raises:
        Unresolved: there is no such axis (which is reported), or it may lie anywhere.
    """
    return with_axis(call, input, dim).axis(dim)


def replaced(call: Call, input: Tensor, dim: int, *axes: Axis) -> Shape:
    """The shape with `axes` in place of the one at `dim`; a tensor without axes stays one.

    Raises:
        Unresolved: there is no such axis (which is reported), or it may lie anywhere.
    """
    shape = with_axis(call, input, dim)
    if shape.run is None and not shape.leading:
        return shape
    if dim >= 0 or shape.run is None:
        at = dim if dim >= 0 else dim + len(shape.leading)
        return shape.with_axes((*shape.leading[:at], *axes, *shape.leading[at + 1 :]), shape.trailing)
    at = dim + len(shape.trailing)
    return shape.with_axes(shape.leading, (*shape.trailing[:at], *axes, *shape.trailing[at + 1 :]))


def inserted(call: Call, input: Tensor, dim: int, axis: Axis) -> Shape:
    """The shape with a new axis that has the number `dim` afterwards.

    Raises:
        Unresolved: `dim` is out of range (which is reported), or may lie anywhere.
    """
    shape = call.shape(input)
    if shape.run is None:
        at = call.dim_index(input, dim, extra=1)
        return Shape((*shape.leading[:at], axis, *shape.leading[at:]))
    shape = call.store.grow(shape, dim, 0) if dim >= 0 else call.store.grow(shape, 0, -dim - 1)
    if shape.run is None:
        return inserted(call, input, dim, axis)
    if 0 <= dim <= len(shape.leading):
        return shape.with_axes((*shape.leading[:dim], axis, *shape.leading[dim:]), shape.trailing)
    at = len(shape.trailing) + dim + 1
    if dim >= 0 or at < 0:
        raise Unresolved("an axis of an unknown part")
    return shape.with_axes(shape.leading, (*shape.trailing[:at], axis, *shape.trailing[at:]))
