"""Tensors put together along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.dtypes import promoted
from shapeguard.ops.editing import inserted, replaced, with_axis
from shapeguard.ops.joined_axes import hold_together
from shapeguard.ops.registry import op
from shapeguard.ops.shares import check_shares
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.past import PACKED, Squeezed
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Either, Repeated, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call


def listed(call: Call, tensors: Value) -> tuple[Tensor, ...]:
    """The tensors of a sequence.

    Raises:
        Unresolved: their number is not known.
    """
    if not isinstance(tensors, Sequence) or not tensors.items:
        raise Unresolved("an unknown number of tensors")
    if any(_is_number(call, item) for item in tensors.items):
        raise Unresolved("a number among tensors")
    return tuple(tensor(call, item) for item in tensors.items)


def _is_number(call: Call, item: Value) -> bool:
    """Whether an item is a number, as far as annotations can be believed: where it is used as a tensor, it is one."""
    options = item.present if isinstance(item, Either) else (item,)
    return any(call.store.is_number(option) for option in options)


@op("torch.cat", "torch.concat", "torch.concatenate")
def cat(call: Call, tensors: Value, dim: int = 0) -> Tensor:
    """Sizes add up along `dim`, and are the same elsewhere."""
    if isinstance(tensors, Repeated):
        part = tensor(call, tensors.element)
        size = Axis(call.fresh(0)) if tensors.length is None else _total(call, part, dim, tensors.length)
        return Tensor(replaced(call, part, dim, size), part.dtype)
    parts = _not_empty(call, listed(call, tensors))
    dtype = promoted(*parts)
    if len(parts) == 1:
        with_axis(call, parts[0], dim)
        return Tensor(parts[0].shape, dtype)
    call.family, call.operands = "cat", parts
    if all(call.shape(part).rank is None for part in parts):
        _check_ranks(call, parts)
        return _cat_unknown(call, parts, dim)
    rank = _common_rank(call, parts)
    index = call.dim_index(parts[0], dim)
    check_shares(call, parts, index - rank)
    hold_together(call, parts, index - rank)
    rows = [call.known_axes(part) for part in parts]
    result = list(rows[0])
    total = rows[0][index].size
    for row in rows[1:]:
        total += row[index].size
    result[index] = Axis(total)
    return Tensor(Shape(tuple(result)), dtype, PACKED)


def _not_empty(call: Call, parts: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    """Tensors of shape (0,) fit anywhere."""
    kept = [part for part in parts if not _is_empty(call, part)]
    return tuple(kept) or parts[:1]


def _is_empty(call: Call, part: Tensor) -> bool:
    axes = call.axes(part)
    return axes is not None and len(axes) == 1 and axes[0].size.value == 0


def _check_ranks(call: Call, parts: tuple[Tensor, ...]) -> None:
    """Report tensors that have the same unknown axes, and another number of known ones.

    Raises:
        Unresolved: there are some.
    """
    first = call.shape(parts[0])
    for part in parts[1:]:
        shape = call.shape(part)
        if shape.run is first.run and shape.minimum_rank != first.minimum_rank:
            call.report_rank(part, "equally many")
            raise Unresolved("tensors of different ranks")


def _common_rank(call: Call, parts: tuple[Tensor, ...]) -> int:
    """The rank of all tensors, which those of unknown rank take.

    Raises:
        Unresolved: they have different ones (which is reported, unless one may be empty and of shape (0,)).
    """
    ranks = {rank for part in parts if (rank := call.shape(part).rank) is not None}
    rank = max(ranks)
    if rank == 0:
        call.report_rank(parts[0], "at least 1")
        raise Unresolved("numbers put together")
    for part in parts:
        shape = call.shape(part)
        if shape.rank == 1 != rank and not _never_empty(call, shape.leading[0]):
            raise Unresolved("an empty tensor, perhaps")
        if call.store.fix_rank(shape, rank) is None:
            call.report_rank(part, str(rank))
            raise Unresolved("tensors of different ranks")
    return rank


def _never_empty(call: Call, axis: Axis) -> bool:
    low = call.store.facts.lower(axis.size)
    return low is not None and low > 0


def _total(call: Call, part: Tensor, dim: int, count: Dim) -> Axis:
    axis = call.shape(part).axis(dim)
    return Axis(call.fresh(0) if axis is None else axis.size * count)


def _cat_unknown(call: Call, parts: tuple[Tensor, ...], dim: int) -> Tensor:
    axes = [with_axis(call, part, dim).axis(dim) for part in parts]
    if all(call.shape(part).rank is None for part in parts):
        check_shares(call, parts, dim)
        hold_together(call, parts, dim)
    total = constant(0)
    for axis in axes:
        total += call.fresh() if axis is None else axis.size
    return Tensor(replaced(call, parts[0], dim, Axis(total)), promoted(*parts))


@op("torch.stack")
def stack(call: Call, tensors: Value, dim: int = 0) -> Tensor:
    """A new axis; all sizes are the same."""
    if isinstance(tensors, Repeated):
        first = tensor(call, tensors.element)
        count = call.fresh() if tensors.length is None else tensors.length
        past = first.past if type(first.past) is Squeezed else None  # of all of them
        return Tensor(inserted(call, first, dim, Axis(count)), first.dtype, past)
    parts = listed(call, tensors)
    call.family, call.operands = "stack", parts
    known = next((part for part in parts if call.axes(part) is not None), parts[0])
    axes = call.axes(known)
    for part in parts:
        if axes is None:
            break
        for i, (a, b) in enumerate(zip(axes, call.rank_in(part, len(axes)), strict=True)):
            call.demand(a.size, b.size, f"axis {i - len(axes)} of each tensor", part, i - len(axes))
    return Tensor(inserted(call, known, dim, Axis(constant(len(parts)))), promoted(*parts), PACKED)


@op("atleast_1d", "atleast_2d", "atleast_3d")
def atleast(call: Call, input: Value, *more: Value) -> Value:
    """Axes of size 1 are added until there are enough."""
    least = int(call.name.rstrip("d_")[-1])
    if more or isinstance(input, Sequence):
        items = (input, *more) if more else input.items  # type: ignore[attr-defined]
        return Sequence([raised(call, tensor(call, item), least) for item in items])
    return raised(call, tensor(call, input), least)


def raised(call: Call, part: Tensor, least: int) -> Tensor:
    """The tensor with at least so many axes: a vector is a row, a matrix gets its third axis at the end."""
    shape = call.shape(part)
    if shape.minimum_rank >= least:
        return Tensor(shape, part.dtype)
    axes = call.known_axes(part)
    one = Axis(constant(1), Origin.INSERTED, call.site)
    if not axes:
        return Tensor(Shape((one,) * least), part.dtype)
    if len(axes) == 1:
        return Tensor(Shape((one, axes[0], one)[:least]), part.dtype)
    return Tensor(Shape((*axes, one)), part.dtype)


@op("torch.hstack")
def hstack(call: Call, tensors: Value) -> Tensor:
    parts = [raised(call, part, 1) for part in listed(call, tensors)]
    return cat(call, Sequence(parts), 0 if len(call.known_axes(parts[0])) == 1 else 1)


@op("torch.vstack", "torch.row_stack")
def vstack(call: Call, tensors: Value) -> Tensor:
    return cat(call, Sequence([raised(call, part, 2) for part in listed(call, tensors)]), 0)


@op("torch.dstack")
def dstack(call: Call, tensors: Value) -> Tensor:
    return cat(call, Sequence([raised(call, part, 3) for part in listed(call, tensors)]), 2)


@op("torch.column_stack")
def column_stack(call: Call, tensors: Value) -> Tensor:
    """Vectors become columns."""
    columns = [_column(call, part) for part in listed(call, tensors)]
    return cat(call, Sequence(columns), 1)


def _column(call: Call, part: Tensor) -> Tensor:
    axes = call.known_axes(part)
    if len(axes) > 1:
        return part
    one = Axis(constant(1), Origin.INSERTED, call.site)
    return Tensor(Shape((*(axes or (one,)), one)), part.dtype)
