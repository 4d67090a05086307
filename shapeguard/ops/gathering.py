"""Entries picked and placed along an axis by tensors of indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, dims, tensor
from shapeguard.ops.crossing import check_index
from shapeguard.ops.editing import axis_at, checked_dim, replaced, with_axis
from shapeguard.ops.indexing import setitem
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import ravel
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import NONE, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


@op("gather")
def gather(call: Call, input: Tensor, dim: int, index: Tensor, *, sparse_grad: Value | None = None) -> Tensor:
    """The shape of the index, which has as many axes and is nowhere longer, except along `dim`."""
    call.family, call.operands = "gather", (input, index)
    _fits(call, input, index, dim, "the index")
    return Tensor(_gathered(call, call.shape(index)), input.dtype)


def _gathered(call: Call, shape: Shape) -> Shape:
    leading, trailing = (
        tuple(Axis(axis.size, Origin.GATHERED, call.site) if axis.is_one else axis for axis in axes)
        for axes in (shape.leading, shape.trailing)
    )
    return shape.with_axes(leading, trailing)


def _fits(call: Call, input: Tensor, index: Tensor, dim: int, what: str) -> None:
    """As many axes, none longer than that of `input` except along `dim`."""
    mine, theirs = call.axes(input), call.axes(index)
    if mine is None and theirs:
        mine = call.rank_in(input, len(theirs))
    elif theirs is None and mine:
        theirs = call.rank_in(index, len(mine))
    if mine is None or theirs is None:
        return
    at = call.dim_index(input, dim)
    if any(axis.size.value == 0 for axis in theirs):
        return
    if max(len(mine), 1) != max(len(theirs), 1):
        call.report_rank(index, str(len(mine)))
        raise Unresolved("an index of another rank")
    if len(mine) == len(theirs):
        check_index(call, input, index, at)
    for i, (axis, other) in enumerate(zip(mine, theirs, strict=False)):
        low = call.store.facts.lower(other.size - axis.size)
        if i != at and axis.is_one and low == 0:
            call.store.learn_equal(other.size, axis.size)
        if i != at and low is not None and low > 0:
            call.refuse(f"{what} has {other.size} entries along axis {i}, the tensor {axis.size}", input, index)


@op("take_along_dim")
def take_along_dim(call: Call, input: Tensor, indices: Tensor, dim: int | None = None) -> Tensor:
    """As `gather`, with the other axes broadcast; without `dim`, from all entries."""
    if dim is None:
        return Tensor(ravel(call, indices).shape, input.dtype)
    mine, theirs = call.known_axes(input), call.known_axes(indices)
    call.operands = (input, indices)
    if len(mine) != len(theirs):
        call.report_rank(indices, str(len(mine)))
        raise Unresolved("an index of another rank")
    index = call.dim_index(input, dim)
    found = Shape((*mine[:index], theirs[index], *mine[index + 1 :]))
    shape = broadcast(call, Tensor(found), indices)
    return Tensor(_gathered(call, shape), input.dtype)


@op("scatter", "scatter_add", "scatter_reduce")
def scatter(call: Call, input: Tensor, dim: int, index: Tensor, src: Value = NONE, *rest: Value,
            **options: Value) -> Tensor:  # fmt: skip
    """The index is nowhere longer than the tensor except along `dim`, and nowhere longer than what it takes."""
    call.family, call.operands = "scatter", (input, index)
    _fits(call, input, index, dim, "the index")
    if isinstance(src, Tensor):
        call.operands = (input, index, src)
        _within(call, index, src)
    return Tensor(input.shape, input.dtype)


def _within(call: Call, index: Tensor, src: Tensor) -> None:
    mine, theirs = call.axes(index), call.axes(src)
    if mine is None or theirs is None or any(axis.size.value == 0 for axis in mine):
        return
    if max(len(mine), 1) != max(len(theirs), 1):
        call.report_rank(src, str(len(mine)))
        raise Unresolved("a source of another rank")
    for i, (axis, other) in enumerate(zip(mine, theirs, strict=False)):
        low = call.store.facts.lower(axis.size - other.size)
        if low is not None and low > 0:
            call.refuse(f"the index has {axis.size} entries along axis {i}, the source {other.size}", index, src)


@op("index_select", "torch.index_select_copy")
def index_select(call: Call, input: Tensor, dim: int, index: Tensor) -> Tensor:
    """As many entries as the index has."""
    call.family, call.operands = "index", (input, index)
    count = call.rank_in(index, 0, 1)
    with_axis(call, input, dim)
    return Tensor(replaced(call, input, dim, count[0] if count else Axis(constant(1))), input.dtype)


@op("index_add", "index_copy", "index_reduce")
def index_write(call: Call, input: Tensor, dim: int, index: Tensor, source: Tensor, *rest: Value,
                **options: Value) -> Tensor:  # fmt: skip
    """`source` has as many entries along `dim` as the index, and the tensor's sizes elsewhere."""
    call.family, call.operands = "index", (input, index, source)
    count = call.rank_in(index, 0, 1)
    axis = axis_at(call, input, dim)
    mine, theirs = call.axes(input), call.axes(source)
    if mine == () and theirs is not None:
        _into_number(call, count, source)
    if axis is None or mine is None or theirs is None:
        return Tensor(input.shape, input.dtype)
    if len(theirs) != len(mine) and (theirs or "copy" not in call.name):
        call.report_rank(source, str(len(mine)))
        raise Unresolved("a source of another rank")
    at = call.dim_index(input, dim)
    for i, (a, b) in enumerate(zip(mine, theirs, strict=False)):
        if i == at and count:
            call.demand(count[0].size, b.size, "the number of indices", source, i - len(mine))
        elif i != at:
            call.demand(a.size, b.size, "the other axes", source, i - len(mine))
    return Tensor(input.shape, input.dtype)


