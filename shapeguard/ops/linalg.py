"""`torch.linalg`, and the older names of the same: factors, solutions and properties of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant, smallest
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, axes, boolean, text
from shapeguard.ops.demands import demand_least_rank, demand_rank, demand_shape
from shapeguard.ops.dtypes import promoted
from shapeguard.ops.editing import inserted, with_axis
from shapeguard.ops.joining import listed
from shapeguard.ops.layer import flag
from shapeguard.ops.reduction import lengths, reduced
from shapeguard.ops.registry import op
from shapeguard.ops.windows import at_least
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import FALSE, NONE, TRUE, Literal, Number, Record, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Axes
    from shapeguard.shapes.values import Value


def matrix(call: Call, input: Tensor) -> tuple[Shape, Axis, Axis]:
    """The axes before the last two, and those.

    Raises:
        Unresolved: there are fewer than two (which is reported), or more may lie between.
    """
    demand_least_rank(call, input, 2)
    shape = call.store.grow(call.shape(input), 0, 2)
    rows, columns = shape.axis(-2), shape.axis(-1)
    if rows is None or columns is None:
        raise Unresolved("axes of an unknown part")
    if shape.run is None:
        return Shape(shape.leading[:-2]), rows, columns
    return shape.with_axes(shape.leading, shape.trailing[:-2]), rows, columns


def square(call: Call, input: Tensor) -> tuple[Shape, Axis]:
    """The same for matrices with as many rows as columns."""
    batch, rows, columns = matrix(call, input)
    call.family, call.operands = "linalg", (input,)
    call.demand(columns.size, rows.size, "the number of rows", input, -2)
    return batch, columns


def build(batch: Shape, *last: Axis) -> Tensor:
    if batch.run is None:
        return Tensor(Shape((*batch.leading, *last)), "float")
    return Tensor(batch.with_axes(batch.leading, (*batch.trailing, *last)), "float")


def shorter(call: Call, rows: Axis, columns: Axis) -> Axis:
    size = smallest(rows.size, columns.size)
    return rows if size is rows.size else columns if size is columns.size else Axis(size)


@op("torch.linalg.cholesky", "cholesky", "torch.linalg.inv", "inverse", "torch.linalg.matrix_exp", "matrix_exp",
    "cholesky_inverse")  # fmt: skip
def of_square(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    square(call, input)
    return Tensor(input.shape, "float")


@op("torch.linalg.matrix_power", "matrix_power")
def matrix_power(call: Call, input: Tensor, n: Value) -> Tensor:
    square(call, input)
    return Tensor(input.shape, input.dtype)


@op("torch.linalg.cholesky_ex")
def cholesky_ex(call: Call, input: Tensor, **options: Value) -> Record:
    batch, _ = square(call, input)
    return Record(L=Tensor(input.shape, "float"), info=Tensor(batch, "int"))


@op("torch.linalg.inv_ex")
def inv_ex(call: Call, input: Tensor, **options: Value) -> Record:
    batch, _ = square(call, input)
    return Record(inverse=Tensor(input.shape, "float"), info=Tensor(batch, "int"))


@op("torch.linalg.det", "det", "logdet")
def determinant(call: Call, input: Tensor) -> Tensor:
    return Tensor(square(call, input)[0], "float")


@op("torch.linalg.slogdet", "slogdet")
def slogdet(call: Call, input: Tensor) -> Record:
    batch, _ = square(call, input)
    return Record(sign=Tensor(batch, "float"), logabsdet=Tensor(batch, "float"))


@op("torch.linalg.eig", "torch.linalg.eigh")
def eigen(call: Call, input: Tensor, *rest: Value, **options: Value) -> Record:
    batch, side = square(call, input)
    return Record(eigenvalues=build(batch, side), eigenvectors=Tensor(input.shape, "float"))


@op("torch.linalg.eigvals", "torch.linalg.eigvalsh")
def eigenvalues(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    return build(*square(call, input))


@op("torch.linalg.svd", "svd")
def svd(call: Call, input: Tensor, full_matrices: bool = True, *, some: bool = True, **options: Value) -> Record:
    """`torch.svd` gives V, `torch.linalg.svd` its transpose."""
    batch, rows, columns = matrix(call, input)
    inner = shorter(call, rows, columns)
    reduced = not full_matrices if "linalg" in call.name else some and full_matrices
    if "linalg" not in call.name and not boolean(call, options.get("compute_uv", TRUE)):
        reduced = False
    values, left, right = (
        Axis(axis.size, Origin.SINGULAR, call.site)
        for axis in (inner, inner if reduced else rows, inner if reduced else columns)
    )
    rows, columns = (Axis(axis.size, Origin.FACTORED, call.site, axis.factors) for axis in (rows, columns))
    first, second = build(batch, rows, left), build(batch, values)
    if "linalg" in call.name:
        return Record(U=first, S=second, Vh=build(batch, right, columns))
    return Record(U=first, S=second, V=build(batch, columns, right))


@op("torch.svd_lowrank", "torch.pca_lowrank")
def svd_lowrank(call: Call, input: Tensor, q: Value = NONE, *rest: Value, **options: Value) -> Sequence:
    batch, rows, columns = matrix(call, input)
    if q is NONE:
        size = smallest(constant(6), smallest(rows.size, columns.size)) if "pca" in call.name else constant(6)
    elif isinstance(q, Number):
        size = q.dim
    else:
        raise Unresolved("a rank that is not known")
    inner = Axis(size)
    return Sequence((build(batch, rows, inner), build(batch, inner), build(batch, columns, inner)))


@op("torch.linalg.svdvals")
def singular_values(call: Call, input: Tensor, **options: Value) -> Tensor:
    batch, rows, columns = matrix(call, input)
    return build(batch, shorter(call, rows, columns))


@op("torch.linalg.qr", "qr")
def qr(call: Call, input: Tensor, mode: Value = NONE, *, some: bool = True) -> Record:
    batch, rows, columns = matrix(call, input)
    kind = text(call, mode) if isinstance(mode, Literal) and isinstance(mode.value, str) else "reduced"
    if (isinstance(mode, Literal) and mode.value is False) or not some:
        kind = "complete"
    inner = rows if kind == "complete" else shorter(call, rows, columns)
    if kind == "r":
        return Record(
            Q=Tensor(Shape((Axis(constant(0)),)), "float"), R=build(batch, shorter(call, rows, columns), columns)
        )
    return Record(Q=build(batch, rows, inner), R=build(batch, inner, columns))


@op("geqrf")
def geqrf(call: Call, input: Tensor) -> Record:
    batch, rows, columns = matrix(call, input)
    return Record(a=Tensor(input.shape, "float"), tau=build(batch, shorter(call, rows, columns)))


@op("torch.linalg.householder_product", "orgqr")
def reflections(call: Call, input: Tensor, tau: Tensor) -> Tensor:
    """One factor for each reflection, of which there are at most as many as columns."""
    batch, rows, columns = matrix(call, input)
    at_least(call, rows.size - columns.size, 0, f"there are more columns ({columns}) than rows ({rows})", input)
    call.operands = (input, tau)
    _factors(call, tau, batch, columns.size)
    return Tensor(input.shape, "float")


@op("ormqr")
def reflected(
    call: Call, input: Tensor, tau: Tensor, other: Tensor, left: bool = True, transpose: Value = FALSE
) -> Tensor:
    """The product of the reflections of `input` with `other`."""
    batch, rows, columns = matrix(call, input)
    theirs, height, width = matrix(call, other)
    call.operands = (input, tau, other)
    if batch.rank is not None:
        demand_rank(call, other, batch.rank + 2)
    side = height if left else width
    call.demand(rows.size, side.size, "the number of rows", other, -2 if left else -1)
    _factors(call, tau, batch, smallest(side.size, columns.size))
    if batch.axes is not None:
        demand_shape(call, Tensor(theirs), batch.axes, "the batch")
    return Tensor(other.shape, "float")


def _factors(call: Call, tau: Tensor, batch: Shape, most: Dim) -> None:
    if batch.axes is not None and call.axes(tau) is not None:
        demand_rank(call, tau, len(batch.axes) + 1)
        demand_shape(call, tau, (*batch.axes, call.known_axes(tau)[-1]), "the batch")
        count = call.known_axes(tau)[-1].size
        at_least(call, most - count, 0, f"there are {count} factors for {most} reflections", tau)


@op("torch.linalg.lu")
def lu(call: Call, input: Tensor, *, pivot: bool = True) -> Record:
    batch, rows, columns = matrix(call, input)
    inner = shorter(call, rows, columns)
    place = build(batch, rows, rows) if pivot else Tensor(Shape((Axis(constant(0)),)), "float")
    return Record(P=place, L=build(batch, rows, inner), U=build(batch, inner, columns))


@op("torch.linalg.lu_factor", "torch.linalg.lu_factor_ex", "torch.lu", "torch.Tensor.lu")
def lu_factor(call: Call, input: Tensor, pivot: Value = TRUE, get_infos: bool = False, **options: Value) -> Value:
    batch, rows, columns = matrix(call, input)
    factors, pivots = Tensor(input.shape, "float"), Tensor(build(batch, shorter(call, rows, columns)).shape, "int")
    if call.name.endswith("_ex"):
        return Record(LU=factors, pivots=pivots, info=Tensor(batch, "int"))
    if call.name.endswith(".lu"):
        return Sequence((factors, pivots, Tensor(batch, "int")) if get_infos else (factors, pivots))
    return Record(LU=factors, pivots=pivots)


@op("torch.lu_unpack")
def lu_unpack(
    call: Call, input: Tensor, pivots: Tensor, unpack_data: bool = True, unpack_pivots: bool = True
) -> Record:
    batch, rows, columns = matrix(call, input)
    inner = shorter(call, rows, columns)
    nothing = Tensor(Shape((Axis(constant(0)),)), "float")
    return Record(
        P=build(batch, rows, rows) if unpack_pivots else nothing,
        L=build(batch, rows, inner) if unpack_data else nothing,
        U=build(batch, inner, columns) if unpack_data else nothing,
    )


@op("torch.linalg.ldl_factor", "torch.linalg.ldl_factor_ex")
def ldl_factor(call: Call, input: Tensor, **options: Value) -> Record:
    batch, side = square(call, input)
    pivots = Tensor(build(batch, side).shape, "int")
    if call.name.endswith("_ex"):
        return Record(LD=Tensor(input.shape, "float"), pivots=pivots, info=Tensor(batch, "int"))
    return Record(LD=Tensor(input.shape, "float"), pivots=pivots)


@op("torch.linalg.matrix_rank", "torch.linalg.cond")
def property_of(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    _hermitian(call, input, options)
    batch = matrix(call, input)[0]
    if "rank" in call.name:
        return Tensor(_with_limits(call, batch, rest, options), "int")
    return Tensor(batch, "float")


def _with_limits(call: Call, batch: Shape, rest: tuple[Value, ...], options: dict[str, Value]) -> Shape:
    """The axes before the last two; tolerances that are tensors broadcast with them."""
    limits = [value for value in (*rest, *options.values()) if isinstance(value, Tensor)]
    return broadcast(call, Tensor(batch), *limits)


@op("torch.linalg.pinv", "pinverse")
def pinv(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    _hermitian(call, input, options)
    batch, rows, columns = matrix(call, input)
    if not any(axis.size.value == 0 for axis in (*batch.leading, rows, columns)):  # of nothing, they are ignored
        batch = _with_limits(call, batch, rest, options)
    return build(batch, columns, rows)


def _hermitian(call: Call, input: Tensor, options: dict[str, Value]) -> None:
    """What is said to be hermitian must be square."""
    if flag(options.get("hermitian", FALSE)):
        square(call, input)


@op("torch.linalg.matrix_norm")
def matrix_norm(call: Call, input: Tensor, ord: Value = NONE, dim: Axes = (-2, -1), keepdim: bool = False,
                **options: Value) -> Tensor:  # fmt: skip
    if len(dim) != 2:
        call.refuse("a norm of matrices is over two axes", input)
    matrix(call, input)
    return Tensor(reduced(call, input, dim, keepdim), "float")


@op("torch.linalg.norm", "torch.linalg.vector_norm")
def norm(
    call: Call, input: Tensor, ord: Value = NONE, dim: Value = NONE, keepdim: bool = False, **options: Value
) -> Tensor:
    over = None if dim is NONE else axes(call, dim)
    if "vector" not in call.name and over is None and ord is not NONE:
        call.rank_in(input, 1, 2)
    return lengths(call, input, ord, over, keepdim)


@op("torch.linalg.vander", "torch.vander")
def vander(call: Call, input: Tensor, N: Value = NONE, increasing: Value = FALSE) -> Tensor:  # noqa: N803 - torch's name
    if call.shape(input).rank == 0:
        raise Unresolved("a tensor without axes, which depends on how it is called")
    shape = with_axis(call, input, -1)
    last = shape.axis(-1)
    if last is None:
        raise Unresolved("an axis of an unknown part")
    width = Axis(N.dim) if isinstance(N, Number) else last
    return Tensor(inserted(call, input, -1, width), promoted(input))


@op("torch.block_diag", "torch.functional.block_diag")
def block_diag(call: Call, *tensors: Value) -> Tensor:
    """Matrices along the diagonal; vectors are rows, numbers 1 x 1."""
    parts = listed(call, tensors[0] if len(tensors) == 1 and isinstance(tensors[0], Sequence) else Sequence(tensors))
    height, width = constant(0), constant(0)
    for part in parts:
        axes_ = call.rank_in(part, 0, 1, 2)
        height += axes_[0].size if len(axes_) == 2 else 1
        width += axes_[-1].size if axes_ else 1
    return Tensor(Shape((Axis(height), Axis(width))), promoted(*parts))
