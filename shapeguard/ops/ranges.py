"""Tensors of numbers in a row: arange, linspace, windows, indices of triangles, permutations."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from shapeguard.dims import constant, largest
from shapeguard.ops.conversion import Unresolved, dim
from shapeguard.ops.demands import demand_rank
from shapeguard.ops.dtypes import dtype_of
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import NONE, Literal, Number, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

WINDOWS = ["hann", "hamming", "blackman", "bartlett", "kaiser"]
SIGNALS = [
    "bartlett",
    "blackman",
    "cosine",
    "exponential",
    "gaussian",
    "general_cosine",
    "general_hamming",
    "hamming",
    "hann",
    "kaiser",
    "nuttall",
]


@op("torch.arange", "numpy.arange")
def arange(
    call: Call, start: Value, end: Value = NONE, step: Value = NONE, dtype: Value = NONE, **options: Value
) -> Tensor:
    """As many numbers as steps fit between `start` and `end`."""
    given = [value for value in (start, end, step) if value is not NONE]
    whole = all(isinstance(value, Number) for value in given)
    kind = dtype_of(dtype, "int" if whole else "float" if any(_is_float(value) for value in given) else None)
    first, last = (Number(constant(0)), start) if end is NONE else (start, end)
    counted = Origin.COUNTED if end is NONE and step is NONE else None
    return Tensor(Shape((Axis(_count(call, first, last, step), counted, call.site),)), kind)


def _is_float(value: Value) -> bool:
    return isinstance(value, Literal) and isinstance(value.value, float)


def _number(value: Value) -> float | None:
    if isinstance(value, Literal) and isinstance(value.value, (int, float)):
        return value.value
    return value.dim.value if isinstance(value, Number) else None


def _count(call: Call, first: Value, last: Value, step: Value) -> Dim:
    if any(map(_is_float, (first, last, step))):
        bounds = [_number(value) for value in (first, last, Number(constant(1)) if step is NONE else step)]
        low, high, width = (math.nan if bound is None else float(bound) for bound in bounds)
        steps = (high - low) / width if width else math.nan
        return constant(max(0, math.ceil(steps))) if math.isfinite(steps) else call.fresh(0)
    try:
        span = dim(call, last) - dim(call, first)
        stride = constant(1) if step is NONE else dim(call, step)
    except Unresolved:
        return call.fresh(0)
    if stride.value is None or stride.value == 0:
        return call.fresh(0)
    if stride.value < 0:
        span, stride = -span, -stride
    count = span if stride.constant == 1 else (span + (stride - 1)) // stride
    low_count = call.store.facts.lower(count)
    if low_count is None or low_count < 0:
        if count.constant is not None:
            call.refuse("the bounds do not go with the sign of the step")
        if stride.constant != 1:
            return call.fresh(0)
        call.store.facts = call.store.facts.at_least(count, 0)
    return count


@op("torch.range")
def inclusive_range(call: Call, start: Value = NONE, end: Value = NONE, step: Value = NONE, **options: Value) -> Tensor:
    """With both bounds."""
    bounds = [_number(value) for value in (start, end, Number(constant(1)) if step is NONE else step)]
    low, high, width = (math.nan if bound is None else float(bound) for bound in bounds)
    count = (high - low) / width if width else math.nan
    size = constant(math.floor(count) + 1) if math.isfinite(count) and count >= 0 else call.fresh(0)
    return Tensor(Shape((Axis(size),)), "float")


@op("torch.linspace", "torch.logspace")
def linspace(call: Call, start: Value, end: Value, steps: Dim, base: Value = NONE, *, dtype: Value = NONE,
             **options: Value) -> Tensor:  # fmt: skip
    for bound in (start, end):
        if isinstance(bound, Tensor):
            demand_rank(call, bound, 0)
    return Tensor(Shape((Axis(_size(call, steps)),)), dtype_of(dtype, "float"))


@op("numpy.linspace", "numpy.logspace", "numpy.geomspace")
def numpy_linspace(call: Call, start: Value, stop: Value, num: Value = NONE, *rest: Value, **options: Value) -> Tensor:
    if options.keys() & {"retstep", "dim"}:
        raise Unresolved("an axis, or a step besides")
    return Tensor(Shape((Axis(constant(50) if num is NONE else dim(call, num)),)), "float")


@op("torch.randperm")
def randperm(call: Call, n: Dim, *, dtype: Value = NONE, **options: Value) -> Tensor:
    return Tensor(Shape((Axis(_size(call, n)),)), dtype_of(dtype, "int"))


@op("torch.eye", "numpy.eye", "numpy.identity")
def eye(call: Call, n: Dim, m: Dim | None = None, *rest: Value, dtype: Value = NONE, **options: Value) -> Tensor:
    return Tensor(Shape((Axis(_size(call, n)), Axis(n if m is None else _size(call, m)))), dtype_of(dtype, "float"))


def _size(call: Call, size: Dim) -> Dim:
    if size.constant is not None and size.constant < 0:
        call.refuse(f"{size} is no size")
    call.store.learn_size(size)
    return size


@op(*(f"torch.{name}_window" for name in WINDOWS))
def window(call: Call, window_length: Dim, *rest: Value, **options: Value) -> Tensor:
    return Tensor(Shape((Axis(_size(call, window_length)),)), "float")


@op(*(f"torch.signal.windows.{name}" for name in SIGNALS))
def signal_window(call: Call, M: Dim, *rest: Value, **options: Value) -> Tensor:  # noqa: N803 - torch's name
    if M.constant is not None and M.constant < 0:
        call.refuse(f"{M} is no size")
    return Tensor(Shape((Axis(M),)), "float")


@op("torch.tril_indices", "torch.triu_indices")
def triangle_indices(call: Call, row: Dim, col: Dim, offset: int = 0, **options: Value) -> Tensor:
    """Two rows: the coordinates of the entries on one side of a diagonal."""
    two = Axis(constant(2))
    if row.value is None or col.value is None:
        return Tensor(Shape((two, Axis(_square_triangle(call, row, col, offset)))), "int")
    rows, columns = row.value, col.value
    if rows < 0 or columns < 0:
        call.refuse("a number of rows or columns is negative")
    lower = sum(min(max(i + offset + 1, 0), columns) for i in range(rows))
    upper = sum(columns - min(max(i + offset, 0), columns) for i in range(rows))
    return Tensor(Shape((two, Axis(constant(lower if "tril" in call.name else upper)))), "int")


def _square_triangle(call: Call, row: Dim, col: Dim, offset: int) -> Dim:
    if row is not col or abs(offset) > 1:
        return call.fresh(0)
    with_diagonal = offset == 0
    outwards = 1 if "tril" in call.name else -1
    if with_diagonal:
        return row * (row + 1) // 2
    if offset == -outwards:
        return row * (row - 1) // 2
    return largest(row * (row + 1) // 2 + row - 1, constant(0))