def _into_number(call: Call, count: tuple[Axis, ...], source: Tensor) -> None:
    """One index writes one entry into a tensor without axes."""
    one = Axis(constant(1))
    entries = call.known_axes(source)
    if count:
        call.demand((entries[0] if entries else one).size, count[0].size, "the number of entries", call.operands[1], -1)


@op("index_fill")
def index_fill(call: Call, input: Tensor, dim: int, index: Tensor, value: Tensor) -> Tensor:
    checked_dim(call, input, dim)
    call.rank_in(index, 0, 1)
    call.operands = (value,)
    if call.shape(value).rank not in (0, None):
        call.report_rank(value, "0")
        raise Unresolved("a value with axes")
    return Tensor(input.shape, input.dtype)


@op("index_put", "torch.index_put_")
def index_put(call: Call, input: Tensor, indices: Value, values: Value = NONE, accumulate: Value = NONE) -> Tensor:
    """As an assignment to `input[indices]`."""
    if isinstance(indices, Sequence):
        setitem(call, input, Sequence(indices.items), values)
    return Tensor(input.shape, input.dtype)


@op("put")
def put(call: Call, input: Tensor, index: Tensor, source: Tensor, accumulate: Value = NONE) -> Tensor:
    from shapeguard.ops.reshaping import product

    mine, theirs = call.axes(index), call.axes(source)
    if mine is not None and theirs is not None:
        a, b = product(axis.size for axis in mine), product(axis.size for axis in theirs)
        if call.store.differ(a, b):
            call.refuse(f"{a} indices for {b} entries", index, source)
    return Tensor(input.shape, input.dtype)


@op("take")
def take(call: Call, input: Tensor, index: Tensor) -> Tensor:
    """The shape of the index."""
    return Tensor(_gathered(call, call.shape(index)), input.dtype)


@op("torch.unravel_index", "torch.functional.unravel_index")
def unravel_index(call: Call, indices: Value, shape: Value) -> Sequence:
    """A tensor of coordinates for each size."""
    found = tensor(call, indices)
    return Sequence([Tensor(found.shape, "int") for _ in dims(call, shape)])
