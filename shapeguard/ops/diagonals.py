"""Diagonals taken out and put in, triangles, and views by stride."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Symbol, constant, largest, smallest
from shapeguard.ops.binary import kept_in_place
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.demands import demand_least_rank, demand_shape
from shapeguard.ops.editing import axis_at, replaced
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import ravel
from shapeguard.ops.slicing import sliced
from shapeguard.ops.splitting import select
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import NONE, Slice, Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


def length(call: Call, rows: Dim, columns: Dim, offset: int) -> Dim:
    """How many entries the diagonal has."""
    rows, columns = (rows, columns - offset) if offset >= 0 else (rows + offset, columns)
    size = smallest(rows, columns)
    low = call.store.facts.lower(size)
    return size if low is not None and low >= 0 else largest(size, constant(0))


@op("diagonal", "diagonal_copy", "torch.linalg.diagonal")
def diagonal(call: Call, input: Tensor, offset: int = 0, dim1: int | None = None, dim2: int | None = None) -> Tensor:
    """Two axes become one at the end."""
    last = "linalg" in call.name
    first = (-2 if last else 0) if dim1 is None else dim1
    second = (-1 if last else 1) if dim2 is None else dim2
    axes = call.known_axes(input)
    i, j = call.dim_index(input, first), call.dim_index(input, second)
    if i == j or len(axes) < 2:
        call.refuse("the two axes of a diagonal must be different ones", input)
    rest = tuple(axis for k, axis in enumerate(axes) if k not in (i, j))
    return Tensor(Shape((*rest, Axis(length(call, axes[i].size, axes[j].size, offset)))), input.dtype)


@op("diag")
def diag(call: Call, input: Tensor, diagonal: int = 0) -> Tensor:
    """The diagonal of a matrix, or the matrix of a diagonal."""
    axes = call.rank_in(input, 1, 2)
    if len(axes) == 2:
        return Tensor(Shape((Axis(length(call, axes[0].size, axes[1].size, diagonal)),)), input.dtype)
    side = _side(axes[0], diagonal)
    return Tensor(Shape((side, side)), input.dtype)


def _side(axis: Axis, offset: int) -> Axis:
    """The axis of a matrix with this diagonal; that of singular values stays theirs."""
    if axis.origin is Origin.SINGULAR and not offset:
        return axis
    return Axis(axis.size + abs(offset))


@op("diagflat")
def diagflat(call: Call, input: Tensor, offset: int = 0) -> Tensor:
    side = Axis(call.known_axes(ravel(call, input))[0].size + abs(offset))
    return Tensor(Shape((side, side)), input.dtype)


@op("diag_embed")
def diag_embed(call: Call, input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The last axis becomes the diagonal of two."""
    axes = call.known_axes(input)
    if not axes:
        call.report_rank(input, "at least 1")
        raise Unresolved("a tensor without axes")
    i, j = call.dim_index(input, dim1, extra=1), call.dim_index(input, dim2, extra=1)
    if i == j:
        call.refuse("the two axes of a diagonal must be different ones", input)
    side = _side(axes[-1], offset)
    rest = iter(axes[:-1])
    return Tensor(Shape(tuple(side if k in (i, j) else next(rest) for k in range(len(axes) + 1))), input.dtype)


@op("tril", "triu")
def triangle(call: Call, input: Tensor, diagonal: Value | None = None) -> Tensor:
    """The entries on one side of a diagonal of the last two axes."""
    demand_least_rank(call, input, 2)
    return Tensor(input.shape, input.dtype)


@op("as_strided", "as_strided_copy")
def as_strided(call: Call, input: Tensor, size: Shape, stride: Shape, storage_offset: Value | None = None) -> Tensor:
    if size.axes is not None and stride.axes is not None and len(size.axes) != len(stride.axes):
        call.refuse(f"{len(size.axes)} sizes and {len(stride.axes)} strides", input)
    return Tensor(size, input.dtype)


@op("torch.Tensor.unfold", "torch.unfold_copy", "torch.Tensor.unfold_copy")
def unfold(call: Call, input: Tensor, dimension: int, size: Dim, step: Dim) -> Tensor:
    """Windows of an axis; their entries are a new last axis."""
    axis = axis_at(call, input, dimension)
    window = Axis(size)
    if axis is None:
        return Tensor(Shape((window,)), input.dtype)
    if step.value is not None and step.value < 1:
        call.refuse("the step must be positive", input)
    low = call.store.facts.lower(size - axis.size)
    if low is not None and low > 0:
        call.refuse(f"windows of {size} entries in an axis of {axis.size}", input)
    count = Axis((axis.size - size) // step + 1)
    shape = replaced(call, input, dimension, count)
    if shape.run is None:
        return Tensor(Shape((*shape.leading, window)), input.dtype)
    return Tensor(shape.with_axes(shape.leading, (*shape.trailing, window)), input.dtype)


@op("diagonal_scatter")
def diagonal_scatter(
    call: Call, input: Tensor, src: Tensor, offset: int = 0, dim1: int | None = None, dim2: int | None = None
) -> Tensor:
    return _into(call, input, src, diagonal(call, input, offset, dim1, dim2))


@op("select_scatter")
def select_scatter(call: Call, input: Tensor, src: Tensor, dim: int, index: Value) -> Tensor:
    return _into(call, input, src, select(call, input, dim, index))


@op("slice_scatter")
def slice_scatter(
    call: Call, input: Tensor, src: Tensor, dim: int = 0, start: Value = NONE, end: Value = NONE, step: Value = NONE
) -> Tensor:
    axis = axis_at(call, input, dim)
    if axis is None:
        raise Unresolved("a tensor without axes")
    part = sliced(call, axis, Slice(start, end, step))
    return _into(call, input, src, Tensor(replaced(call, input, dim, part)))


@op("as_strided_scatter")
def as_strided_scatter(
    call: Call, input: Tensor, src: Tensor, size: Shape, stride: Shape, storage_offset: Value | None = None
) -> Tensor:
    return _into(call, input, src, as_strided(call, input, size, stride))


def _into(call: Call, input: Tensor, src: Tensor, view: Tensor) -> Tensor:
    """A part of the tensor is replaced: by something of exactly its shape."""
    axes = call.axes(view)
    call.operands = (input, src)
    if axes is not None:
        demand_shape(call, src, axes, "the shape of the part that is replaced")
    return Tensor(input.shape, input.dtype)


@op("torch.Tensor.copy_")
def copy(call: Call, input: Tensor, src: Tensor, non_blocking: Value | None = None) -> Tensor:
    if call.assume:
        _as_large(call, input, src)
    return kept_in_place(call, input, broadcast(call, input, src), src)


def _as_large(call: Call, input: Tensor, src: Tensor) -> None:
    """What is copied from an argument of as many axes is assumed to be as large as what it is copied to."""
    target, source = call.axes(input), call.axes(src)
    if target is not None and source is None:
        shape = call.shape(src)
        fixed = None if shape.minimum_rank else call.store.fix_rank(shape, len(target))
        source = None if fixed is None else fixed.axes
    if target is None or source is None or len(target) != len(source):
        return
    for mine, theirs in zip(target, source, strict=True):
        size = call.store.facts.simplify(theirs.size)
        if size.names is None and isinstance(size.atom, Symbol):
            call.store.learn_equal(size, mine.size)
