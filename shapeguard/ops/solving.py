"""Systems of linear equations, in all the forms that torch solves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, axes, text
from shapeguard.ops.demands import demand_shape
from shapeguard.ops.linalg import build, matrix, shorter, square
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import product
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import NONE, Record, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value


@op("torch.linalg.solve", "torch.linalg.solve_ex")
def solve(call: Call, input: Tensor, other: Tensor, *, left: bool = True, **options: Value) -> Value:
    """`other` is a batch of vectors where it has one axis less, or is one vector."""
    batch, side = square(call, input)
    given = call.known_axes(other)
    mine = call.known_axes(input)
    vectors = len(given) == 1 or (len(given) == len(mine) - 1 and _are_vectors(call, given, mine))
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


def _are_vectors(call: Call, given: tuple[Axis, ...], mine: tuple[Axis, ...]) -> bool:
    """Whether what has one axis less than the matrices is a vector for each of them."""
    pairs = [(a.size, b.size) for a, b in zip(given, mine[:-1], strict=True)]
    alike = all(call.store.equal(a, b) for a, b in pairs)
    if not alike and not any(call.store.differ(a, b) for a, b in pairs):
        raise Unresolved("vectors for each matrix, or one matrix for all of them")
    return alike


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


def _pivots(call: Call, factors: Tensor, pivots: Tensor) -> None:
    """One for each row of the factors."""
    axes_ = call.axes(factors)
    if axes_ is not None:
        demand_shape(call, pivots, axes_[:-1], "the number of rows")


@op("lu_solve")
def lu_solve(call: Call, input: Tensor, LU_data: Tensor, LU_pivots: Tensor) -> Tensor:  # noqa: N803 - torch's names
    batch, side = square(call, LU_data)
    call.operands = (LU_data, input, LU_pivots)
    _pivots(call, LU_data, LU_pivots)
    return _solved(call, batch, side, input, left=True)


@op("torch.linalg.lu_solve", "torch.linalg.ldl_solve")
def factored_solve(
    call: Call, LU: Tensor, pivots: Tensor, other: Tensor, *, left: bool = True, **options: Value
) -> Tensor:
    batch, side = square(call, LU)
    call.operands = (LU, other, pivots)
    _pivots(call, LU, pivots)
    return _solved(call, batch, side, other, left)


@op("torch.linalg.lstsq")
def lstsq(call: Call, input: Tensor, other: Tensor, rcond: Value = NONE, *, driver: Value = NONE) -> Record:
    """`other` has as many axes as the matrices, or one less and then is a batch of vectors."""
    batch, rows, columns = matrix(call, input)
    given, mine = call.known_axes(other), call.known_axes(input)
    call.operands = (input, other)
    if len(given) not in (len(mine), len(mine) - 1):
        call.report_rank(other, f"{len(mine)} or {len(mine) - 1}")
        raise Unresolved("another rank")
    vector = len(given) == len(mine) - 1
    if vector and len(given) > 1 and not _are_vectors(call, given, mine):
        raise Unresolved("a batch of vectors, or matrices that are broadcast")
    held = given[-1 if vector else -2]
    call.demand(rows.size, held.size, "the number of rows", other, -1 if vector else -2)
    solution = (
        build(batch, columns)
        if vector
        else build(broadcast(call, Tensor(batch), Tensor(Shape(given[:-2]))), columns, given[-1])
    )
    inner = shorter(call, rows, columns)
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
    """The first `ind` axes hold as many entries as the others."""
    axes_ = call.known_axes(input)
    if ind < 1:
        call.refuse("ind must be positive", input)
    _square(call, axes_[ind:], axes_[:ind], input)
    return Tensor(Shape((*axes_[ind:], *axes_[:ind])), "float")


@op("torch.linalg.tensorsolve")
def tensorsolve(call: Call, input: Tensor, other: Tensor, dims: Value = NONE) -> Tensor:
    """The first axes are those of `other`, and hold as many entries as the rest."""
    left, right = list(call.known_axes(input)), call.known_axes(other)
    if dims is not NONE:
        moved = [call.dim_index(input, index) for index in axes(call, dims)]
        left = [axis for i, axis in enumerate(left) if i not in moved] + [left[i] for i in moved]
    call.operands = (input, other)
    rest, shared = tuple(left[len(right) :]), tuple(left[: len(right)])
    _square(call, rest, shared, input)
    _square(call, right, shared, other)
    return Tensor(Shape(rest), "float")


def _square(call: Call, one: tuple[Axis, ...], other: tuple[Axis, ...], input: Tensor) -> None:
    rows, columns = product(axis.size for axis in one), product(axis.size for axis in other)
    if call.store.differ(rows, columns):
        call.refuse(f"{rows} rows and {columns} columns make no square matrix", input)
