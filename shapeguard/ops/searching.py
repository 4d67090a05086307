"""Order, search and counting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, boolean, dims, tensor
from shapeguard.ops.demands import demand_least_rank
from shapeguard.ops.editing import axis_at, checked_dim, replaced
from shapeguard.ops.reduction import along_last, pair
from shapeguard.ops.registry import op
from shapeguard.ops.slicing import beyond
from shapeguard.ops.windows import at_least
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import FALSE, NONE, Literal, Number, Record, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


@op("sort")
def sort(call: Call, input: Tensor, dim: Value = NONE, descending: Value = NONE, *, stable: Value = NONE) -> Record:
    if isinstance(dim, Number) and dim.dim.value is not None:
        checked_dim(call, input, dim.dim.value)
    return Record(values=Tensor(input.shape, input.dtype), indices=Tensor(input.shape, "int"))


@op("argsort")
def argsort(call: Call, input: Tensor, dim: Value = NONE, descending: Value = NONE, *, stable: Value = NONE) -> Tensor:
    if isinstance(dim, Number) and dim.dim.value is not None:
        checked_dim(call, input, dim.dim.value)
    return Tensor(input.shape, "int")


@op("msort")
def msort(call: Call, input: Tensor) -> Tensor:
    return Tensor(input.shape, input.dtype)


@op("topk")
def topk(call: Call, input: Tensor, k: Dim, dim: int = -1, largest: Value = NONE, sorted: Value = NONE) -> Record:
    axis = axis_at(call, input, dim)
    if axis is not None and beyond(call, k, axis.size):
        call.refuse(f"the {k} largest of {axis.size} entries", input)
    shape = replaced(call, input, dim, Axis(k))
    return Record(values=Tensor(shape, input.dtype), indices=Tensor(shape, "int"))


@op("kthvalue")
def kthvalue(call: Call, input: Tensor, k: Dim, dim: int | None = None, keepdim: bool = False) -> Record:
    axis = axis_at(call, input, -1 if dim is None else dim)
    if beyond(call, k, constant(1) if axis is None else axis.size):
        call.refuse(f"the entry number {k} of {1 if axis is None else axis.size}", input)
    return along_last(call, input, keepdim) if dim is None else pair(call, input, (dim,), keepdim)


@op("torch.searchsorted")
def searchsorted(call: Call, sorted_sequence: Tensor, input: Value, **options: Value) -> Tensor:
    """A place for each value; sequences of several axes share all axes but the last with the values."""
    values = tensor(call, input)
    call.family, call.operands = "searchsorted", (sorted_sequence, values)
    rows, wanted = call.axes(sorted_sequence), call.axes(values)
    if rows is not None and wanted is not None and len(rows) != 1 and not isinstance(input, Number):
        if len(rows) != len(wanted):
            call.report_rank(values, str(len(rows)))
            raise Unresolved("values of another rank")
        if not rows:
            call.report_rank(sorted_sequence, "at least 1")
            raise Unresolved("a sequence without axes")
        for i, (a, b) in enumerate(zip(rows[:-1], wanted[:-1], strict=True)):
            call.demand(a.size, b.size, "the leading axes", values, i - len(rows))
    return Tensor(values.shape, "int")


@op("torch.bucketize")
def bucketize(call: Call, input: Value, boundaries: Tensor, **options: Value) -> Tensor:
    call.operands = (boundaries,)
    if call.shape(boundaries).rank not in (1, None):
        call.report_rank(boundaries, "1")
        raise Unresolved("boundaries with other axes")
    return Tensor(tensor(call, input).shape, "int")


@op("torch.Tensor.bucketize")
def bucketize_method(call: Call, input: Tensor, boundaries: Tensor, **options: Value) -> Tensor:
    return bucketize(call, input, boundaries)


@op("histc")
def histc(call: Call, input: Tensor, bins: Value = NONE, min: Value = NONE, max: Value = NONE) -> Tensor:
    return Tensor(Shape((Axis(_count(bins)),)), input.dtype)


def _count(bins: Value) -> Dim:
    if bins is NONE:
        return constant(100)
    if not isinstance(bins, Number):
        raise Unresolved("a number of bins that is not known")
    return bins.dim


@op("histogram")
def histogram(call: Call, input: Tensor, bins: Value, **options: Value) -> Record:
    """Counts, and edges one more than those."""
    edges = call.rank_in(bins, 1)[0].size if isinstance(bins, Tensor) else _count(bins) + 1
    at_least(call, edges, 2, "there are no bins", input)
    return Record(hist=Tensor(Shape((Axis(edges - 1),)), "float"), bin_edges=Tensor(Shape((Axis(edges),)), "float"))


@op("torch.histogramdd", "torch.functional.histogramdd")
def histogramdd(call: Call, input: Tensor, bins: Value, **options: Value) -> Record:
    """An axis of counts for each coordinate."""
    axis = axis_at(call, input, -1)
    if axis is None or axis.size.value is None:
        raise Unresolved("a number of coordinates that is not known")
    if isinstance(bins, Number):
        counts = (bins.dim,) * axis.size.value
    elif isinstance(bins, Sequence) and all(isinstance(item, Tensor) for item in bins.items):
        counts = tuple(call.rank_in(tensor(call, item), 1)[0].size - 1 for item in bins.items)
    else:
        counts = dims(call, bins)
    demand_least_rank(call, input, 2)
    if len(counts) != axis.size.value:
        call.refuse(f"bins for {len(counts)} of {axis.size} coordinates", input)
    edges = [Tensor(Shape((Axis(count + 1),)), "float") for count in counts]
    return Record(hist=Tensor(Shape(tuple(map(Axis, counts))), "float"), bin_edges=Sequence(edges))


@op("bincount")
def bincount(call: Call, input: Tensor, weights: Tensor | None = None, minlength: Value = NONE) -> Tensor:
    call.rank_in(input, 1)
    least = minlength.dim.value if isinstance(minlength, Number) else None
    return Tensor(Shape((Axis(call.fresh(least or 0)),)), "int" if weights is None else "float")


@op("unique", "torch.unique_consecutive", "torch.Tensor.unique_consecutive", "torch.functional.unique")
def unique(call: Call, input: Tensor, *flags: Value, sorted: Value = NONE, return_inverse: Value = FALSE,
           return_counts: Value = FALSE, dim: int | None = None) -> Value:  # fmt: skip
    """Different entries, or different slices along `dim`; with their places and counts."""
    consecutive = "consecutive" in call.name
    given = dict(zip(_flag_names(consecutive), flags, strict=False))
    if "dim" in given:
        found = given["dim"]
        dim = found.dim.value if isinstance(found, Number) else None
    count = Axis(call.fresh(0))
    shape = Shape((count,)) if dim is None else replaced(call, input, dim, count)
    results = [Tensor(shape, input.dtype)]
    if boolean(call, given.get("return_inverse", return_inverse)):
        places = input.shape if dim is None else Shape(tuple(a for a in (axis_at(call, input, dim),) if a is not None))
        results.append(Tensor(places, "int"))
    if boolean(call, given.get("return_counts", return_counts)):
        results.append(Tensor(Shape((count,)), "int"))
    return results[0] if len(results) == 1 else Sequence(results)


def _flag_names(consecutive: bool) -> tuple[str, ...]:
    names = ("return_inverse", "return_counts", "dim")
    return names if consecutive else ("sorted", *names)


@op("multinomial")
def multinomial(call: Call, input: Tensor, num_samples: Dim, replacement: Value = Literal(None)) -> Tensor:
    """So many draws for each row."""
    if call.shape(input).run is not None and call.shape(input).minimum_rank <= 1:
        return Tensor(replaced(call, input, -1, Axis(num_samples)), "int")
    categories = call.rank_in(input, 1, 2)[-1]
    if not _may_repeat(replacement) and beyond(call, num_samples, categories.size):
        call.refuse(f"{num_samples} of {categories.size} entries, none of them twice", input)
    if num_samples.value is not None and num_samples.value < 1:
        call.refuse(f"{num_samples} samples", input)
    return Tensor(replaced(call, input, -1, Axis(num_samples)), "int")


def _may_repeat(replacement: Value) -> bool:
    return not (isinstance(replacement, Literal) and not replacement.value)
