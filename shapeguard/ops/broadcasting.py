"""Broadcasting as operations meet it: the resulting shape, and what is worth reporting."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shapeguard.dims import Symbol, broadcast_size
from shapeguard.events.broadcasting import BroadcastMismatch, LastReduced, Misaligned, OuterBroadcast, TableMet
from shapeguard.events.views import MergedOtherwise
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.crossing import check_broadcast
from shapeguard.ops.scaling import scales_again
from shapeguard.ops.strides import meets_itself
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.batches import is_batch
from shapeguard.shapes.broadcast import align
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Tensor

Axes = tuple[Axis, ...]
TABLES = (Origin.TABLE, Origin.LEARNED)
MEANT_FOR_TABLES = (*TABLES, Origin.MET_TABLE)  # what met one table may meet another
MANY_AXES = 3  # of tensors that hardly meet any with more


def broadcast(call: Call, *tensors: Tensor) -> Shape:
    """The shape that the tensors broadcast to.

    Raises:
        Unresolved: they cannot be broadcast (which is reported).
    """
    shape = call.shape(tensors[0])
    for index in range(1, len(tensors)):
        other = call.shape(tensors[index])
        if other is not shape:
            meant = any(_is_meant(tensors[index], before) for before in tensors[:index])
            shape = _pair(call, shape, other, crossing=not meant)
    return shape


def _is_meant(a: Tensor, b: Tensor) -> bool:
    """Whether the axes that meet are meant to be as long, whatever their names."""
    return (a.past is not None or b.past is not None) and (meets_itself(a, b) or scales_again(a, b))


def _pair(call: Call, left: Shape, right: Shape, *, crossing: bool) -> Shape:
    if left.run is None and right.run is None:
        return _known(call, left.leading, right.leading, crossing=crossing)
    if left.run is right.run and _same_size(left, right):
        return left
    if left.run is right.run and len(left.trailing) == len(right.trailing):
        around = _around_run(call, left, right, crossing=crossing)
        if around is not None:
            return around
    if left.run is right.run:
        _report_reduced(call, left, right)
    if right.run is None and not right.leading:
        return left
    if left.run is None and not left.leading:
        return right
    if call.assume:
        left, right = _as_wide(call, left, right), _as_wide(call, right, left)
        if left.run is None and right.run is None:
            return _known(call, left.leading, right.leading, crossing=crossing)
    return _partly_known(call, left, right, crossing=crossing)


def _as_wide(call: Call, shape: Shape, other: Shape) -> Shape:
    """The shape, which has as many axes as one that was given an axis of size 1 in front of others for its sake."""
    wide = other.run is None and len(other.leading) >= MANY_AXES and other.leading[0].origin is Origin.INSERTED
    if shape.run is None or not wide or not other.leading[0].is_one:
        return shape
    return call.store.fix_rank(shape, len(other.leading)) or shape


def _stretched_ones(call: Call, axes: Axes) -> Axes:
    """The axes, of which those of size 1 may have any."""
    simple = call.store.facts.simplify
    return tuple(Axis(call.fresh(1)) if simple(axis.size).value == 1 else axis for axis in axes)


def _around_run(call: Call, left: Shape, right: Shape, *, crossing: bool) -> Shape | None:
    """The result where both operands have the same unknown part, which meets itself; None where they do not fit."""
    parts = []
    for a, b in ((left.leading, right.leading), (left.trailing, right.trailing)):
        columns = [_column(call, x, y) for x, y in align(a, b)]
        parts.append(tuple(axis for axis in columns if axis is not None))
        if len(parts[-1]) < len(columns):
            return None
    if crossing and len(left.leading) != len(right.leading):
        _report_misaligned(call, left.leading, right.leading, open=True)
    return left.with_axes(*parts)


def _report_reduced(call: Call, left: Shape, right: Shape) -> None:
    """Report a tensor that meets what is left of it without its last axis: its other axes are not known, but the same."""
    if call.name == "operator.setitem":
        return
    short, long, operand = (left, right, 0) if len(left.trailing) < len(right.trailing) else (right, left, 1)
    if long.trailing[-1].is_one or not _same_size(short, long.with_axes(long.leading, long.trailing[:-1])):
        return
    call.report(LastReduced(call.name, (left, right), operand))


def _same_size(left: Shape, right: Shape) -> bool:
    pairs = ((left.leading, right.leading), (left.trailing, right.trailing))
    return all(len(a) == len(b) and all(x.size is y.size for x, y in zip(a, b, strict=True)) for a, b in pairs)


def _known(call: Call, left: Axes, right: Axes, *, crossing: bool) -> Shape:
    if len(left) == len(right) and all(a.size is b.size for a, b in zip(left, right, strict=True)):
        report_merged(call, left, right)
        _take_back(call, left, right)
        return Shape(left)
    if crossing and call.name != "operator.setitem":
        check_broadcast(call, left, right)
    columns = align(left, right)
    result = [_column(call, a, b) for a, b in columns]
    if None in result:
        axis = len(result) - max(i for i, found in enumerate(result) if found is None)
        call.report(BroadcastMismatch(call.name, (left, right), axis))
        raise Unresolved("shapes that cannot be broadcast")
    if _stretches(columns, 0) and _stretches(columns, 1):
        call.report(OuterBroadcast(call.name, (left, right)))
        result = [axis and _stretched(call, axis) for axis in result]
    elif crossing and len(left) != len(right):
        _report_misaligned(call, left, right)
    _report_tables(call, left, right)
    report_merged(call, left, right)
    return Shape(tuple(axis for axis in result if axis is not None))


def _stretched(call: Call, axis: Axis) -> Axis:
    return axis if axis.is_one or axis.origin is not None else Axis(axis.size, Origin.STRETCHED, call.site)


def _stretched_at(axes: Axes) -> int | None:
    for axis in axes:
        if axis.origin is Origin.STRETCHED:
            return axis.site
    return None


def _take_back(call: Call, left: Axes, right: Axes) -> None:
    """What meets a matrix was meant to be one: the operands stretched each other on purpose."""
    if left is right or call.retract is None:
        return
    for made, other in ((left, right), (right, left)):
        site = _stretched_at(made)
        if site is not None and _stretched_at(other) is None:
            call.retract(OuterBroadcast, site)


def _report_tables(call: Call, left: Axes, right: Axes) -> None:
    """Report an axis of a parameter or buffer that meets the outermost axis of what is none, or a batch behind that.

    What is written into a buffer, such as a cache, is meant to go there.
    """
    if call.name == "operator.setitem" or call.name.endswith("_"):
        return
    for operand, (table, other) in enumerate(((left, right), (right, left))):
        for place in range(-len(other), min(2 - len(other), -1)):
            if -len(table) > place or not _is_entry(table[place], other[place]):
                continue
            if place == -len(other) or is_batch(_settled(call, other[place])):
                call.report(TableMet(call.name, (left, right), operand, place))
                break


def _is_entry(mine: Axis, theirs: Axis) -> bool:
    """Whether what is no module's own, and was not cut to its length, meets an axis of a module's own tensor."""
    meant = theirs.origin in MEANT_FOR_TABLES or theirs.origin is Origin.SLICED
    return mine.origin in TABLES and not mine.is_one and not meant


def _settled(call: Call, axis: Axis) -> Axis:
    return axis.resized(call.store.facts.simplify(axis.size))


def report_merged(call: Call, left: Axes, right: Axes) -> None:
    """Report axes of one size that hold the same parts in different orders."""
    for index in range(-min(len(left), len(right)), 0):
        a, b = left[index], right[index]
        if a.factors and b.factors and a.size is b.size:
            mine, theirs = _parts(a), _parts(b)
            if mine != theirs and Counter(mine) == Counter(theirs):
                call.report(MergedOtherwise(call.name, (left, right), index))
                return


def _parts(axis: Axis) -> list[Dim]:
    """The sizes of what was merged into an axis, outermost first."""
    return [part for factor in axis.factors for part in _parts(factor)] if axis.factors else [axis.size]


def _stretches(columns: Sequence[tuple[object | None, ...]], index: int) -> bool:
    """Whether operand `index` is enlarged along an axis that the other one brings."""
    for column in columns:
        mine, other = column[index], column[1 - index]
        if isinstance(other, Axis) and not other.is_one and (mine is None or (isinstance(mine, Axis) and mine.is_one)):
            return True
    return False


def _report_misaligned(call: Call, left: Axes, right: Axes, *, open: bool = False) -> None:
    """Report `(batch,)` with `(batch, time)`: the batch is paired with the time, whatever their values are.

    `open` says that the same axes, which are not known, follow in both.
    """
    short, long, operand = (left, right, 0) if len(left) < len(right) else (right, left, 1)
    same = call.store.facts.same
    for position, axis in enumerate(reversed(short), start=1):
        partner = long[-position].size
        if axis.size.constant is not None or partner.value == 1 or same(axis.size, partner):
            continue
        for other in range(position + 1, len(long) + 1):
            taken = other <= len(short) and same(short[-other].size, long[-other].size)
            if not taken and same(axis.size, long[-other].size):
                call.report(Misaligned(call.name, (left, right), operand, position, other, open))
                return


def _column(call: Call, a: object | None, b: object | None) -> Axis | None:
    """One axis of the result; None where the sizes cannot be broadcast."""
    if not isinstance(a, Axis):
        return b if isinstance(b, Axis) else None
    if not isinstance(b, Axis) or a.size is b.size:
        return a
    size = broadcast_size(a.size, b.size, call.store.facts)
    if size is None:
        return None
    if call.assume:
        _fit_table(call, a, b)
    if size is a.size:
        return a
    if size is b.size:
        return b
    call.check_parameters(a.size, b.size)
    met = Origin.MET_TABLE if {a.origin, b.origin}.intersection(MEANT_FOR_TABLES) else None
    return (call.assume and _named(call, a, b)) or Axis(size, met)


def _fit_table(call: Call, a: Axis, b: Axis) -> None:
    """Learn that what meets a module's own tensor has its size: such a tensor is assumed not to enlarge anything."""
    for mine, theirs in ((a, b), (b, a)):
        size = call.store.facts.simplify(theirs.size)
        own = mine.origin in TABLES and theirs.origin is not Origin.JOINED and theirs.origin not in MEANT_FOR_TABLES
        if own and isinstance(size.atom, Symbol):
            call.store.learn_equal(mine.size, theirs.size)


