"""Matrices of which one vector scales rows and columns: they are square, as those of the edges of a graph are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.broadcasting import Misaligned
from shapeguard.shapes.axis import Origin
from shapeguard.shapes.past import Outer, Scaled
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.shape import Shape


def scales_again(a: Tensor, b: Tensor) -> bool:
    """Whether one is a vector and the other a matrix whose rows it scaled, as in `d[:, None] * a * d`."""
    return _scales(a, b) or _scales(b, a)


def _scales(vector: Tensor, matrix: Tensor) -> bool:
    return type(matrix.past) is Scaled and matrix.past.site is None and _along_columns(vector.shape) is matrix.past.by


def noted(call: Call, left: Tensor, right: Tensor, result: Tensor) -> Tensor:
    """The product, which remembers along which axis a vector scaled it; columns that were scaled before were meant."""
    if result.past is not None:
        return result
    for vector, matrix in ((left, right), (right, left)):
        rows = _along_rows(vector.shape)
        if rows is not None:
            site = _scaled_at(matrix, rows)
            if site is not None and call.retract is not None:
                call.retract(Misaligned, site)
            return Tensor(result.shape, result.dtype, Scaled(rows))
    for vector, matrix in ((left, right), (right, left)):
        columns = _along_columns(vector.shape)
        if columns is not None and len(matrix.shape.leading) > 1:
            return Tensor(result.shape, result.dtype, Scaled(columns, call.site))
    return result


def _scaled_at(matrix: Tensor, by: Dim) -> int | None:
    """Where a vector of a size scaled the columns of a matrix."""
    past = matrix.past
    if type(past) is Scaled:
        return past.site if past.by is by else None
    if type(past) is Outer:
        return past.site if any(len(axes) == 1 and axes[0].size is by for axes in past.shapes) else None
    return None


def _along_rows(shape: Shape) -> Dim | None:
    """The size of a vector that was given another axis behind its own."""
    leading = shape.leading
    found = len(leading) > 1 and leading[1].origin is Origin.INSERTED and leading[1].is_one and not leading[0].is_one
    return leading[0].size if found else None


def _along_columns(shape: Shape) -> Dim | None:
    """The size of a vector."""
    return shape.leading[0].size if len(shape.leading) == 1 and not shape.trailing else None
