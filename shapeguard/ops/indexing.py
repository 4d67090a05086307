"""Indexing: integers, slices, None, ellipsis, masks and integer tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import constant, largest, smallest
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.reduction import reduced, replaced
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import NONE, Literal, Number, Opaque, Sequence, Slice, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call


class _Step(NamedTuple):
    """One part of an index: the axes it gives, or the tensor that picks entries."""

    axes: tuple[Axis, ...]
    picks: Tensor | None


@op("operator.getitem")
def getitem(call: Call, input: Tensor, index: Value) -> Tensor:
    items = list(index.items) if isinstance(index, Sequence) and index.kind == "tuple" else [index]
    dots = [i for i, item in enumerate(items) if isinstance(item, Literal) and item.value is ...]
    if len(dots) > 1:
        raise Unresolved("two ellipses")
    at = dots[0] if dots else len(items)
    before, after = items[:at], items[at + 1 :]
    left, right = _consumed(call, before), _consumed(call, after)
    shape = call.shape(input)
    if shape.axes is not None and len(shape.axes) < left + right:
        call.family = "index"
        call.report_rank(input, f"at least {left + right}")
        raise Unresolved("too many indices")
    shape = call.store.grow(shape, left, right)
    if shape.run is None:
        return _indexed(call, input, shape, before, after, right)
    if len(shape.leading) < left or len(shape.trailing) < right:
        raise Unresolved("an index into an unknown part")
    first = _steps(call, before, shape.leading[:left])
    last = _steps(call, after, shape.trailing[len(shape.trailing) - right :] if right else ())
    if any(step.picks is not None for step in (*first, *last)) and (last or not _together(first)):
        raise Unresolved("tensor indices around an unknown part")
    leading = _placed(call, first)
    rest = shape.trailing[: len(shape.trailing) - right]
    trailing = (*rest, *(axis for step in last for axis in step.axes))
    return Tensor(shape.with_axes((*leading, *shape.leading[left:]), trailing), input.dtype)


def _indexed(call: Call, input: Tensor, shape: Shape, before: list[Value], after: list[Value], right: int) -> Tensor:
    axes = shape.leading
    end = len(axes) - right
    left = _consumed(call, before)
    middle = [_Step((axis,), None) for axis in axes[left:end]]
    steps = [*_steps(call, before, axes[:left]), *middle, *_steps(call, after, axes[end:])]
    return Tensor(Shape(_placed(call, steps)), input.dtype)


def _consumed(call: Call, items: list[Value]) -> int:
    """How many axes the items use up."""
    return sum(_axes_used(call, item) for item in items)


def _axes_used(call: Call, item: Value) -> int:
    if item is NONE:
        return 0
    if isinstance(item, Tensor) and item.dtype == "bool":
        return len(call.known_axes(item))
    if isinstance(item, (Number, Slice, Tensor, Sequence)):
        return 1
    raise Unresolved("an index that is not known")


def _steps(call: Call, items: list[Value], axes: tuple[Axis, ...]) -> list[_Step]:
    steps: list[_Step] = []
    mixed = any(isinstance(item, (Tensor, Sequence)) for item in items)
    position = 0
    for item in items:
        used = axes[position : position + _axes_used(call, item)]
        position += len(used)
        steps.append(_step(call, item, used, mixed=mixed))
    return steps


def _step(call: Call, item: Value, used: tuple[Axis, ...], *, mixed: bool) -> _Step:
    if item is NONE:
        return _Step((Axis(constant(1), Origin.INSERTED, call.site),), None)
    if isinstance(item, Slice):
        return _Step((sliced(call, used[0], item),), None)
    if isinstance(item, Number):
        return _Step((), Tensor(SCALAR, "int") if mixed else None)
    if isinstance(item, Tensor):
        if item.dtype == "bool":
            return _Step((), Tensor(Shape((Axis(call.fresh(0)),)), "int"))
        if item.dtype is None and call.axes(item) is None:
            raise Unresolved("an index of unknown rank")
        if item.dtype is None:
            raise Unresolved("an index that may be a mask")
        return _Step((), item)
    if isinstance(item, Sequence) and all(isinstance(entry, Number) for entry in item.items):
        return _Step((), Tensor(Shape((Axis(constant(len(item.items))),)), "int"))
    if isinstance(item, Opaque):
        raise Unresolved("an index that is not known")
    raise Unresolved("an index of another kind")


def _together(steps: list[_Step]) -> bool:
    picking = [i for i, step in enumerate(steps) if step.picks is not None]
    return not picking or picking[-1] - picking[0] + 1 == len(picking)


def _placed(call: Call, steps: list[_Step]) -> tuple[Axis, ...]:
    """The axes of all steps; tensors that pick entries give theirs at their place if together, in front if not."""
    picks = [step.picks for step in steps if step.picks is not None]
    if not picks:
        return tuple(axis for step in steps for axis in step.axes)
    picked = broadcast(call, *picks)
    if picked.axes is None:
        raise Unresolved("an index of unknown rank")
    if not _together(steps):
        return (*picked.axes, *(axis for step in steps for axis in step.axes))
    result: list[Axis] = []
    placed = False
    for step in steps:
        if step.picks is None:
            result += step.axes
        elif not placed:
            result += picked.axes
            placed = True
    return tuple(result)


def sliced(call: Call, axis: Axis, item: Slice) -> Axis:
    """The axis that `lower:upper:step` leaves."""
    lower, upper, step = (_bound(part) for part in (item.lower, item.upper, item.step))
    size = axis.size
    if lower is None and upper is None and step is None:
        return axis
    start = constant(0) if lower is None else _position(call, lower, size)
    stop = size if upper is None else _position(call, upper, size)
    if start is None or stop is None:
        return Axis(call.fresh(0), Origin.SLICED, call.site)
    length = _difference(call, start, stop)
    if step is not None and step.value != 1:
        if step.value is None or step.value < 1:
            raise Unresolved("a step that cannot be")
        length = (length + (step - 1)) // step
    return axis if length is size else Axis(length, Origin.SLICED, call.site)


def _bound(value: Value | None) -> Dim | None:
    if value is None or value is NONE:
        return None
    if isinstance(value, Number):
        return value.dim
    if isinstance(value, Opaque):
        return value.number.dim
    raise Unresolved("a bound that is no integer")


def _position(call: Call, bound: Dim, size: Dim) -> Dim | None:
    """Where a bound lies, between 0 and `size`; None when its sign is not known."""
    facts = call.store.facts
    low, high = facts.lower(bound), facts.upper(bound)
    if low is not None and low >= 0:
        return smallest(bound, size) if not _at_most(call, bound, size) else bound
    if high is not None and high < 0:
        return size + bound if _at_most(call, -bound, size) else largest(size + bound, constant(0))
    return None


def _at_most(call: Call, a: Dim, b: Dim) -> bool:
    lower = call.store.facts.lower(call.store.facts.simplify(b - a))
    return lower is not None and lower >= 0


def _difference(call: Call, start: Dim, stop: Dim) -> Dim:
    if start.constant == 0:
        return stop
    return stop - start if _at_most(call, start, stop) else largest(stop - start, constant(0))


@op("operator.setitem")
def setitem(call: Call, input: Tensor, index: Value, value: Value) -> None:
    """The part that is assigned must exist; what is assigned is broadcast to it."""
    getitem(call, input, index)


@op("narrow")
def narrow(call: Call, input: Tensor, dim: int, start: Value, length: Dim) -> Tensor:
    return Tensor(replaced(call, input, dim, Axis(length, Origin.SLICED, call.site)), input.dtype)


@op("select")
def select(call: Call, input: Tensor, dim: int, index: Value) -> Tensor:
    return Tensor(reduced(call, input, (dim,), keepdim=False), input.dtype)


@op("gather", "take_along_dim")
def gather(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    """The shape of the index."""
    index = options.get("index") or options.get("indices")
    tensors = [value for value in rest if isinstance(value, Tensor)]
    found = index if isinstance(index, Tensor) else tensors[0] if tensors else None
    if found is None:
        raise Unresolved("an index that is not known")
    shape = call.shape(found)
    if shape.axes is None:
        return Tensor(shape, input.dtype)
    axes = tuple(Axis(a.size, Origin.GATHERED, call.site) if a.is_one else a for a in shape.axes)
    return Tensor(Shape(axes), input.dtype)


@op("scatter", "scatter_add", "scatter_reduce", "index_add", "index_copy", "index_fill", "index_put", "masked_scatter")
def scatter(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    return Tensor(input.shape, input.dtype)


@op("index_select")
def index_select(call: Call, input: Tensor, dim: int, index: Tensor) -> Tensor:
    axes = call.rank_in(index, 0, 1) if call.axes(index) is not None else ()
    return Tensor(replaced(call, input, dim, axes[0] if axes else Axis(call.fresh())), input.dtype)


@op("masked_select")
def masked_select(call: Call, input: Tensor, mask: Tensor) -> Tensor:
    broadcast(call, input, mask)
    return Tensor(Shape((Axis(call.fresh(0)),)), input.dtype)


@op("nonzero", "argwhere")
def nonzero(call: Call, input: Tensor, as_tuple: bool = False) -> Value:
    axes = call.axes(input)
    if as_tuple:
        if axes is None:
            raise Unresolved("a tensor of unknown rank")
        shape = Shape((Axis(call.fresh(0)),))
        return Sequence([Tensor(shape, "int") for _ in axes])
    rank = Axis(call.fresh(0) if axes is None else constant(len(axes)))
    return Tensor(Shape((Axis(call.fresh(0)), rank)), "int")
