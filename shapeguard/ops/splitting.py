"""Tensors taken apart along an axis."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, dim, dims
from shapeguard.ops.demands import demand_rank
from shapeguard.ops.editing import axis_at, replaced
from shapeguard.ops.expanding import merged
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import ravel
from shapeguard.ops.slicing import length_of
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Literal, Number, Repeated, Sequence, Sizes, Tensor, Value, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

MOST_PARTS = 64


def _axis(call: Call, input: Tensor, dim: int) -> Axis:
    axis = axis_at(call, input, dim)
    if axis is None:
        call.report_rank(input, "at least 1")
        raise Unresolved("a tensor without axes")
    return axis


def parts_of(call: Call, input: Tensor, dim: int, sizes: Iterable[Dim]) -> Sequence:
    """Parts of these sizes."""
    axes = [Axis(size) for size in islice(sizes, MOST_PARTS + 1)]
    if len(axes) > MOST_PARTS:
        raise Unresolved("many parts")
    return Sequence([Tensor(replaced(call, input, dim, axis), input.dtype) for axis in axes])


@op("chunk", "unsafe_chunk")
def chunk(call: Call, input: Tensor, chunks: Value, dim: int = 0) -> Value:
    """Parts of equal size where the axis divides; the last ones may be smaller or missing where it does not."""
    size, count = _axis(call, input, dim).size, size_of(chunks)
    if count is None:
        raise Unresolved("a number of chunks that is no number")
    if count.value is None:
        return Repeated(Tensor(replaced(call, input, dim, Axis(call.fresh(0))), input.dtype), None, "tuple")
    return _chunks(call, input, count.value, dim, size)


def _chunks(call: Call, input: Tensor, chunks: int, dim: int, size: Dim) -> Value:
    if chunks < 1:
        call.refuse("chunks must be positive", input)
    if chunks > MOST_PARTS:
        raise Unresolved("many parts")
    if call.store.equal(size % chunks, constant(0)):
        part = Axis(call.store.facts.simplify(size // chunks))
        return Sequence([Tensor(replaced(call, input, dim, part), input.dtype) for _ in range(chunks)])
    total = size.value
    if total == 0:
        return parts_of(call, input, dim, [constant(0)] * chunks)
    if total is not None:
        width = -(-total // chunks)
        return parts_of(call, input, dim, [constant(min(width, total - at)) for at in range(0, total, width)])
    return Sequence([Tensor(replaced(call, input, dim, Axis(call.fresh(0))), input.dtype) for _ in range(chunks)])


@op("tensor_split")
def tensor_split(call: Call, input: Tensor, indices_or_sections: Value, dim: int = 0) -> Value:
    """So many parts, the first ones larger by one where the axis does not divide; or cuts at indices."""
    return _tensor_split(call, input, indices_or_sections, dim)


def _tensor_split(call: Call, input: Tensor, where: Value, dim: int) -> Value:
    size = _axis(call, input, dim).size
    if isinstance(where, Sequence):
        return _cuts(call, input, where, dim, size)
    if isinstance(where, Tensor) and call.shape(where).rank is not None:
        call.rank_in(where, 0, 1)
    if not isinstance(where, Number) or where.dim.value is None:
        raise Unresolved("a number of parts that is not known")
    count = where.dim.value
    if count < 1:
        call.refuse("the number of sections must be positive", input)
    if count > MOST_PARTS:
        raise Unresolved("many parts")
    if call.store.equal(size % count, constant(0)):
        return parts_of(call, input, dim, [call.store.facts.simplify(size // count)] * count)
    if size.value is not None:
        whole, rest = divmod(size.value, count)
        return parts_of(call, input, dim, [constant(whole + (i < rest)) for i in range(count)])
    return parts_of(call, input, dim, [(size + (count - 1 - i)) // count for i in range(count)])


def _cuts(call: Call, input: Tensor, indices: Sequence, dim: int, size: Dim) -> Sequence:
    bounds = [item.dim for item in indices.items if isinstance(item, Number)]
    if len(bounds) < len(indices.items):
        raise Unresolved("indices that are not known")
    edges: list[Dim | None] = [None, *bounds, None]
    sizes = [length_of(call, size, low, high) for low, high in zip(edges[:-1], edges[1:], strict=True)]
    return parts_of(call, input, dim, sizes)


@op("split", "unsafe_split")
def split(call: Call, input: Tensor, split_size: Value, dim: int = 0) -> Value:
    """Parts of one size (the last may be smaller), or of the sizes given."""
    if isinstance(split_size, (Sequence, Sizes)):
        return _sections(call, input, split_size, dim)
    width = _size(call, split_size)
    facts = call.store.facts
    total = facts.simplify(_axis(call, input, dim).size)
    count = facts.simplify(total // width)
    part = Tensor(replaced(call, input, dim, Axis(width)), input.dtype)
    if count.value is not None and count.value <= MOST_PARTS and call.store.equal(width * count.value, total):
        return Sequence([part] * max(count.value, 1))
    if total.value is not None and width.value:
        steps = range(0, total.value, width.value)
        return parts_of(call, input, dim, (constant(min(width.value, total.value - at)) for at in steps))
    if call.store.equal(total % width, constant(0)):
        return Repeated(part, count, "tuple")
    return Repeated(Tensor(replaced(call, input, dim, Axis(call.fresh())), input.dtype), None, "tuple")


def _size(call: Call, value: Value) -> Dim:
    return dim(call, value)


@op("split_with_sizes", "split_with_sizes_copy", "unsafe_split_with_sizes")
def split_with_sizes(call: Call, input: Tensor, split_sizes: Value, dim: int = 0) -> Value:
    if not isinstance(split_sizes, (Sequence, Sizes)):
        raise Unresolved("sizes that are not known")
    return _sections(call, input, split_sizes, dim)


def _sections(call: Call, input: Tensor, sections: Sequence | Sizes, at: int) -> Sequence:
    sizes = dims(call, sections)
    axis = _axis(call, input, at)
    total = constant(0)
    for size in sizes:
        total += size
    call.family = "split"
    rank = call.shape(input).rank
    index = at if at < 0 or rank is None else at - rank
    call.demand(total, axis.size, "the sum of the sections", input, index)
    return parts_of(call, input, at, sizes)


@op("unbind", "unbind_copy")
def unbind(call: Call, input: Tensor, dim: int = 0) -> Value:
    """The slices of an axis, which disappears."""
    axis = _axis(call, input, dim)
    part = Tensor(replaced(call, input, dim), input.dtype)
    if axis.size.value is not None and axis.size.value <= MOST_PARTS:
        return Sequence([part] * axis.size.value)
    return Repeated(part, axis.size, "tuple")


@op("hsplit", "vsplit", "dsplit")
def split_along(call: Call, input: Tensor, indices_or_sections: Value) -> Value:
    """`tensor_split` along the second, first or third axis; a number of sections must divide."""
    kind = call.name.rpartition(".")[2][0]
    least = {"h": 1, "v": 2, "d": 3}[kind]
    rank = call.shape(input).rank
    if rank is None:
        raise Unresolved("a tensor of unknown rank")
    if rank < least:
        call.report_rank(input, f"at least {least}")
        raise Unresolved("too few axes")
    at = {"h": 0 if rank == 1 else 1, "v": 0, "d": 2}[kind]
    if isinstance(indices_or_sections, Number):
        size, count = _axis(call, input, at).size, indices_or_sections.dim
        if count.value is not None and count.value > 0 and call.store.differ(size % count, constant(0)):
            call.refuse(f"{size} is no multiple of {count}", input)
    return _tensor_split(call, input, indices_or_sections, at)


@op("narrow", "narrow_copy")
def narrow(call: Call, input: Tensor, dim: int, start: Value, length: Dim) -> Tensor:
    """A part of an axis, which must have as many entries."""
    axis = _axis(call, input, dim)
    from shapeguard.ops.slicing import beyond

    if isinstance(start, Tensor):
        demand_rank(call, start, 0)
    first = start.dim if isinstance(start, Number) else constant(0)
    if first.constant is not None and first.constant < 0 and beyond(call, -first, axis.size):
        call.refuse(f"a start of {first} in an axis of {axis.size} entries", input)
    if first.constant is not None and first.constant >= 0 and beyond(call, first + length, axis.size):
        call.refuse(f"{first} + {length} is more than the {axis.size} entries of the axis", input)
    if beyond(call, length, axis.size) or (length.constant is not None and length.constant < 0):
        call.refuse(f"a length of {length} for an axis of {axis.size} entries", input)
    part = axis if length is axis.size else Axis(length, Origin.SLICED, call.site)
    return Tensor(replaced(call, input, dim, part), input.dtype)


@op("select", "select_copy")
def select(call: Call, input: Tensor, dim: int, index: Value) -> Tensor:
    """One entry of an axis, which disappears."""
    from shapeguard.ops.slicing import checked_index

    axis = _axis(call, input, dim)
    if isinstance(index, Number):
        checked_index(call, input, axis, index.dim)
    return Tensor(replaced(call, input, dim), input.dtype)


@op("repeat_interleave")
def repeat_interleave(call: Call, input: Tensor, repeats: Value = Literal(None), dim: int | None = None,
                      *, output_size: Value | None = None) -> Tensor:  # fmt: skip
    """Every entry of an axis, or of all, so many times."""
    if isinstance(repeats, Literal):
        return Tensor(_vector(call, output_size), "int")
    if dim is None:
        input, dim = ravel(call, input), 0
    axis = axis_at(call, input, dim)
    if axis is None:
        raise Unresolved("a tensor without axes")
    if isinstance(repeats, Number):
        return Tensor(replaced(call, input, dim, merged(call, axis, Axis(repeats.dim))), input.dtype)
    if isinstance(output_size, Number):
        size = output_size.dim
    else:
        size = call.fresh(0)
    return Tensor(replaced(call, input, dim, Axis(size)), input.dtype)


def _vector(call: Call, output_size: Value | None) -> Shape:
    return Shape((Axis(output_size.dim if isinstance(output_size, Number) else call.fresh(0)),))
