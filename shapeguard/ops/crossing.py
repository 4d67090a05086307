"""Sizes that would have to be equal although the order of the axes says that each belongs elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Label, Verdict, constant, may_be
from shapeguard.events.sizes import Crossed
from shapeguard.ops.conversion import Unresolved
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.values import Tensor

Axes = tuple["Axis", ...]
LAYERS = {"layer", "conv", "norm"}
LEAST_TELLING = 16  # smaller numbers are the sizes of too many things
LEAST_TARGET = 2  # with fewer axes the classes are the last one
PRODUCTS = {"matmul", "bmm", "mm"}
TRANSPOSED = {-2: -1, -1: -2}  # the axis of a matrix that would be at this one


def check_demand(call: Call, expected: Dim, actual: Dim, tensor: Tensor, axis: int) -> None:
    """Report a tensor that has the size `expected` at another axis than at `axis`, where it is needed.

    A layer says itself what its size is; of two tensors, both sizes must have names of their own, or the tensors be alike.

    Raises:
        Unresolved: it has.
    """
    if not _may_cross(call, expected, actual) and not (call.family in LAYERS and actual.value == 1 != expected.value):
        return
    shape = call.shape(tensor)
    if axis >= 0 and shape.run is not None:
        return
    axes = shape.leading if shape.run is None else shape.trailing
    axis = axis if axis < 0 else axis - len(axes)
    belongs = _place(call, axes, expected, axis)
    if belongs is None and call.family in LAYERS:
        belongs = _place_of_factor(call, axes, expected, axis)
    if belongs is None:
        return
    operands = call.operands if tensor in call.operands else (tensor,)
    if len(operands) == 1 and call.family not in LAYERS:
        return  # a square matrix is asked for
    if call.family == "cat" and any(_has(call, other, expected, belongs) for other in operands if other is not tensor):
        return  # a square was given its size by another one
    shapes = tuple(map(call.shape, operands))
    if call.family in LAYERS and len(shapes) > 1 and _is_square(call, shapes[1]):
        return  # it may be for several axes in turn
    if call.family in LAYERS:
        meant = has_own_name(call, expected) if expected.constant is None else expected.constant >= LEAST_TELLING
    elif call.family in PRODUCTS and belongs == TRANSPOSED.get(axis):
        meant = expected.constant is None and _are_of_their_own(call, expected, actual, shapes)
    else:
        meant = _are_named(call, expected, actual, labels=len(shapes) == 2 and _alike(call, shapes[0], shapes[1]))
    if meant:
        call.report(Crossed(call.name, shapes, operands.index(tensor), axis, belongs, expected, actual))
        raise Unresolved("sizes that fit by accident only")


def _has(call: Call, tensor: Tensor, size: Dim, axis: int) -> bool:
    """Whether an axis of a tensor, counted from the right, has this very size."""
    found = call.shape(tensor).axis(axis)
    return found is not None and call.store.facts.same(found.size, size)


def check_batches(call: Call, left: Tensor, right: Tensor) -> None:
    """Report operands whose batches, all axes but the last two, are of sizes that another axis has.

    Raises:
        Unresolved: they are.
    """
    first, second = call.axes(left), call.axes(right)
    if first is None or second is None:
        return
    for axis in range(-min(len(first), len(second)), -2):
        mine, theirs = first[axis].size, second[axis].size
        if mine is not theirs and call.store.compare(mine, theirs) is Verdict.UNKNOWN:
            check_demand(call, mine, theirs, right, axis)
            check_demand(call, theirs, mine, left, axis)


def check_classes(call: Call, input: Tensor, target: Tensor) -> None:
    """Report an input whose class axis is the last one, by a target that has the size of all the others.

    Raises:
        Unresolved: it is.
    """
    mine, theirs = call.known_axes(input), call.known_axes(target)
    if (
        len(theirs) < LEAST_TARGET
        or len(theirs) != len(mine) - 1
        or not _may_cross(call, mine[-1].size, theirs[-1].size)
    ):
        return
    same = all(call.store.facts.same(a.size, b.size) for a, b in zip(mine, theirs, strict=False))
    if (
        same
        and theirs[-1].size.constant is None
        and call.store.compare(mine[-1].size, theirs[-1].size) is Verdict.UNKNOWN
    ):
        shapes = call.shape(input), call.shape(target)
        call.report(Crossed(call.name, shapes, 0, -1, -2, theirs[-1].size, mine[-1].size))
        raise Unresolved("classes along another axis than the second one")


def check_letter(call: Call, known: Axis, operand: Tensor, axis: Axis) -> None:
    """Report the first of two operands, one letter of which is an axis of size `known`, where another has that of `axis`.

    The letters of one equation name axes; those of the next one read them in another order.

    Raises:
        Unresolved: it has.
    """
    if len(call.operands) != 2 or operand is call.operands[0] or not _may_cross(call, known.size, axis.size):
        return
    mine, theirs, facts = call.axes(call.operands[0]), call.axes(operand), call.store.facts
    if mine is None or theirs is None or sum(facts.same(other.size, axis.size) for other in theirs) > 1:
        return
    at = next((i for i in range(-len(mine), 0) if mine[i].size is known.size), None)
    belongs = None if at is None else _place(call, mine, axis.size, at)
    if at is not None and belongs is not None and _are_named(call, known.size, axis.size, labels=True):
        shapes = tuple(map(call.shape, call.operands))
        call.report(Crossed(call.name, shapes, 0, at, belongs, axis.size, known.size))
        raise Unresolved("sizes that fit by accident only")


def check_index(call: Call, input: Tensor, index: Tensor, dim: int) -> None:
    """Report an index that has one entry along an axis of `input`, and along `dim` as many as that axis has.

    Raises:
        Unresolved: it has.
    """
    mine, theirs = call.known_axes(input), call.known_axes(index)
    for place, (axis, other) in enumerate(zip(mine, theirs, strict=True)):
        if place == dim or axis.is_one or not other.is_one or not has_own_name(call, axis.size):
            continue
        if call.store.facts.same(theirs[dim].size, axis.size) and not call.store.facts.same(mine[dim].size, axis.size):
            shapes, rank = (call.shape(input), call.shape(index)), len(mine)
            call.report(Crossed(call.name, shapes, 1, place - rank, dim - rank, axis.size, other.size))
            raise Unresolved("an index of axes in another order")


def check_diagonal(call: Call, tensor: Tensor, first: int, second: int) -> None:
    """Report a diagonal of two axes to which the source gives different names.

    Raises:
        Unresolved: it does.
    """
    axes = call.known_axes(tensor)
    one, other = axes[first].size, axes[second].size
    names = {call.store.facts.simplify(size).names for size in (one, other)}  # one, where this equation named them
    if len(names) == 2 and None not in names and call.store.compare(one, other) is Verdict.UNKNOWN:
        shapes = tuple(map(call.shape, call.operands))
        call.report(Crossed(call.name, shapes, call.operands.index(tensor), second, first, one, other))
        raise Unresolved("a diagonal of axes that are equal by accident only")


def check_broadcast(call: Call, left: Axes, right: Axes) -> None:
    """Report operands that have the same two sizes in another order.

    Raises:
        Unresolved: they have.
    """
    for axis in range(-min(len(left), len(right)), 0):
        mine, theirs = left[axis].size, right[axis].size
        if mine is theirs or not _may_cross(call, mine, theirs) or mine.value == theirs.value is not None:
            continue  # a square matrix may well meet itself transposed
        belongs, other = _free(call, right, left, mine), _free(call, left, right, theirs)
        if (
            belongs is not None
            and other is not None
            and (_are_named(call, mine, theirs) or _is_name_of_number(call, mine, theirs))
        ):
            call.report(Crossed(call.name, (Shape(left), Shape(right)), 1, axis, belongs, mine, theirs))
            raise Unresolved("sizes that fit by accident only")


def _may_cross(call: Call, a: Dim, b: Dim) -> bool:
    """Whether neither size is 1, they are not known to be equal, and none is the other one, cut off or filled up."""
    if 1 in (a.value, b.value) or call.store.facts.same(a, b):
        return False
    a, b = call.store.facts.simplify(a), call.store.facts.simplify(b)
    if max(len(a.terms), len(b.terms)) > 1 and a.symbols & b.symbols:
        return False  # what one of them lacks, or has more, may be nothing
    return not (may_be(a, b) or may_be(b, a))


def _are_named(call: Call, a: Dim, b: Dim, *, labels: bool = False) -> bool:
    """Whether the source has names for both: those that have none may well be meant to be equal."""
    if a.constant is not None or b.constant is not None:
        return False
    if labels:
        return call.store.facts.simplify(a).named and call.store.facts.simplify(b).named
    return has_own_name(call, a) and has_own_name(call, b)


def _are_of_their_own(call: Call, a: Dim, b: Dim, shapes: tuple[Shape, ...]) -> bool:
    """Whether both sizes have names; of two tensors of one shape, one of them may have it from a pattern.

    A square matrix, both axes of which patterns name, may well be multiplied with itself.
    """
    own = has_own_name(call, a), has_own_name(call, b)
    return all(own) or (any(own) and len(shapes) == 2 and _alike(call, *shapes) and _are_named(call, a, b, labels=True))


def _is_name_of_number(call: Call, a: Dim, b: Dim) -> bool:
    """Whether one is a number, more than 1, and the other has a name that says nothing of it."""
    number, size = (a, b) if a.constant is not None else (b, a)
    return number.constant is not None and number.constant > 1 and size.constant is None and has_own_name(call, size)


def has_own_name(call: Call, size: Dim) -> bool:
    """Whether the source has a name for a size that is not one that a pattern gave it."""
    size = call.store.facts.simplify(size)
    return size.named and not any(isinstance(symbol.name, Label) for symbol in size.symbols)


def _alike(call: Call, a: Shape, b: Shape) -> bool:
    """Whether two shapes are the same."""
    return (
        a.axes is not None
        and b.axes is not None
        and len(a.axes) == len(b.axes)
        and all(call.store.facts.same(x.size, y.size) for x, y in zip(a.axes, b.axes, strict=True))
    )


def _is_square(call: Call, shape: Shape) -> bool:
    axes = shape.axes
    return axes is not None and len(axes) > 1 and call.store.facts.same(axes[0].size, axes[1].size)


def _place(call: Call, axes: Axes, size: Dim, apart_from: int) -> int | None:
    """The axis, as a negative number, that has this size."""
    same = call.store.facts.same
    places = range(-len(axes), 0)
    return next((i for i in places if i != apart_from and same(axes[i].size, size)), None)


def _place_of_factor(call: Call, axes: Axes, size: Dim, merged: int) -> int | None:
    """The axis that would have to take the place of one of the axes that were merged into `merged`."""
    if merged < -len(axes):
        return None
    factors = axes[merged].factors
    for factor in factors:
        rest = constant(1)
        for other in factors:
            rest *= constant(1) if other is factor else other.size
        for place, axis in enumerate(axes, start=-len(axes)):
            if place != merged and axis.size.constant is None and call.store.facts.same(axis.size * rest, size):
                return place
    return None


def _free(call: Call, axes: Axes, others: Axes, size: Dim) -> int | None:
    """The axis that has this size and does not meet the same one."""
    same = call.store.facts.same
    for i in range(-len(axes), 0):
        if same(axes[i].size, size) and not (i >= -len(others) and same(others[i].size, size)):
            return i
    return None
