"""Differences, integrals and cumulative sums along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant, largest
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, axes
from shapeguard.ops.demands import demand_shape
from shapeguard.ops.editing import axis_at, replaced
from shapeguard.ops.reduction import reduced
from shapeguard.ops.registry import op
from shapeguard.ops.windows import at_least
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import NONE, Number, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


@op("diff")
def diff(call: Call, input: Tensor, n: int = 1, dim: int = -1, prepend: Tensor | None = None,
         append: Tensor | None = None) -> Tensor:  # fmt: skip
    """Each difference makes the axis one shorter."""
    axis = axis_at(call, input, dim)
    if axis is None:
        call.report_rank(input, "at least 1")
        raise Unresolved("a tensor without axes")
    if n == 0:
        return Tensor(input.shape, input.dtype)
    size = axis.size
    for extra in (prepend, append):
        if extra is not None:
            other = call.shape(extra)
            if other.rank == 0:
                size += 1
            else:
                more = axis_at(call, extra, dim)
                size += call.fresh(0) if more is None else more.size
    dtype = "bool" if input.dtype == "bool" else input.dtype
    return Tensor(replaced(call, input, dim, Axis(_at_least_0(call, size - n))), dtype)


def _at_least_0(call: Call, size: Dim) -> Dim:
    low = call.store.facts.lower(size)
    return size if low is not None and low >= 0 else largest(size, constant(0))


@op("trapz", "trapezoid", "torch.trapz")
def trapezoid(call: Call, input: Tensor, x: Tensor | None = None, *, dx: Value = NONE, dim: int = -1) -> Tensor:
    """One axis is integrated."""
    areas, at = _areas(call, input, x, dim)
    return Tensor(reduced(call, areas, (at,), keepdim=False), "float")


@op("cumulative_trapezoid")
def cumulative_trapezoid(
    call: Call, input: Tensor, x: Tensor | None = None, *, dx: Value = NONE, dim: int = -1
) -> Tensor:
    return _areas(call, input, x, dim)[0]


def _areas(call: Call, input: Tensor, x: Tensor | None, dim: int) -> tuple[Tensor, int]:
    """An area between every two neighbours, and the axis they lie along; abscissae of several axes broadcast."""
    axis = axis_at(call, input, dim)
    if axis is None:
        raise Unresolved("a tensor without axes")
    heights = _between(call, input, dim)
    if x is None:
        return heights, dim
    mine, theirs = call.known_axes(input), call.known_axes(x)
    call.operands = (input, x)
    if len(theirs) == 1:
        demand_shape(call, x, (axis,), "the size of the integrated axis")
        return heights, dim
    at = call.dim_index(input, dim)
    if len(theirs) < len(mine):
        theirs = (Axis(constant(1)),) * (len(mine) - len(theirs)) + theirs
    areas = Tensor(broadcast(call, heights, _between(call, Tensor(Shape(theirs)), at)))
    if len(theirs) > len(mine):
        raise Unresolved("abscissae of more axes")
    return areas, at


def _between(call: Call, input: Tensor, dim: int) -> Tensor:
    axis = axis_at(call, input, dim)
    if axis is None:
        raise Unresolved("a tensor without axes")
    return Tensor(replaced(call, input, dim, Axis(axis.size - 1)), "float")


@op("torch.gradient")
def gradient(
    call: Call, input: Tensor, *, spacing: Value = NONE, dim: Value = NONE, edge_order: Value = NONE
) -> Sequence:
    """One tensor for each axis, of the same shape."""
    over = tuple(range(len(call.known_axes(input)))) if dim is NONE else axes(call, dim)
    if call.shape(input).rank is not None and len({call.dim_index(input, index) for index in over}) < len(over):
        call.refuse(f"an axis is given twice in dim={over}", input)
    if isinstance(spacing, Sequence) and len(spacing.items) != len(over):
        call.refuse(f"{len(spacing.items)} spacings for {len(over)} axes", input)
    order = edge_order.dim.value if isinstance(edge_order, Number) else 1
    for index in over:
        axis = axis_at(call, input, index)
        if axis is not None and order is not None:
            at_least(call, axis.size, order + 1, f"an axis needs at least {order + 1} entries", input)
    count = len(over)
    return Sequence([Tensor(input.shape, input.dtype)] * count, "list")


@op("cov")
def covariance(
    call: Call, input: Tensor, *, correction: Value = NONE, fweights: Value = NONE, aweights: Value = NONE
) -> Tensor:
    axes = call.rank_in(input, 0, 1, 2)
    observations = axes[-1] if axes else Axis(constant(1))
    for weights in (fweights, aweights):
        if isinstance(weights, Tensor):
            call.operands = (input, weights)
            call.rank_in(weights, 0, 1)
            if call.axes(weights):
                demand_shape(call, weights, (observations,), "the number of observations")
    return _between_rows(call, input)


@op("corrcoef")
def correlation(call: Call, input: Tensor) -> Tensor:
    return _between_rows(call, input)


def _between_rows(call: Call, input: Tensor) -> Tensor:
    rows = call.rank_in(input, 0, 1, 2)
    if len(rows) < 2 or rows[0].is_one:
        return Tensor(Shape(()), "float")
    least = call.store.facts.lower(rows[0].size)
    if rows[0].size.value is None and (least is None or least < 2):
        raise Unresolved("a number of rows that may be 1")
    return Tensor(Shape((rows[0], rows[0])), "float")
