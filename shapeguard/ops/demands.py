"""Whole shapes that an operation needs of an operand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import Unresolved

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.values import Tensor


def demand_shape(call: Call, input: Tensor | None, expected: tuple[Axis, ...], subject: str) -> None:
    """Demand that the tensor, if there is one, has these sizes; `subject` says what they are.

    Raises:
        Unresolved: it has others (which is reported).
    """
    axes = None if input is None else call.axes(input)
    if input is None or axes is None:
        return
    demand_rank(call, input, len(expected))
    for index, (wanted, axis) in enumerate(zip(expected, axes, strict=True)):
        call.demand(wanted.size, axis.size, subject, input, index - len(axes))


def demand_rank(call: Call, input: Tensor, rank: int) -> None:
    """Demand that the tensor, where its rank is known, has so many axes.

    Raises:
        Unresolved: it has another number (which is reported).
    """
    if call.shape(input).rank not in (rank, None):
        call.report_rank(input, str(rank))
        raise Unresolved("another rank")


def demand_least_rank(call: Call, input: Tensor, rank: int) -> None:
    """Demand that the tensor, where its rank is known, has at least so many axes.

    Raises:
        Unresolved: it has fewer (which is reported).
    """
    found = call.shape(input).rank
    if found is not None and found < rank:
        call.report_rank(input, f"at least {rank}")
        raise Unresolved("too few axes")


def demand_expands(call: Call, input: Tensor, wanted: tuple[Axis, ...], subject: str) -> None:
    """Demand that the tensor, where its rank is known, can be stretched to these sizes.

    Raises:
        Unresolved: it cannot (which is reported).
    """
    axes = call.axes(input)
    if axes is None:
        return
    if len(axes) > len(wanted):
        call.report_rank(input, f"at most {len(wanted)}")
        raise Unresolved("too many axes")
    for index in range(-1, -len(axes) - 1, -1):
        lower = call.store.facts.lower(axes[index].size)
        if lower is not None and lower > 1:
            call.demand(wanted[index].size, axes[index].size, subject, input, index)
