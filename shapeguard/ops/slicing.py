"""What `lower:upper:step` leaves of an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Symbol, constant, largest, smallest
from shapeguard.ops.conversion import Unresolved
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.values import NONE, Number, Opaque

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Slice, Tensor, Value


def sliced(call: Call, axis: Axis, item: Slice) -> Axis:
    """The axis that a slice leaves."""
    lower, upper, step = (_bound(part) for part in (item.lower, item.upper, item.step))
    size = length_of(call, axis.size, lower, upper, step)
    if size is axis.size:
        return axis
    return Axis(size, axis.origin if axis.origin in (Origin.REGROUPED, Origin.TABLE) else Origin.SLICED, call.site)


def length_of(call: Call, size: Dim, lower: Dim | None, upper: Dim | None, step: Dim | None = None) -> Dim:
    """How many entries a slice leaves of `size`."""
    if lower is None and upper is None and step is None:
        return size
    start = constant(0) if lower is None else _position(call, lower, size)
    stop = size if upper is None else _position(call, upper, size)
    if start is None or stop is None:
        return call.fresh(0)
    length = _difference(call, start, stop)
    if step is None or step.value == 1:
        return length
    if step.value is None:
        return call.fresh(0)
    if step.value < 1:
        raise Unresolved("a slice backwards, which only numpy's arrays take")
    return (length + (step - 1)) // step


def _bound(value: Value | None) -> Dim | None:
    if value is None or value is NONE:
        return None
    if isinstance(value, Number):
        return value.dim
    if isinstance(value, Opaque):
        return value.number.dim
    raise Unresolved("a bound that is no integer")


def _position(call: Call, bound: Dim, size: Dim) -> Dim | None:
    """Where a bound lies, between 0 and `size`; None when its sign is not known, which a name is assumed not to hide."""
    if call.assume and bound.constant in (1, -1):  # an axis without entries has none to ask for
        return bound if bound.constant == 1 else size + bound
    facts = call.store.facts
    low, high = facts.lower(bound), facts.upper(bound)
    if low is not None and low >= 0:
        return bound if _at_most(call, bound, size) else smallest(bound, size)
    if high is not None and high < 0:
        return size + bound if _at_most(call, -bound, size) else largest(size + bound, constant(0))
    return smallest(bound, size) if call.assume and isinstance(bound.atom, Symbol) else None


def _at_most(call: Call, a: Dim, b: Dim) -> bool:
    lower = call.store.facts.lower(call.store.facts.simplify(b - a))
    return lower is not None and lower >= 0


def beyond(call: Call, a: Dim, b: Dim) -> bool:
    """Whether `a` is certainly more than `b`."""
    return _at_most(call, b + 1, a)


def _difference(call: Call, start: Dim, stop: Dim) -> Dim:
    if start.constant == 0:
        return stop
    return stop - start if _at_most(call, start, stop) else largest(stop - start, constant(0))


def checked_index(call: Call, input: Tensor, axis: Axis, index: Dim) -> None:
    """Report an integer index that the axis does not have."""
    if index.constant is not None and (
        beyond(call, index + 1, axis.size) if index.constant >= 0 else beyond(call, -index, axis.size)
    ):
        call.refuse(f"index {index} is out of range for an axis of {axis.size} entries", input)
