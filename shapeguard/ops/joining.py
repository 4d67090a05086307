"""Tensors put together and taken apart along an axis."""

from __future__ import annotations

from itertools import repeat
from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, dim, tensor
from shapeguard.ops.reduction import reduced, replaced
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Number, Repeated, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

MOST_PARTS = 64


def listed(call: Call, tensors: Value) -> tuple[Tensor, ...]:
    """The tensors of a sequence.

    Raises:
        Unresolved: their number is not known.
    """
    if not isinstance(tensors, Sequence) or not tensors.items:
        raise Unresolved("an unknown number of tensors")
    return tuple(tensor(call, item) for item in tensors.items)


@op("torch.cat", "torch.concat", "torch.concatenate")
def cat(call: Call, tensors: Value, dim: int = 0) -> Tensor:
    """Sizes add up along `dim`, and are the same elsewhere."""
    if isinstance(tensors, Repeated):
        part = tensor(call, tensors.element)
        size = Axis(call.fresh()) if tensors.length is None else _total(call, part, dim, tensors.length)
        return Tensor(replaced(call, part, dim, size), part.dtype)
    parts = listed(call, tensors)
    if len(parts) == 1:
        return parts[0]
    call.family, call.operands = "cat", parts
    shapes = [call.shape(part) for part in parts]
    ranks = {shape.rank for shape in shapes} - {None}
    if not ranks:
        return _cat_unknown(call, parts, dim)
    rank = max(r for r in ranks if r is not None)
    if rank == 1 and None in {shape.rank for shape in shapes} and any(map(_perhaps_empty, repeat(call), shapes)):
        raise Unresolved("an empty tensor, perhaps")
    if len(ranks) > 1:
        if all(shape.rank == rank or shape.rank == 1 for shape in shapes if shape.rank is not None):
            raise Unresolved("an empty tensor, perhaps")
        other = next(part for part in parts if call.shape(part).rank not in (rank, None))
        call.report_rank(other, str(rank))
        raise Unresolved("tensors of different ranks")
    for part, shape in zip(parts, shapes, strict=True):
        if shape.rank is None and call.store.fix_rank(shape, rank) is None:
            raise Unresolved("tensors of different ranks")
    index = call.dim_index(parts[0], dim)
    rows = [call.known_axes(part) for part in parts]
    result = list(rows[0])
    for part, row in zip(parts[1:], rows[1:], strict=True):
        for i, (mine, theirs) in enumerate(zip(rows[0], row, strict=True)):
            if i != index:
                call.demand(mine.size, theirs.size, "the other axes", part, i - rank)
    size = rows[0][index].size
    for row in rows[1:]:
        size += row[index].size
    result[index] = Axis(size)
    return Tensor(Shape(tuple(result)), parts[0].dtype)


def _perhaps_empty(call: Call, shape: Shape) -> bool:
    """Whether it may be `torch.tensor([])`, which `cat` skips whatever the rank of the others."""
    if shape.rank != 1:
        return False
    lower = call.store.facts.lower(shape.leading[0].size)
    return lower is None or lower < 1


def _total(call: Call, part: Tensor, dim: int, count: Dim) -> Axis:
    axis = call.shape(part).axis(dim)
    return Axis(call.fresh() if axis is None else axis.size * count)


def _cat_unknown(call: Call, parts: tuple[Tensor, ...], dim: int) -> Tensor:
    sizes = [call.store.grow(call.shape(part), dim + 1, 0 if dim >= 0 else -dim).axis(dim) for part in parts]
    total: Dim | None = constant(0)
    for axis in sizes:
        total = None if axis is None or total is None else total + axis.size
    return Tensor(replaced(call, parts[0], dim, Axis(call.fresh() if total is None else total)), parts[0].dtype)


