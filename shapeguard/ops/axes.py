"""Axes moved, added and removed; the elements stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.events.axes import SqueezeAll, SqueezeNothing, SqueezeOpen
from shapeguard.ops import strides
from shapeguard.ops.conversion import Unresolved, axes, integer
from shapeguard.ops.conversion import axes as axes_of
from shapeguard.ops.editing import checked_dim, inserted, replaced, with_axis
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.past import PICKED, Reordered, Squeezed
from shapeguard.shapes.shape import Shape, known
from shapeguard.shapes.values import NONE, Number, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Axes
    from shapeguard.shapes.values import Value


@op("permute", "permute_copy")
def permute(call: Call, input: Tensor, *dims: Value) -> Tensor:
    try:
        order = tuple(index for group in dims for index in axes_of(call, group))
    except Unresolved:
        return _in_any_order(call, input)
    return ordered(call, input, order)


def _in_any_order(call: Call, input: Tensor) -> Tensor:
    """The axes, of which it is not known which goes where."""
    axes = call.known_axes(input)
    if all(axis.size is axes[0].size for axis in axes):
        return input
    low = 0 if any((call.store.facts.lower(axis.size) or 0) < 1 for axis in axes) else 1
    return Tensor(known(call.fresh(low) for _ in axes), input.dtype)


def ordered(call: Call, input: Tensor, order: tuple[int, ...]) -> Tensor:
    """The axes in a new order."""
    axes = call.rank_in(input, len(order))
    indices = [call.dim_index(input, index) for index in order]
    if len(set(indices)) != len(axes):
        call.refuse(f"an axis occurs twice in {order}", input)
    shape = Shape(
        tuple(_moved(call, axes[index], index, place, index == len(axes) - 1) for place, index in enumerate(indices))
    )
    places = {place - len(axes): index - len(axes) for place, index in enumerate(indices)}
    return strides.moved(input, shape, places)


def _moved(call: Call, axis: Axis, before: int, after: int, last: bool) -> Axis:
    """An axis at another place; one of size 1 says by that where it is meant to be, and weights what they are meant for.

    Weights along any axis but the last were given theirs on purpose, for what sums over it.
    """
    if before == after:
        return axis
    if axis.origin is Origin.NORMALISED and last:
        return Axis(axis.size, None, axis.site)
    return Axis(axis.size, Origin.MOVED, call.site) if axis.is_one else axis


@op("transpose", "transpose_copy", "swapaxes", "swapdims")
def transpose(call: Call, input: Tensor, dim0: Value, dim1: Value) -> Tensor:
    try:
        first, second = integer(call, dim0), integer(call, dim1)
    except Unresolved:
        return _in_any_order(call, input)
    return swapped(call, input, first, second)


def swapped(call: Call, input: Tensor, dim0: int, dim1: int) -> Tensor:
    """The axes, of which two change places."""
    try:
        for index in (dim0, dim1):
            shape = with_axis(call, input, index)
    except Unresolved:
        if not call.assume or call.shape(input).run is None:
            raise
        return Tensor(call.store.as_wide(call.shape(input)), input.dtype)
    shape = call.shape(input)
    a, b = shape.axis(dim0), shape.axis(dim1)
    if a is None or b is None:
        return input
    leading, trailing = list(shape.leading), list(shape.trailing)
    end = shape.axis(-1)
    for index, axis, other in ((dim0, b, dim1), (dim1, a, dim0)):
        moved = _moved(call, axis, other, index, axis is end)
        (leading if index >= 0 or shape.run is None else trailing)[index] = moved
    count = len(leading) if shape.run is None else 0
    first, second = (index - count if index >= 0 else index for index in (dim0, dim1))
    known = shape.run is None or (dim0 < 0 and dim1 < 0)
    return strides.moved(input, shape.with_axes(leading, trailing), {first: second, second: first} if known else {})


@op("t", "t_copy", "torch.Tensor.T", "torch.Tensor.H")
def reverse(call: Call, input: Tensor) -> Tensor:
    """The two axes of a matrix; vectors and numbers stay. `T` reverses more, which is deprecated."""
    name = call.name.rpartition(".")[2]
    shape = call.shape(input)
    if shape.run is not None:
        raise Unresolved("a tensor of unknown rank")
    if len(shape.leading) > 2 and name != "T":
        call.report_rank(input, "at most 2")
        raise Unresolved("too many axes")
    if name == "H" and len(shape.leading) == 1:
        call.report_rank(input, "0 or 2")
        raise Unresolved("a vector")
    last = len(shape.leading) - 1
    axes = (_moved(call, axis, last - i, i, i == 0) for i, axis in enumerate(shape.leading[::-1]))
    return Tensor(Shape(tuple(axes)), input.dtype, Reordered(None, input.shape, strides.first(input) or input.shape))


@op("adjoint", "torch.Tensor.mT", "torch.Tensor.mH")
def transposed_matrices(call: Call, input: Tensor) -> Tensor:
    """The last two axes of at least two."""
    shape = call.shape(input)
    if shape.rank is not None and shape.rank < 2:
        call.report_rank(input, "at least 2")
        raise Unresolved("too few axes")
    return swapped(call, input, -2, -1)


@op("movedim", "moveaxis")
def movedim(call: Call, input: Tensor, source: Axes, destination: Axes) -> Tensor:
    if len(source) != len(destination):
        call.refuse(f"{len(source)} axes cannot move to {len(destination)} places", input)
    if len(source) == 1 and call.axes(input) is None:
        axis = with_axis(call, input, source[0]).axis(source[0])
        if axis is not None:
            others = Tensor(replaced(call, input, source[0]), input.dtype)
            return Tensor(inserted(call, others, destination[0], axis), input.dtype)
    axes = call.known_axes(input)
    taken = [call.dim_index(input, index) for index in source]
    places = [call.dim_index(input, index) for index in destination]
    if not axes:
        return input
    if len(set(taken)) != len(taken) or len(set(places)) != len(places):
        call.refuse("an axis is given twice", input)
    rest = iter(axis for i, axis in enumerate(axes) if i not in taken)
    placed = dict(zip(places, taken, strict=True))
    moved = (
        _moved(call, axes[placed[i]], placed[i], i, placed[i] == len(axes) - 1) if i in placed else next(rest)
        for i in range(len(axes))
    )
    return Tensor(Shape(tuple(moved)), input.dtype)


@op("unsqueeze", "unsqueeze_copy")
def unsqueeze(call: Call, input: Tensor, dim: Dim) -> Tensor:
    index = dim.value
    if index is None:
        return Tensor(known(call.fresh() for _ in range(len(call.known_axes(input)) + 1)), input.dtype)
    return Tensor(inserted(call, input, index, Axis(constant(1), Origin.INSERTED, call.site)), input.dtype)


@op("squeeze", "squeeze_copy")
def squeeze(call: Call, input: Tensor, dim: Axes | None = None) -> Tensor:
    """Axes of size 1 disappear; where that depends on a size that is not known, so does the rank."""
    if dim is None:
        shape = call.shape(input)
        axes = tuple(_resolved(call, axis) for axis in (*shape.leading, *shape.trailing))
        if shape.run is not None or any(_perhaps_one(call, axis) for axis in axes):
            return _perhaps_squeezed(
                call, input, shape.with_axes(axes[: len(shape.leading)], axes[len(shape.leading) :])
            )
        return Tensor(Shape(tuple(axis for axis in axes if not axis.is_one)), input.dtype)
    for index in dim:
        with_axis(call, input, index)
    shape = call.shape(input)
    if shape.run is None and shape.leading and len({index % len(shape.leading) for index in dim}) < len(dim):
        call.refuse(f"an axis is given twice in dim={dim}", input)
    if shape.run is None:
        given = {index % max(1, len(shape.leading)): index for index in dim}
        return Tensor(Shape(tuple(_without_ones(call, shape, shape.leading, given))), input.dtype)
    count = len(shape.trailing)
    leading = _without_ones(call, shape, shape.leading, {index: index for index in dim if index >= 0})
    trailing = _without_ones(call, shape, shape.trailing, {index + count: index for index in dim if index < 0})
    return Tensor(shape.with_axes(leading, trailing), input.dtype)


def _perhaps_squeezed(call: Call, input: Tensor, shape: Shape) -> Tensor:
    """What may have lost axes, and whether that was meant."""
    axes = (*shape.leading, *shape.trailing)
    has_one, result = any(axis.is_one for axis in axes), call.unknown().shape
    whole = shape.run is None and not has_one
    meant = has_one or (whole and len(axes) > 2)
    told = meant and input.past is not PICKED and not any(_perhaps_empty(call, axis) for axis in axes)
    if told:
        call.report(SqueezeAll(call.name, shape))
    if whole:
        call.report(SqueezeOpen(call.name, shape, result))
    if not (told or whole):
        raise Unresolved("sizes that may be 1")
    return Tensor(result, input.dtype, Squeezed(call.site) if told else None)


def _without_ones(call: Call, shape: Shape, axes: tuple[Axis, ...], given: dict[int, int]) -> list[Axis]:
    """What squeezing leaves of some axes of `shape`; `given` are the numbers of axes to squeeze, by their index."""
    kept = []
    for i, axis in enumerate(axes):
        if i not in given:
            kept.append(axis)
        elif _perhaps_one(call, axis):
            raise Unresolved("a size that may be 1")
        elif not axis.is_one:
            kept.append(axis)
            call.report(SqueezeNothing(call.name, shape, given[i]))
    return kept


def _resolved(call: Call, axis: Axis) -> Axis:
    """The axis with a size of 1 where the path knows it to be 1."""
    return axis if axis.size.value is not None else axis.resized(call.store.facts.simplify(axis.size))


def _perhaps_empty(call: Call, axis: Axis) -> bool:
    """Whether the size depends on values, as the number of non-zero entries does; a named one is that of a real tensor."""
    lower = call.store.facts.lower(axis.size)
    return axis.size.names is None if lower is None else lower < 1


def _perhaps_one(call: Call, axis: Axis) -> bool:
    if axis.size.value is not None:
        return False
    lower = call.store.facts.lower(axis.size)
    return lower is None or lower < 2


@op("flip", "fliplr", "flipud", "roll")
def rearranged(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    """Entries change places along axes."""
    kind = call.name.rpartition(".")[2].rstrip("_")
    rank = call.shape(input).rank
    least = {"fliplr": 2, "flipud": 1}.get(kind, 0)
    if rank is not None and rank < least:
        call.report_rank(input, f"at least {least}")
        raise Unresolved("too few axes")
    dims = options.get("dims", rest[-1] if rest and (kind == "flip" or len(rest) > 1) else NONE)
    if kind == "flip" and len(rest) > 1:
        dims = Sequence(rest)
    if kind == "roll" and isinstance(dims, (Number, Sequence)):
        _check_shifts(call, input, rest[0] if rest else options.get("shifts", NONE), dims)
    if isinstance(dims, (Number, Sequence)):
        indices = axes(call, dims)
        for index in indices:
            checked_dim(call, input, index)
        if kind == "flip" and rank and len({index % rank for index in indices}) < len(indices):
            call.refuse(f"an axis is given twice in dims={indices}", input)
    return Tensor(input.shape, input.dtype)


def _check_shifts(call: Call, input: Tensor, shifts: Value, dims: Value) -> None:
    """As many as axes."""
    counts = [len(value.items) if isinstance(value, Sequence) else 1 for value in (shifts, dims)]
    if isinstance(shifts, (Number, Sequence)) and counts[0] != counts[1]:
        call.refuse(f"{counts[0]} shifts for {counts[1]} axes", input)
    if call.shape(input).rank == 0:
        call.report_rank(input, "at least 1")
        raise Unresolved("a tensor without axes")


@op("rot90")
def rot90(call: Call, input: Tensor, k: int = 1, dims: Axes = (0, 1)) -> Tensor:
    """An odd number of quarter turns swaps two axes."""
    if len(dims) != 2:
        call.refuse("two axes are needed", input)
    shape = call.shape(input)
    if shape.rank is not None and shape.rank < 2:
        call.report_rank(input, "at least 2")
        raise Unresolved("too few axes")
    if shape.rank is not None and len({call.dim_index(input, index) for index in dims}) < 2:
        call.refuse("the two axes must be different ones", input)
    turned = swapped(call, input, dims[0], dims[1])
    return turned if k % 2 else Tensor(input.shape, input.dtype)


@op("view_as_real", "view_as_real_copy")
def view_as_real(call: Call, input: Tensor) -> Tensor:
    """A last axis with the two parts of each number."""
    shape = call.shape(input)
    part = Axis(constant(2), None, call.site)
    if shape.run is None:
        return Tensor(Shape((*shape.leading, part)), "float")
    return Tensor(shape.with_axes(shape.leading, (*shape.trailing, part)), "float")


@op("view_as_complex", "view_as_complex_copy")
def view_as_complex(call: Call, input: Tensor) -> Tensor:
    """The last axis, of two entries, becomes one number."""
    shape = with_axis(call, input, -1)
    last = shape.axis(-1)
    if last is None:
        call.report_rank(input, "at least 1")
        raise Unresolved("a tensor without axes")
    call.demand(constant(2), last.size, "the last axis", input, -1)
    if shape.run is None:
        return Tensor(Shape(shape.leading[:-1]), "float")
    return Tensor(shape.with_axes(shape.leading, shape.trailing[:-1]), "float")