def _named(call: Call, a: Axis, b: Axis) -> Axis | None:
    """The axis whose size has a name where that of the other has none: what is named is assumed not to be 1."""
    first, second = _naming(call, a), _naming(call, b)
    return None if first == second else a if first > second else b


def _naming(call: Call, axis: Axis) -> int:
    """Whether the function has a name for a size (2), what calls it has (1), or none (0)."""
    size = call.store.facts.simplify(axis.size)
    if size.names is not None:
        return 2
    return int(bool(call.called) and all(symbol in call.called for symbol in size.symbols))


def _partly_known(call: Call, left: Shape, right: Shape, *, crossing: bool) -> Shape:
    """Broadcasting with an unknown part: what can be said of the last axes, as far as both sides are known."""
    trailing: list[Axis] = []
    a, b = left.trailing if left.run else left.leading, right.trailing if right.run else right.leading
    for x, y in zip(reversed(a), reversed(b), strict=False):
        axis = _column(call, x, y)
        if axis is None:
            break
        trailing.insert(0, axis)
    longer = a if len(a) > len(b) else b
    for axis in reversed(longer[: len(longer) - len(trailing)]):
        if not _is_never_stretched(call, axis):
            break
        trailing.insert(0, axis)
    for known, other in ((left, right.trailing), (right, left.trailing)):
        if crossing and known.run is None and len(known.leading) < len(other):
            _report_misaligned(call, known.leading, other)
    for whole, part in ((left, right), (right, left)):
        wide = whole.run is None and max(MANY_AXES, part.minimum_rank) <= len(whole.leading)
        if call.assume and wide and not _is_for_channels(whole.leading):
            return Shape((*_stretched_ones(call, whole.leading[: len(whole.leading) - len(trailing)]), *trailing))
    return call.store.as_wide(left, right, trailing=tuple(trailing))


def _is_for_channels(axes: Axes) -> bool:
    """Whether only the first axis is not one: a number for every channel of an image, or of a batch of them."""
    return not axes[0].is_one and all(axis.is_one for axis in axes[1:])


def _is_never_stretched(call: Call, axis: Axis) -> bool:
    """Whether broadcasting keeps the size whatever it meets: it is more than 1, or 0."""
    size = call.store.facts.simplify(axis.size)
    if call.trusts_names and size.value != 1 and size.named:
        return True
    lower = call.store.facts.lower(axis.size)
    return axis.size.value == 0 or (lower is not None and lower >= 2)