@op("torch.stack")
def stack(call: Call, tensors: Value, dim: int = 0) -> Tensor:
    """A new axis; all sizes are the same."""
    if isinstance(tensors, Repeated):
        first: Tensor = tensor(call, tensors.element)
        count = call.fresh() if tensors.length is None else tensors.length
    else:
        parts = listed(call, tensors)
        first, count = parts[0], constant(len(parts))
        call.family, call.operands = "stack", parts
        for part in parts[1:]:
            mine, theirs = call.axes(first), call.axes(part)
            if mine is None or theirs is None:
                continue
            if len(mine) != len(theirs):
                call.report_rank(part, str(len(mine)))
                raise Unresolved("tensors of different ranks")
            for i, (a, b) in enumerate(zip(mine, theirs, strict=True)):
                call.demand(a.size, b.size, "the stacked shape", part, i - len(mine))
    return inserted(call, first, dim, Axis(count))


def inserted(call: Call, input: Tensor, dim: int, axis: Axis) -> Tensor:
    """The tensor with a new axis at `dim`."""
    shape = call.shape(input)
    if shape.run is None:
        index = call.dim_index(input, dim, extra=1)
        return Tensor(Shape((*shape.leading[:index], axis, *shape.leading[index:])), input.dtype)
    if 0 <= dim <= len(shape.leading):
        return Tensor(shape.with_axes((*shape.leading[:dim], axis, *shape.leading[dim:]), shape.trailing), input.dtype)
    at = len(shape.trailing) + dim + 1
    if dim >= 0 or at < 0:
        raise Unresolved("an axis of an unknown part")
    return Tensor(shape.with_axes(shape.leading, (*shape.trailing[:at], axis, *shape.trailing[at:])), input.dtype)


@op("torch.hstack", "torch.vstack", "torch.dstack", "torch.row_stack", "torch.column_stack")
def stack_along(call: Call, tensors: Value) -> Tensor:
    parts = listed(call, tensors)
    name = call.name.rpartition(".")[2]
    ranks = {call.shape(part).rank for part in parts}
    least = {"hstack": 1, "vstack": 2, "row_stack": 2, "column_stack": 2, "dstack": 3}[name]
    if None in ranks or min(rank or 0 for rank in ranks) < least and name != "hstack":
        raise Unresolved("tensors that are reshaped first")
    axis = {"hstack": 0 if ranks == {1} else 1, "column_stack": 1, "dstack": 2}.get(name, 0)
    return cat(call, Sequence(parts), axis)


