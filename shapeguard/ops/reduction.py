"""Reductions: axes that disappear, or stay with size 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.events.broadcasting import OuterSummed
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, axes, boolean, sizes, tensor
from shapeguard.ops.dtypes import dtype_of
from shapeguard.ops.editing import with_axis
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import joined
from shapeguard.ops.sequences import report_pooled
from shapeguard.ops.units import is_euclidean
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.past import Lengths, Outer, Part, Total
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import FALSE, NONE, Literal, Number, Record, Sequence, Sizes, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Axes
    from shapeguard.shapes.values import Value


def reduced(call: Call, input: Tensor, dim: Axes | None, keepdim: bool) -> Shape:
    """The shape after reducing the axes `dim` (None, or no axis at all: every one).

    Raises:
        Unresolved: an axis is not there or is given twice (which is reported), or may lie anywhere.
    """
    report_pooled(call, input, dim)
    if not dim:
        if not keepdim:
            return SCALAR
        return Shape(tuple(kept(call) for _ in call.known_axes(input)))
    shape = call.shape(input)
    if shape.run is not None:
        for index in (max(dim), min(dim)):
            shape = with_axis(call, input, index)
    if shape.run is None:
        gone = {call.dim_index(input, index) for index in dim}
        if not shape.leading:
            return SCALAR
        if len(gone) != len(dim):
            call.refuse(f"an axis is given twice in dim={dim}", input)
        return Shape(
            tuple(kept(call) if i in gone else axis for i, axis in enumerate(shape.leading) if i not in gone or keepdim)
        )
    count = len(shape.trailing)
    leading = [kept(call) if i in dim else axis for i, axis in enumerate(shape.leading) if i not in dim or keepdim]
    trailing = [
        kept(call) if i - count in dim else axis
        for i, axis in enumerate(shape.trailing)
        if i - count not in dim or keepdim
    ]
    return shape.with_axes(leading, trailing)


def kept(call: Call) -> Axis:
    return Axis(constant(1), Origin.KEPT, call.site)


@op("sum", "prod", "nansum")
def total(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False, *, dtype: Value = NONE) -> Tensor:
    """All axes, or those of `dim`, become one number."""
    kind = dtype_of(dtype, "int" if input.dtype == "bool" else input.dtype)
    _note_outer(call, input, dim)
    past = None if keepdim else Part(input.shape) if dim else Total(input.shape)
    return Tensor(reduced(call, input, dim, keepdim), kind, past)


@op("mean", "nanmean", "logsumexp", "torch.special.logsumexp")
def mean(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False, **options: Value) -> Tensor:
    _note_outer(call, input, dim)
    return Tensor(reduced(call, input, dim, keepdim), "float")


def _note_outer(call: Call, input: Tensor, dim: Axes | None) -> None:
    """Report a product of every entry with every other, all of which are added up."""
    if (
        isinstance(input.past, Outer)
        and input.past.summable
        and not dim
        and call.name.rpartition(".")[2] in ("sum", "mean")
    ):
        call.report(OuterSummed(input.past.operation, input.past.shapes), input.past.site)


def _check_entries(call: Call, input: Tensor, dim: Axes) -> None:
    """Of no entries there is no largest one."""
    axes_ = call.axes(input)
    if not axes_:
        return
    taken = [axes_[call.dim_index(input, index)] for index in dim] if dim else axes_
    if any(axis.size.constant == 0 for axis in taken):
        call.refuse("there are no entries to choose from", input)


@op("amax", "amin")
def extreme_along(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False) -> Tensor:
    _check_entries(call, input, dim or ())
    return Tensor(reduced(call, input, dim, keepdim), input.dtype)


@op("count_nonzero", "hash_tensor")
def counted(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False, **options: Value) -> Tensor:
    return Tensor(reduced(call, input, dim, keepdim), "int")


@op("all", "any")
def predicate(call: Call, input: Tensor, dim: Axes | None = None, keepdim: bool = False) -> Tensor:
    if dim == ():
        return Tensor(input.shape if not keepdim else input.shape, "bool")
    return Tensor(reduced(call, input, dim, keepdim), "bool")


@op("argmax", "argmin")
def index_of(call: Call, input: Tensor, dim: int | None = None, keepdim: bool = False) -> Tensor:
    return Tensor(reduced(call, input, None if dim is None else (dim,), keepdim), "int")


@op("max", "min")
def extreme(call: Call, input: Tensor, dim: Value = NONE, keepdim: bool = False, *, other: Value = NONE) -> Value:
    """`max()` of all entries, `max(dim)` with indices, or `max(other)` entry by entry."""
    if isinstance(dim, Tensor):
        other = dim
    if other is not NONE:
        return Tensor(broadcast(call, input, tensor(call, other)))
    if dim is NONE:
        return Tensor(SCALAR, input.dtype)
    if not isinstance(dim, Number):
        raise Unresolved("an axis, or another tensor")
    return pair(call, input, axes(call, dim), keepdim)


@op("median", "nanmedian")
def median(call: Call, input: Tensor, dim: int | None = None, keepdim: bool = False) -> Value:
    return Tensor(SCALAR, input.dtype) if dim is None else pair(call, input, (dim,), keepdim)


@op("mode")
def mode(call: Call, input: Tensor, dim: int | None = None, keepdim: bool = False) -> Value:
    return along_last(call, input, keepdim) if dim is None else pair(call, input, (dim,), keepdim)


def along_last(call: Call, input: Tensor, keepdim: bool) -> Record:
    """Values with their indices along the last axis, which was not asked for: it is perhaps the only one."""
    if keepdim or call.axes(input) is not None:
        return pair(call, input, (-1,), keepdim)
    shape = call.unknown().shape
    return Record(values=Tensor(shape, input.dtype), indices=Tensor(shape, "int"))


def pair(call: Call, input: Tensor, dim: Axes, keepdim: bool) -> Record:
    """Values with their indices."""
    shape = reduced(call, input, dim, keepdim)
    return Record(values=Tensor(shape, input.dtype), indices=Tensor(shape, "int"))


@op("aminmax")
def aminmax(call: Call, input: Tensor, *, dim: int | None = None, keepdim: bool = False) -> Record:
    _check_entries(call, input, () if dim is None else (dim,))
    shape = reduced(call, input, None if dim is None else (dim,), keepdim)
    return Record(min=Tensor(shape, input.dtype), max=Tensor(shape, input.dtype))


@op("norm", "torch.functional.norm")
def norm(call: Call, input: Tensor, p: Value = NONE, dim: Axes | None = None, keepdim: bool = False,
         **options: Value) -> Tensor:  # fmt: skip
    return lengths(call, input, p, dim, keepdim)


def lengths(call: Call, input: Tensor, order: Value, dim: Axes | None, keepdim: bool) -> Tensor:
    """Norms, of which those of vectors whose axis is kept are remembered."""
    of_vectors = keepdim and dim is not None and len(dim) == 1 and is_euclidean(order)
    return Tensor(
        reduced(call, input, dim, keepdim), "float", Lengths(input.shape, dim[0]) if dim and of_vectors else None
    )


@op("std", "var")
def moment(
    call: Call, input: Tensor, *rest: Value, dim: Value = NONE, keepdim: Value = FALSE, **options: Value
) -> Tensor:
    return Tensor(_spread(call, input, rest, dim, keepdim), "float")


@op("std_mean", "var_mean")
def moments(
    call: Call, input: Tensor, *rest: Value, dim: Value = NONE, keepdim: Value = FALSE, **options: Value
) -> Sequence:
    shape = _spread(call, input, rest, dim, keepdim)
    return Sequence((Tensor(shape, "float"), Tensor(shape, "float")))


def _spread(call: Call, input: Tensor, rest: tuple[Value, ...], dim: Value, keepdim: Value) -> Shape:
    """`std(unbiased)`, `std(dim, unbiased, keepdim)` and `std(dim, correction=.., keepdim=..)`."""
    if rest and (isinstance(rest[0], (Number, Sequence, Sizes)) or rest[0] is NONE):
        dim = rest[0]
        keepdim = rest[2] if len(rest) > 2 else keepdim
    elif rest and not (isinstance(rest[0], Literal) and isinstance(rest[0].value, bool)):
        raise Unresolved("an axis that is not known")
    return reduced(call, input, None if dim is NONE else axes(call, dim), boolean(call, keepdim))


@op("quantile", "nanquantile")
def quantile(call: Call, input: Tensor, q: Tensor, dim: int | None = None, keepdim: bool = False,
             **options: Value) -> Tensor:  # fmt: skip
    """Several quantiles come in front."""
    rest = reduced(call, input, None if dim is None else (dim,), keepdim)
    front = call.rank_in(q, 0, 1)
    return Tensor(Shape((*front, *rest.leading), rest.run, rest.trailing), "float")


@op("trace")
def trace(call: Call, input: Tensor) -> Tensor:
    call.rank_in(input, 2)
    return Tensor(SCALAR, "int" if input.dtype == "bool" else input.dtype)


@op("torch.Tensor.sum_to_size")
def sum_to_size(call: Call, input: Tensor, *size: Value) -> Tensor:
    """Summed until it has the given sizes, which must broadcast to its own."""
    wanted = joined(sizes(call, item) for item in size)
    actual = call.axes(input)
    if wanted.axes is not None and actual is not None:
        extra = len(actual) - len(wanted.axes)
        if extra < 0:
            call.refuse(f"{len(wanted.axes)} sizes for {len(actual)} axes", input)
        for i, axis in enumerate(wanted.axes):
            if axis.size.constant != 1:
                call.demand(axis.size, actual[i + extra].size, "the summed size", input, i - len(wanted.axes))
    return Tensor(wanted, input.dtype)
