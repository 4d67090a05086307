"""`torch.linalg`, and the older names of the same: factors, solutions and properties of matrices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant, smallest
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, axes, boolean, text
from shapeguard.ops.dtypes import promoted
from shapeguard.ops.editing import inserted, with_axis
from shapeguard.ops.reduction import reduced
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import FALSE, NONE, TRUE, Literal, Number, Record, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Axes
    from shapeguard.shapes.values import Value


def matrix(call: Call, input: Tensor) -> tuple[Shape, Axis, Axis]:
    """The axes before the last two, and those.

    Raises:
        Unresolved: there are fewer than two (which is reported), or more may lie between.
    """
    shape = call.shape(input)
    if shape.rank is not None and shape.rank < 2:
        call.report_rank(input, "at least 2")
        raise Unresolved("too few axes")
    shape = call.store.grow(shape, 0, 2)
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


def _shorter(call: Call, rows: Axis, columns: Axis) -> Axis:
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
    inner = _shorter(call, rows, columns)
    if "linalg" in call.name:
        left, right = (rows, columns) if full_matrices else (inner, inner)
        return Record(U=build(batch, rows, left), S=build(batch, inner), Vh=build(batch, right, columns))
    left, right = (inner, inner) if some and full_matrices else (rows, columns)
    if not boolean(call, options.get("compute_uv", TRUE)):
        left, right = rows, columns
    return Record(U=build(batch, rows, left), S=build(batch, inner), V=build(batch, columns, right))


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
    return build(batch, _shorter(call, rows, columns))


@op("torch.linalg.qr", "qr")
def qr(call: Call, input: Tensor, mode: Value = NONE, *, some: bool = True) -> Record:
    batch, rows, columns = matrix(call, input)
    kind = text(call, mode) if isinstance(mode, Literal) and isinstance(mode.value, str) else "reduced"
    if (isinstance(mode, Literal) and mode.value is False) or not some:
        kind = "complete"
    inner = rows if kind == "complete" else _shorter(call, rows, columns)
    if kind == "r":
        return Record(
            Q=Tensor(Shape((Axis(constant(0)),)), "float"), R=build(batch, _shorter(call, rows, columns), columns)
        )
    return Record(Q=build(batch, rows, inner), R=build(batch, inner, columns))


@op("geqrf")
def geqrf(call: Call, input: Tensor) -> Record:
    batch, rows, columns = matrix(call, input)
    return Record(a=Tensor(input.shape, "float"), tau=build(batch, _shorter(call, rows, columns)))


@op("torch.linalg.householder_product", "orgqr", "ormqr")
def reflected(
    call: Call, input: Tensor, tau: Tensor, other: Tensor | None = None, *rest: Value, **options: Value
) -> Tensor:
    return Tensor((other or input).shape, "float")


@op("torch.linalg.lu")
def lu(call: Call, input: Tensor, *, pivot: bool = True) -> Record:
    batch, rows, columns = matrix(call, input)
    inner = _shorter(call, rows, columns)
    place = build(batch, rows, rows) if pivot else Tensor(Shape((Axis(constant(0)),)), "float")
    return Record(P=place, L=build(batch, rows, inner), U=build(batch, inner, columns))


@op("torch.linalg.lu_factor", "torch.linalg.lu_factor_ex", "torch.lu", "torch.Tensor.lu")
def lu_factor(call: Call, input: Tensor, pivot: Value = TRUE, get_infos: bool = False, **options: Value) -> Value:
    batch, rows, columns = matrix(call, input)
    factors, pivots = Tensor(input.shape, "float"), Tensor(build(batch, _shorter(call, rows, columns)).shape, "int")
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
    inner = _shorter(call, rows, columns)
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
    if "rank" in call.name and (rest or {"tol", "atol", "rtol"} & options.keys()):
        limits = [
            value for value in (*rest, *options.values()) if isinstance(value, Tensor) and call.shape(value).rank != 0
        ]
        batch = matrix(call, input)[0]
        return Tensor(broadcast(call, Tensor(batch), *limits) if limits else batch, "int")
    return Tensor(matrix(call, input)[0], "int" if "rank" in call.name else "float")


@op("torch.linalg.pinv", "pinverse")
def pinv(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    if any(isinstance(value, Tensor) and call.shape(value).rank != 0 for value in (*rest, *options.values())):
        raise Unresolved("tolerances that broadcast with the matrices")
    batch, rows, columns = matrix(call, input)
    return build(batch, columns, rows)


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
    return Tensor(reduced(call, input, over, keepdim), "float")


@op("torch.linalg.solve", "torch.linalg.solve_ex")
def solve(call: Call, input: Tensor, other: Tensor, *, left: bool = True, **options: Value) -> Value:
    """`other` is a batch of vectors where it has one axis less, or is one vector."""
    batch, side = square(call, input)
    given = call.known_axes(other)
    mine = call.known_axes(input)
    vectors = len(given) == 1 or (
        len(given) == len(mine) - 1
        and all(call.store.equal(a.size, b.size) for a, b in zip(given, mine[:-1], strict=True))
    )
    call.operands = (input, other)
    if vectors:
        call.demand(side.size, given[-1].size, "the size of the matrix", other, -1)
        shape = broadcast(call, Tensor(batch), Tensor(Shape(given[:-1])))
        result = build(shape, given[-1])
    else:
        result = _solved(call, batch, side, other, left)
    if call.name.endswith("_ex"):
        return Record(result=result, info=Tensor(batch, "int"))
    return result


def _solved(call: Call, batch: Shape, side: Axis, other: Tensor, left: bool) -> Tensor:
    theirs, rows, columns = matrix(call, other)
    at = -2 if left else -1
    call.demand(side.size, (rows if left else columns).size, "the size of the matrix", other, at)
    return build(broadcast(call, Tensor(batch), Tensor(theirs)), rows, columns)


@op("torch.linalg.solve_triangular")
def solve_triangular(call: Call, input: Tensor, other: Tensor, *, upper: Value, left: bool = True,
                     unitriangular: Value = NONE) -> Tensor:  # fmt: skip
    batch, side = square(call, input)
    call.operands = (input, other)
    return _solved(call, batch, side, other, left)


@op("cholesky_solve")
def cholesky_solve(call: Call, input: Tensor, other: Tensor, upper: Value = NONE) -> Tensor:
    batch, side = square(call, other)
    call.operands = (other, input)
    return _solved(call, batch, side, input, left=True)


@op("triangular_solve")
def triangular_solve(call: Call, input: Tensor, other: Tensor, *rest: Value, **options: Value) -> Record:
    batch, side = square(call, other)
    call.operands = (other, input)
    solution = _solved(call, batch, side, input, left=True)
    shared = broadcast(call, Tensor(batch), Tensor(matrix(call, input)[0]))
    return Record(solution=solution, cloned_coefficient=build(shared, side, side))


@op("lu_solve")
def lu_solve(call: Call, input: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:  # noqa: N803 - torch's names
    batch, side = square(call, LU_data)
    call.operands = (LU_data, input)
    return _solved(call, batch, side, input, left=True)


@op("torch.linalg.lu_solve", "torch.linalg.ldl_solve")
def factored_solve(
    call: Call, LU: Tensor, pivots: Tensor, other: Tensor, *, left: bool = True, **options: Value
) -> Tensor:
    batch, side = square(call, LU)
    call.operands = (LU, other)
    return _solved(call, batch, side, other, left)


@op("torch.linalg.lstsq")
def lstsq(call: Call, input: Tensor, other: Tensor, rcond: Value = NONE, *, driver: Value = NONE) -> Record:
    batch, rows, columns = matrix(call, input)
    given = call.known_axes(other)
    call.operands = (input, other)
    vector = len(given) == len(call.known_axes(input)) - 1
    held = given[-1 if vector else -2]
    call.demand(rows.size, held.size, "the number of rows", other, -1 if vector else -2)
    solution = (
        build(batch, columns)
        if vector
        else build(broadcast(call, Tensor(batch), Tensor(Shape(given[:-2]))), columns, given[-1])
    )
    inner = _shorter(call, rows, columns)
    nothing = Tensor(Shape((Axis(constant(0)),)), "float")
    name = text(call, driver) if driver is not NONE else "gelsy"
    values = build(batch, inner) if name in ("gelss", "gelsd") else nothing
    ranks = nothing if name == "gels" else Tensor(batch, "int")
    return Record(solution=solution, residuals=_residuals(call, batch, rows, columns, given, vector, name), rank=ranks,
                  singular_values=values)  # fmt: skip


def _residuals(call: Call, batch: Shape, rows: Axis, columns: Axis, given: tuple[Axis, ...], vector: bool,
               driver: str) -> Tensor:  # fmt: skip
    """Only for more rows than columns, where the rank is full."""
    low = call.store.facts.lower(columns.size - rows.size)
    if driver == "gelsy" or (low is not None and low >= 0):
        return Tensor(Shape((Axis(constant(0)),)), "float")
    return call.unknown()


@op("torch.linalg.tensorinv")
def tensorinv(call: Call, input: Tensor, ind: int = 2) -> Tensor:
    axes_ = call.known_axes(input)
    if ind < 1:
        call.refuse("ind must be positive", input)
    return Tensor(Shape((*axes_[ind:], *axes_[:ind])), "float")


@op("torch.linalg.tensorsolve")
def tensorsolve(call: Call, input: Tensor, other: Tensor, dims: Value = NONE) -> Tensor:
    left, right = list(call.known_axes(input)), call.known_axes(other)
    if dims is not NONE:
        moved = [call.dim_index(input, index) for index in axes(call, dims)]
        left = [axis for i, axis in enumerate(left) if i not in moved] + [left[i] for i in moved]
    return Tensor(Shape(tuple(left[len(right) :])), "float")


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
    from shapeguard.ops.joining import listed

    parts = listed(call, tensors[0] if len(tensors) == 1 and isinstance(tensors[0], Sequence) else Sequence(tensors))
    height, width = constant(0), constant(0)
    for part in parts:
        axes_ = call.rank_in(part, 0, 1, 2)
        height += axes_[0].size if len(axes_) == 2 else 1
        width += axes_[-1].size if axes_ else 1
    return Tensor(Shape((Axis(height), Axis(width))), promoted(*parts))
