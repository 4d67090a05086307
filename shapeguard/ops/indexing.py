"""Indexing: integers, slices, None, ellipsis, masks and integer tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import constant
from shapeguard.events.broadcasting import BroadcastMismatch
from shapeguard.events.picking import CountsOther
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.creation import kind_of, nested
from shapeguard.ops.memory_order import cut
from shapeguard.ops.picking import report_every_row
from shapeguard.ops.registry import op
from shapeguard.ops.sequences import report_step
from shapeguard.ops.slicing import checked_index, sliced
from shapeguard.ops.tables import with_cut
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.past import PICKED, Entry, Picked
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import (
    NONE,
    Computed,
    Counter,
    Library,
    Literal,
    Number,
    Opaque,
    Repeated,
    Sequence,
    Slice,
    Tensor,
    Value,
)

if TYPE_CHECKING:
    from shapeguard.ops.call import Call


class _Step(NamedTuple):
    """One part of an index: the axes it gives, or the tensor that picks entries."""

    axes: tuple[Axis, ...]
    picks: Tensor | None


@op("operator.getitem", "torch.Tensor.__getitem__")
def getitem(call: Call, input: Tensor, index: Value) -> Tensor:
    report_step(call, input, index)
    report_every_row(call, input, index)
    return with_cut(input, index, cut(input, _indexed(call, input, index)))


def _indexed(call: Call, input: Tensor, index: Value) -> Tensor:
    items = list(index.items) if isinstance(index, Sequence) and index.kind == "tuple" else [index]
    items = [_as_tensor(call, item) if isinstance(item, (Sequence, Repeated)) else item for item in items]
    dots = [i for i, item in enumerate(items) if isinstance(item, Literal) and item.value is ...]
    if len(dots) > 1:
        call.refuse("an index can only have one ellipsis", input)
    at = dots[0] if dots else len(items)
    before, after = items[:at], items[at + 1 :]
    left, right = _consumed(call, before), _consumed(call, after)
    if call.assume and _lists_axes(items):
        call.assume_rank(input, left)
    shape = call.shape(input)
    if shape.axes is not None and len(shape.axes) < left + right:
        least = left + right - sum(map(_may_be_none, items))
        if len(shape.axes) < least:
            call.family = "index"
            call.report_rank(input, f"at least {least}")
        raise Unresolved("too many indices")
    whole = 0 if dots or shape.run is None else min(_whole_axes(before), len(shape.trailing))
    shape = call.store.grow(shape, left - whole, right + whole)
    if shape.run is not None and whole:  # `x[:, 1:, :]` is `x[:, 1:]` of what has three axes
        before, left = before[:-whole], left - whole
    if shape.run is None:
        end = len(shape.leading) - right
        middle = [_Step((axis,), None) for axis in shape.leading[left:end]]
        last = _steps(call, input, after, shape.leading[end:])
        first = _steps(call, input, before, shape.leading[:left])
        return Tensor(Shape(_placed(call, [*first, *middle, *last])), input.dtype, _past(items))
    if len(shape.leading) < left or len(shape.trailing) < right:
        raise Unresolved("an index into an unknown part")
    first = _steps(call, input, before, shape.leading[:left])
    last = _steps(call, input, after, shape.trailing[len(shape.trailing) - right :] if right else ())
    return _around_run(call, input, shape, (first, last), left, right)


def _whole_axes(items: list[Value]) -> int:
    """How many of the last items take all of an axis."""
    count = 0
    for item in reversed(items):
        if not (isinstance(item, Slice) and item.is_whole):
            break
        count += 1
    return count


def _lists_axes(items: list[Value]) -> bool:
    """Whether an index ends in a whole axis, which nobody has to write: that all axes are listed is assumed."""
    slices = sum(isinstance(item, Slice) for item in items)
    written = [item for item in items if item is not NONE]
    return slices > 1 and _whole_axes(items) > 0 and all(isinstance(item, (Slice, Number)) for item in written)


def _past(items: list[Value]) -> Entry | Picked | None:
    """The index among the items that is an expression of sizes, if there is just one integer; else the first one."""
    if items and isinstance(items[0], Number) and items[0].dim.constant is not None:
        return PICKED
    numbers = [item.dim for item in items if isinstance(item, Number)]
    if len(numbers) != 1 or numbers[0].constant is not None or any(isinstance(item, Tensor) for item in items):
        return None
    return Entry(numbers[0])


def _around_run(
    call: Call, input: Tensor, shape: Shape, steps: tuple[list[_Step], list[_Step]], left: int, right: int
) -> Tensor:
    """The result where part of the axes between the indices is not known."""
    first, last = steps
    picking = [any(step.picks is not None for step in part) for part in steps]
    if all(picking):
        raise Unresolved("tensor indices around an unknown part")
    front: tuple[Axis, ...] = ()
    if picking[1] and not _together(last):
        front, last = _apart(call, last)
    leading, trailing = (*front, *_placed(call, first)), _placed(call, last)
    rest = shape.trailing[: len(shape.trailing) - right]
    return Tensor(shape.with_axes((*leading, *shape.leading[left:]), (*rest, *trailing)), input.dtype)


def _apart(call: Call, steps: list[_Step]) -> tuple[tuple[Axis, ...], list[_Step]]:
    """What tensors that stand apart pick comes in front of everything."""
    chosen, call.independent = call.independent, None  # `weight[range(n), range(m)]` is for what is square
    picked = broadcast(call, *(step.picks for step in steps if step.picks is not None))
    call.independent = chosen
    if picked.axes is None:
        raise Unresolved("an index of unknown rank")
    return picked.axes, [step for step in steps if step.picks is None]


def _as_tensor(call: Call, item: Sequence | Repeated) -> Tensor:
    """A list of numbers picks like a tensor."""
    kind = kind_of(item)
    if isinstance(item, Sequence) and any(
        isinstance(part, Literal) and isinstance(part.value, str) for part in item.items
    ):
        raise Unresolved("names of fields")
    if kind == "float":
        raise Unresolved("an index that is no integer")
    return Tensor(nested(call, item), "int" if kind is None and isinstance(item, Sequence) and not item.items else kind)


def _may_be_none(item: Value) -> bool:
    """Whether an index may use up no axis, as None does and True does."""
    return isinstance(item, Opaque) and not (item.used_as_number or item.used_as_tensor or isinstance(item, Computed))


def _consumed(call: Call, items: list[Value]) -> int:
    """How many axes the items use up."""
    return sum(_axes_used(call, item) for item in items)


def _axes_used(call: Call, item: Value) -> int:
    if item is NONE:
        return 0
    if isinstance(item, Library) or (isinstance(item, Literal) and isinstance(item.value, str)):
        raise Unresolved("an index that may be anything, or the name of a field of an array")
    if isinstance(item, Opaque) and item.used_as_tensor:
        item = item.tensor
    if isinstance(item, Tensor) and item.dtype == "bool":
        return len(call.known_axes(item))
    if isinstance(item, Literal) and isinstance(item.value, bool):
        return 0
    return 1


def _steps(call: Call, input: Tensor, items: list[Value], axes: tuple[Axis, ...]) -> list[_Step]:
    """What each item gives; an integer, or one in a tensor, takes its axis away and is no more seen."""
    steps: list[_Step] = []
    position = 0
    for item in items:
        used = axes[position : position + _axes_used(call, item)]
        position += len(used)
        if isinstance(item, Number):
            checked_index(call, input, used[0], item.dim)
            if isinstance(item, Counter) and items.count(item) == 1:  # `x[i, i]` is a diagonal
                _report_counted(call, input, used[0], item)
        elif not _is_integer(call, item):
            steps.append(_step(call, input, item, used))
    return steps


def _report_counted(call: Call, input: Tensor, axis: Axis, index: Counter) -> None:
    """Report an index that counts the entries of another axis of the same tensor."""
    shape, same = call.shape(input), call.store.facts.same
    if shape.run is not None or same(index.limit, axis.size) or axis.size.constant is not None:
        return
    size = call.store.facts.simplify(axis.size)
    if size.names is None or (len(size.terms) > 1 and size.symbols & index.limit.symbols):
        return  # it may well be that size, or has some entries more
    for place, other in enumerate(shape.leading):
        if same(index.limit, other.size):
            call.report(CountsOther(call.name, shape.leading, shape.leading.index(axis), place), index.site)
            return


def _is_integer(call: Call, item: Value) -> bool:
    """Whether it is a tensor without axes that is as good as an integer."""
    return isinstance(item, Tensor) and item.dtype == "int" and call.shape(item).rank == 0


def _step(call: Call, input: Tensor, item: Value, used: tuple[Axis, ...]) -> _Step:
    if item is NONE:
        return _Step((Axis(constant(1), Origin.INSERTED, call.site),), None)
    if isinstance(item, Slice):
        return _Step((sliced(call, used[0], item),), None)
    if isinstance(item, Opaque) and item.used_as_tensor:
        item = item.tensor
    if isinstance(item, Tensor):
        return _Step((), _picks(call, input, item, used))
    if isinstance(item, Literal) and isinstance(item.value, bool):
        return _Step((), Tensor(Shape((Axis(constant(int(item.value))),)), "int"))
    raise Unresolved("an index that is not known")


def _picks(call: Call, input: Tensor, item: Tensor, used: tuple[Axis, ...]) -> Tensor:
    if item.dtype == "bool":
        call.family, call.operands = "index", (input, item)
        mask = call.known_axes(item)
        for i, (axis, flags) in enumerate(zip(used, mask, strict=True)):
            call.demand(axis.size, flags.size, "a masked axis", item, i - len(mask))
        return Tensor(Shape((Axis(call.fresh(0)),)), "int")
    if item.dtype == "int":
        return item
    if call.shape(item).rank != 1:
        raise Unresolved("an index that may be a mask")
    return item if call.assume else Tensor(Shape((Axis(call.fresh(0)),)), "int")  # one axis in either case


def _together(steps: list[_Step]) -> bool:
    picking = [i for i, step in enumerate(steps) if step.picks is not None]
    return not picking or picking[-1] - picking[0] + 1 == len(picking)


def _placed(call: Call, steps: list[_Step]) -> tuple[Axis, ...]:
    """The axes of all steps; tensors that pick entries give theirs at their place if together, in front if not."""
    if all(step.picks is None for step in steps):
        return tuple(axis for step in steps for axis in step.axes)
    picked, others = _apart(call, steps)
    if not _together(steps):
        return (*picked, *(axis for step in others for axis in step.axes))
    result: list[Axis] = []
    placed = False
    for step in steps:
        if step.picks is None:
            result += step.axes
        elif not placed:
            result += picked
            placed = True
    return tuple(result)


@op("operator.setitem", "torch.Tensor.__setitem__")
def setitem(call: Call, input: Tensor, index: Value, value: Value) -> None:
    """The part that is assigned must exist; what is assigned is broadcast to it, and must not be larger."""
    part = getitem(call, input, index)
    if not isinstance(value, (Tensor, Number, Literal)):
        return
    assigned = tensor(call, value)
    target, given = call.axes(part), call.axes(assigned)
    if target is None or given is None:
        return
    while len(given) > len(target) and not call.store.differ(given[0].size, constant(1)):
        call.store.learn_equal(given[0].size, constant(1))  # leading axes of size 1 are dropped
        given = given[1:]
    shape = broadcast(call, part, Tensor(Shape(given)))
    after = shape.axes
    if after is None:
        return
    grown = [i for i, (old, new) in enumerate(zip(reversed(target), reversed(after), strict=False), start=1)
             if call.store.differ(old.size, new.size)]  # fmt: skip
    if len(after) > len(target) or grown:
        call.report(BroadcastMismatch(call.name, (target, given), grown[0] if grown else len(after)))
        raise Unresolved("more is assigned than there is room for")