@op("chunk", "torch.tensor_split", "torch.Tensor.tensor_split")
def chunk(call: Call, input: Tensor, chunks: int, dim: int = 0) -> Value:
    """Parts of equal size where the axis divides; the last ones may be smaller or missing where it does not."""
    shape = call.shape(input)
    if shape.axis(dim) is None:
        shape = call.store.grow(shape, dim + 1, 0) if dim >= 0 else call.store.grow(shape, 0, -dim)
    axis = shape.axis(dim)
    if axis is None or chunks < 1:
        raise Unresolved("an axis that is not known")
    size = axis.size
    if call.store.equal(size % chunks, constant(0)):
        part = replaced(call, input, dim, Axis(call.store.facts.simplify(size // chunks)))
        return Sequence([Tensor(part, input.dtype) for _ in range(chunks)])
    if size.value is not None and call.name.endswith("tensor_split"):
        counts = [size.value // chunks + (i < size.value % chunks) for i in range(chunks)]
        return _parts(call, input, dim, counts)
    if size.value is not None:
        width = -(-size.value // chunks)
        counts = [min(width, size.value - at) for at in range(0, size.value, width)]
        return _parts(call, input, dim, counts)
    sizes = [Tensor(replaced(call, input, dim, Axis(call.fresh(0))), input.dtype) for _ in range(chunks)]
    return Sequence(sizes)


def _parts(call: Call, input: Tensor, dim: int, counts: list[int]) -> Sequence:
    if len(counts) > MOST_PARTS:
        raise Unresolved("many parts")
    return Sequence([Tensor(replaced(call, input, dim, Axis(constant(n))), input.dtype) for n in counts])


@op("split", "torch.Tensor.split_with_sizes", "torch.split_with_sizes")
def split(call: Call, input: Tensor, split_size_or_sections: Value, dim: int = 0) -> Value:
    """Parts of one size (the last may be smaller), or of the sizes given."""
    if isinstance(split_size_or_sections, Sequence):
        return _sections(call, input, split_size_or_sections, dim)
    size = tensor_size(call, split_size_or_sections)
    shape = call.shape(input)
    if shape.axis(dim) is None:
        shape = call.store.grow(shape, dim + 1, 0) if dim >= 0 else call.store.grow(shape, 0, -dim)
    axis = shape.axis(dim)
    if axis is None:
        raise Unresolved("an axis that is not known")
    facts = call.store.facts
    total = facts.simplify(axis.size)
    count = facts.simplify(total // size)
    part = Tensor(replaced(call, input, dim, Axis(size)), input.dtype)
    if count.value is not None and count.value <= MOST_PARTS and call.store.equal(size * count.value, total):
        return Sequence([part] * count.value)
    if total.value is not None and size.value:
        counts = [min(size.value, total.value - at) for at in range(0, total.value, size.value)]
        return _parts(call, input, dim, counts)
    if call.store.equal(total % size, constant(0)):
        return Repeated(part, count, "tuple")
    return Repeated(Tensor(replaced(call, input, dim, Axis(call.fresh())), input.dtype), None, "tuple")


def tensor_size(call: Call, value: Value) -> Dim:
    return dim(call, value)


def _sections(call: Call, input: Tensor, sections: Sequence, dim_index: int) -> Sequence:
    sizes = [dim(call, item) for item in sections.items]
    axis = call.shape(input).axis(dim_index)
    total = constant(0)
    for size in sizes:
        total += size
    if axis is not None and sizes:
        call.family = "split"
        rank = call.shape(input).rank
        at = dim_index if dim_index < 0 or rank is None else dim_index - rank
        call.demand(total, axis.size, "the sum of the sections", input, at)
    return Sequence([Tensor(replaced(call, input, dim_index, Axis(size)), input.dtype) for size in sizes])


@op("unbind")
def unbind(call: Call, input: Tensor, dim: int = 0) -> Value:
    shape = reduced(call, input, (dim,), keepdim=False)
    axis = call.shape(input).axis(dim)
    part = Tensor(shape, input.dtype)
    if axis is not None and axis.size.value is not None and axis.size.value <= MOST_PARTS:
        return Sequence([part] * axis.size.value)
    return Repeated(part, None if axis is None else axis.size, "tuple")


@op("repeat_interleave")
def repeat_interleave(call: Call, input: Tensor, repeats: Value, dim: int | None = None, **options: Value) -> Tensor:
    if dim is None or not isinstance(repeats, Number):
        raise Unresolved("repeats that are not one number along an axis")
    axis = call.shape(input).axis(dim)
    size = call.fresh() if axis is None else axis.size * repeats.dim
    return Tensor(replaced(call, input, dim, Axis(size)), input.dtype)


@op("torch.meshgrid")
def meshgrid(call: Call, *tensors: Value, indexing: str = "ij") -> Value:
    values = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], Sequence) else Sequence(tensors)
    parts = listed(call, values)
    axes = [call.rank_in(part, 0, 1) for part in parts]
    sizes = [row[0] if row else Axis(constant(1)) for row in axes]
    if indexing == "xy" and len(sizes) > 1:
        sizes[0], sizes[1] = sizes[1], sizes[0]
    placed = tuple(Axis(axis.size, Origin.INSERTED if axis.is_one else None, call.site) for axis in sizes)
    return Sequence([Tensor(Shape(placed), part.dtype) for part in parts])
