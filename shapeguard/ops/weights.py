"""Weights that were normalised to sum to 1 along one axis, and products that sum over another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.axes import ContractsOther, FactorTransposed
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.batches import is_batch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapeguard.ops.call import Call
    from shapeguard.shapes.shape import Shape

Axes = tuple[Axis, ...]


def check_contraction(call: Call, axes: Axes, contracted: Sequence[int], kept: Sequence[int]) -> None:
    """Report weights that sum to 1 along an axis that stays, where one of the same size is summed over.

    Indices count from the left. Only a square of scores is certain: elsewhere, such as where inputs compete for slots,
    weights may well be normalised along the axis that stays.
    """
    if any(axes[index].origin is Origin.NORMALISED for index in contracted):
        return
    for index in kept:
        if axes[index].origin is Origin.NORMALISED:
            for other in contracted:
                if axes[other].size is axes[index].size and axes[other].size.constant is None:
                    event = ContractsOther(call.name, axes, index - len(axes), other - len(axes))
                    call.report(event, axes[index].site)  # where the weights were normalised
                    return


def are_chained(left: Shape, right: Shape) -> bool:
    """Whether both operands of a matrix product hold weights that sum to 1 along the same axis: so does the product."""
    pairs = [(left.axis(place), right.axis(place)) for place in (-1, -2)]
    return any(a is not None and b is not None and a.origin is b.origin is Origin.NORMALISED for a, b in pairs)


def check_shared(call: Call, weights: Axes, values: Axes) -> None:
    """Report weights of a matrix product that sum to 1 along an axis in front of the matrices, the same in both operands.

    Each of the matrices, such as a head, then takes sums whose weights add up to anything. One row for each of them is
    something else: what is routed to one of several receivers.
    """
    if Origin.NORMALISED in (weights[-1].origin, weights[-2].origin) or weights[-2].is_one or weights[-1].is_one:
        return
    for place in range(-min(len(weights), len(values)), -2):
        mine, theirs = weights[place], values[place]
        if mine.origin is Origin.NORMALISED and call.store.facts.same(mine.size, theirs.size) and not mine.is_one:
            call.report(ContractsOther(call.name, weights, place, -1), mine.site)


def check_apart(call: Call, weights: Axes, multiplied: Sequence[int], shared: Sequence[int]) -> None:
    """Report weights of which each item of a shared axis takes some: along that axis they sum to 1, and along no other.

    Of each item, `multiplied` are the axes of the matrix of weights: those summed over, and those that only weights have.
    """
    if any(weights[index].origin is Origin.NORMALISED for index in multiplied):
        return
    for index in shared:
        axis = weights[index]
        told = is_batch(axis.resized(call.store.facts.simplify(axis.size)))  # where they were normalised
        if axis.origin is Origin.NORMALISED and not axis.is_one and not told:
            event = ContractsOther(call.name, weights, index - len(weights), multiplied[-1] - len(weights))
            call.report(event, axis.site)


def check_factors(call: Call, inner: Axis, row: Axis, shapes: tuple[Shape, Shape]) -> bool:
    """Report a product that sums over singular values on one side and over an axis of the factored matrix on the other."""
    found = inner.site == row.site is not None and {inner.origin, row.origin} == {Origin.SINGULAR, Origin.FACTORED}
    if found:
        call.report(FactorTransposed(call.name, shapes))
    return found


def without_weights(axes: Axes) -> Axes:
    """The axes of what was normalised anew."""
    return tuple(Axis(axis.size, None, axis.site) if axis.origin is Origin.NORMALISED else axis for axis in axes)
