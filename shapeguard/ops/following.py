"""What becomes of a tensor's past when it meets another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.broadcasting import EntryBroadcast, TotalTimes
from shapeguard.ops.scaling import noted
from shapeguard.ops.tables import along
from shapeguard.ops.units import divided
from shapeguard.ops.weights import without_weights
from shapeguard.shapes.axis import Origin
from shapeguard.shapes.past import Entry, Lengths, Outer, Part, Total
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis

PRODUCTS = frozenset(["mul", "multiply"])
QUOTIENTS = frozenset(["div", "divide", "true_divide", "truediv"])
SUMS = frozenset(["add", "sub"])
STRETCHING = PRODUCTS | QUOTIENTS | SUMS
BOUNDED = frozenset(["add", "clamp", "clip", "clamp_min"])  # so that nothing is divided by 0
POWERS = frozenset(["pow"])
LEAST_ITEMS = 3  # of one axis whose size is written as a number: 1 and 2 are the same by accident


def followed(call: Call, left: Tensor, right: Tensor, result: Tensor) -> Tensor:
    """The result of an operation on two tensors, once what was made of them is considered."""
    kind = call.name.rpartition(".")[2]
    if kind in STRETCHING and (outer := _outer(call, left, right, result)) is not None:
        return outer
    if kind in POWERS and isinstance(left.past, Outer):
        return Tensor(result.shape, result.dtype, left.past._replace(summable=True))
    if kind in QUOTIENTS:
        return noted(call, left, right, divided(call, left, right, result) or _quotient(call, right, result))
    if kind in PRODUCTS:
        return noted(call, left, right, _product(call, (left, right), result))
    if kind in SUMS and (found := along(call, left, right, result)) is not None:
        return found
    if left.past is None and right.past is None:
        return result
    if kind in BOUNDED and isinstance(left.past, Lengths) and call.axes(right) == ():
        return Tensor(result.shape, result.dtype, left.past)
    if kind in SUMS:
        _report_entries(call, (left, right))
        _report_totals(call, (left, right))
    return result


def _outer(call: Call, left: Tensor, right: Tensor, result: Tensor) -> Tensor | None:
    """The result, where the operands stretched each other, or where a number scales what did."""
    a, b = call.axes(left), call.axes(right)
    if a is None or b is None:
        return None
    kind = call.name.rpartition(".")[2]
    if abs(len(a) - len(b)) == 1 and result.shape.axes not in (a, b):
        return Tensor(result.shape, result.dtype, Outer(call.name, (a, b), call.site, kind not in SUMS))
    past = left.past if b == () else right.past if a == () else None
    return Tensor(result.shape, result.dtype, past) if isinstance(past, Outer) else None


def _quotient(call: Call, divisor: Tensor, result: Tensor) -> Tensor:
    """Weights that are divided by their sum along an axis are normalised anew."""
    axes, sums = call.axes(result), call.axes(divisor)
    if axes and sums and any(axis.origin is Origin.KEPT for axis in sums):
        return Tensor(Shape(without_weights(axes)), result.dtype)
    return result


def _product(call: Call, operands: tuple[Tensor, Tensor], result: Tensor) -> Tensor:
    """A product keeps in mind what a number was that it scales."""
    for operand, (number, other) in enumerate((operands, operands[::-1])):
        if isinstance(number.past, Total):
            axes, before = call.axes(other), call.axes(Tensor(number.past.shape))
            if axes == ():
                return Tensor(result.shape, result.dtype, number.past)
            if axes and before and _leads(call, axes, before, number.past):
                call.report(TotalTimes(call.name, operand, before, axes, number.past.loss))
    return result


def _report_totals(call: Call, operands: tuple[Tensor, Tensor]) -> None:
    """Report the sum of all items that meets one number for each; sums of the very same tensor are meant."""
    for operand, (number, other) in enumerate((operands, operands[::-1])):
        if isinstance(number.past, Total) and not number.past.loss:  # the mean of what a loss is added to is the same
            axes, before = call.axes(other), call.axes(Tensor(number.past.shape))
            same = isinstance(other.past, Part) and other.past.shape is number.past.shape
            if (
                axes
                and before
                and _leads(call, axes, before, number.past)
                and not same
                and not _is_square(call, before)
            ):
                call.report(TotalTimes(call.name, operand, before, axes))


def _is_square(call: Call, axes: tuple[Axis, ...]) -> bool:
    """Whether a matrix has as many rows as columns, as counts of pairs have: what a total lacks is a part of it."""
    return len(axes) == 2 and call.store.facts.same(axes[0].size, axes[1].size)


def _leads(call: Call, axes: tuple[Axis, ...], before: tuple[Axis, ...], total: Total) -> bool:
    """Whether `before` begins with these axes and has more, or just as many where a loss reduced it."""
    single = axes[0].size.constant if len(axes) == 1 else None
    certain = single is None or single >= LEAST_ITEMS
    pairs = zip(axes, before, strict=False)
    fewer = len(axes) < len(before) + total.loss
    return certain and fewer and all(call.store.facts.same(a.size, b.size) for a, b in pairs)


def _report_entries(call: Call, operands: tuple[Tensor, Tensor]) -> None:
    """Report one entry of a table, taken at an index that is a size of what it is broadcast to."""
    shapes = tuple(map(call.shape, operands))
    for operand, other in ((0, 1), (1, 0)):
        past = operands[operand].past
        if isinstance(past, Entry):
            axes = (*shapes[other].leading, *shapes[other].trailing)
            if any(axis.size is past.at for axis in axes):
                call.report(EntryBroadcast(call.name, shapes, operand, past.at))
