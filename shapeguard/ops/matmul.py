"""Matrix products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Verdict, constant
from shapeguard.ops.binary import combined
from shapeguard.ops.broadcasting import broadcast, report_merged
from shapeguard.ops.conversion import Unresolved, axes
from shapeguard.ops.crossing import check_batches, check_demand
from shapeguard.ops.demands import demand_shape
from shapeguard.ops.dtypes import promoted
from shapeguard.ops.joining import listed
from shapeguard.ops.reduction import reduced
from shapeguard.ops.registry import OPERATIONS, op, relation
from shapeguard.ops.units import check_units
from shapeguard.ops.weights import are_chained, check_contraction, check_factors, check_shared
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.past import PACKED
from shapeguard.shapes.shape import SCALAR, Run, Shape
from shapeguard.shapes.values import NONE, Number, Sequence, Tensor, integer

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.values import Value

relation("mm(input, mat2)", "n k, k m -> n m")
relation("bmm(input, mat2)", "b n k, b k m -> b n m")
_mm, _bmm = OPERATIONS["torch.mm"].body, OPERATIONS["torch.bmm"].body
relation("mv(input, vec)", "n k, k -> n")
relation("dot(input, tensor)", "n, n -> ", "torch.vdot", "torch.Tensor.vdot")
_dot = OPERATIONS["torch.dot"].body
relation("outer(input, vec2)", "n, m -> n m", "ger")
relation("chain_matmul(input, mat2)", "n k, k m -> n m")


@op("torch.Tensor.dot")
def dot_method(call: Call, input: Tensor, tensor: Tensor) -> Tensor:
    """The product of vectors; what is not known to be one may be an array, whose method takes matrices too."""
    if call.axes(input) is None or call.axes(tensor) is None:
        raise Unresolved("a product of vectors or of matrices")
    result = _dot(call, input, tensor)
    assert isinstance(result, Tensor)
    return result


@op("mm")
def mm(call: Call, input: Tensor, mat2: Tensor) -> Tensor:
    """A product of two matrices."""
    left, right = call.axes(input), call.axes(mat2)
    if left and right:
        check_factors(call, left[-1], right[0], (Shape(left), Shape(right)))
        check_units(call, left, right, (-1, 0))
    result = _mm(call, input, mat2)
    assert isinstance(result, Tensor)
    return result


@op("bmm")
def bmm(call: Call, input: Tensor, mat2: Tensor) -> Tensor:
    """A product for each item of a batch."""
    result = _bmm(call, input, mat2)
    assert isinstance(result, Tensor)
    left, right = call.axes(input), call.axes(mat2)
    if left is not None and right is not None:
        report_merged(call, left[:1], right[:1])
        if not are_chained(Shape(left), Shape(right)):
            check_contraction(call, left, (2,), (1,))
            check_contraction(call, right, (1,), (2,))
        check_factors(call, left[2], right[1], (Shape(left), Shape(right)))
        check_units(call, left, right, (-1, -2))
    return Tensor(result.shape, result.dtype, PACKED)


@op("matmul", "operator.matmul", "torch.linalg.matmul")
def matmul(call: Call, input: Tensor, other: Tensor) -> Tensor:
    """Vectors and matrices of the last two axes; the axes before them broadcast."""
    call.family, call.operands = "matmul", (input, other)
    left, right = call.shape(input), call.shape(other)
    for part, shape in ((input, left), (other, right)):
        if shape.rank == 0:
            call.report_rank(part, "at least 1")
            raise Unresolved("a number as a matrix")
    dtype = promoted(input, other)
    if left.rank == 1 or right.rank == 1:
        return _with_vector(call, input, other, dtype)
    left, right = call.store.grow(left, 0, 1), call.store.grow(right, 0, 1)
    inner, row = left.axis(-1), right.axis(-2)
    if inner is not None and row is not None:
        factors = check_factors(call, inner, row, (left, right))
        if not factors and call.store.compare(inner.size, row.size) is Verdict.UNKNOWN:
            check_demand(call, row.size, inner.size, input, -1)
        call.demand(inner.size, row.size, "the inner size", other, -2, crosses=not factors)
    for axes, summed, stays in ((left.axes, -1, -2), (right.axes, -2, -1)):
        if axes is not None and not are_chained(left, right):
            check_contraction(call, axes, (len(axes) + summed,), (len(axes) + stays,))
    if left.axes is not None and right.axes is not None:
        check_units(call, left.axes, right.axes, (-1, -2))
    if left.rank is None and right.rank == 2:
        first = left.leading if left.trailing else left.leading[:-1]  # the last of them may be the one summed over
        return Tensor(Shape(first, Run(), (*left.trailing[:-1], right.leading[-1])), dtype, PACKED)
    if left.rank is None or right.rank is None:
        return Tensor(_partly_known(call, left, right), dtype)
    rows, columns = left.leading[-2], right.leading[-1]
    check_batches(call, input, other)
    check_shared(call, left.leading, right.leading)
    batch = broadcast(call, Tensor(Shape(left.leading[:-2])), Tensor(Shape(right.leading[:-2])))
    return Tensor(Shape((*batch.leading, rows, columns)), dtype, PACKED)


def _partly_known(call: Call, left: Shape, right: Shape) -> Shape:
    """The product where a rank is not known: a vector on the left has no rows, one on the right no columns."""
    rows, last = left.axis(-2), right.axis(-1)
    if right.rank == 2 and left.trailing:
        return left.with_axes(left.leading, (*left.trailing[:-1], right.leading[1]))
    if last is None or right.minimum_rank < 2:
        return Shape((), Run())
    if rows is None or right.axis(-2) is None:
        return call.store.as_wide(left, right, trailing=(last,))
    batch = broadcast(call, Tensor(_without_matrix(left)), Tensor(_without_matrix(right)))
    return Shape(batch.leading, batch.run, (*batch.trailing, rows, last))


def _without_matrix(shape: Shape) -> Shape:
    if shape.run is None:
        return Shape(shape.leading[:-2])
    return shape.with_axes(shape.leading, shape.trailing[:-2])


def _with_vector(call: Call, input: Tensor, other: Tensor, dtype: str | None) -> Tensor:
    left, right = call.shape(input), call.shape(other)
    if left.rank == 1:
        if right.rank is None:
            return call.unknown()
        row = right.leading[0 if right.rank == 1 else -2]
        call.demand(left.leading[0].size, row.size, "the inner size", other, -1 if right.rank == 1 else -2)
        return Tensor(Shape((*right.leading[:-2], *right.leading[-1:]) if right.rank > 1 else ()), dtype)
    left = call.store.grow(left, 0, 1)
    last = left.axis(-1)
    if last is not None:
        call.demand(right.leading[0].size, last.size, "the inner size", input, -1)
    if left.rank is None:
        if left.trailing:
            return Tensor(Shape(left.leading, left.run, left.trailing[:-1]), dtype)
        return Tensor(Shape(left.leading[:-1], Run()), dtype)  # the last of them may be the one summed over
    return Tensor(Shape(left.leading[:-1]), dtype)


def _plus(call: Call, input: Tensor, product: Tensor) -> Tensor:
    """`input` is broadcast to the product, which must not grow."""
    result = combined(call, input, product)
    wanted, found = call.axes(product), result.shape.axes
    if wanted is not None and found is not None and not call.name.endswith("_"):
        if len(found) != len(wanted):
            call.report_rank(input, f"at most {len(wanted)}")
            raise Unresolved("a summand that does not fit")
        for i, (axis, other) in enumerate(zip(wanted, found, strict=True)):
            if call.store.differ(axis.size, other.size):
                call.demand(axis.size, other.size, "the summand", input, i - len(wanted))
    return Tensor(product.shape, result.dtype)


@op("addmm")
def addmm(call: Call, input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Value = NONE, alpha: Value = NONE) -> Tensor:
    call.family, call.operands = "addmm", (input, mat1, mat2)
    left, right = call.rank_in(mat1, 2), call.rank_in(mat2, 2)
    call.demand(left[1].size, right[0].size, "the inner size", mat2, -2)
    return _plus(call, input, Tensor(Shape((left[0], right[1])), promoted(mat1, mat2)))


@op("addmv")
def addmv(call: Call, input: Tensor, mat: Tensor, vec: Tensor, *, beta: Value = NONE, alpha: Value = NONE) -> Tensor:
    call.family, call.operands = "addmm", (input, mat, vec)
    left, right = call.rank_in(mat, 2), call.rank_in(vec, 1)
    call.demand(left[1].size, right[0].size, "the inner size", vec, -1)
    return _plus(call, input, Tensor(Shape((left[0],)), promoted(mat, vec)))


@op("addr")
def addr(call: Call, input: Tensor, vec1: Tensor, vec2: Tensor, *, beta: Value = NONE, alpha: Value = NONE) -> Tensor:
    call.family, call.operands = "addmm", (input, vec1, vec2)
    left, right = call.rank_in(vec1, 1), call.rank_in(vec2, 1)
    return _plus(call, input, Tensor(Shape((*left, *right)), promoted(vec1, vec2)))


@op("baddbmm", "addbmm")
def baddbmm(
    call: Call, input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Value = NONE, alpha: Value = NONE
) -> Tensor:
    """`addbmm` sums the products of the batch; in place it may even resize what it adds to."""
    call.family, call.operands = "baddbmm", (input, batch1, batch2)
    left, right = call.rank_in(batch1, 3), call.rank_in(batch2, 3)
    call.demand(left[0].size, right[0].size, "the batch size", batch2, -3)
    call.demand(left[2].size, right[1].size, "the inner size", batch2, -2)
    if call.name.endswith("addbmm_") and not call.name.endswith("baddbmm_"):
        mine = call.known_axes(input)
        if len(mine) != 2 or not all(map(call.store.equal, _sizes(mine), _sizes((left[1], right[2])))):
            raise Unresolved("a tensor that may be resized")
        return input
    batch = () if "addbmm" in call.name and "baddbmm" not in call.name else (left[0],)
    return _plus(call, input, Tensor(Shape((*batch, left[1], right[2])), promoted(batch1, batch2)))


def _sizes(axes: tuple[Axis, ...]) -> tuple[Dim, ...]:
    return tuple(axis.size for axis in axes)


@op("inner")
def inner(call: Call, input: Tensor, other: Tensor) -> Tensor:
    """The last axes are summed; a number multiplies."""
    left, right = call.known_axes(input), call.known_axes(other)
    if not left or not right:
        return Tensor(Shape(left or right), promoted(input, other))
    call.family, call.operands = "matmul", (input, other)
    call.demand(left[-1].size, right[-1].size, "the inner size", other, -1)
    return Tensor(Shape((*left[:-1], *right[:-1])), promoted(input, other))


@op("torch.tensordot", "torch.functional.tensordot")
def tensordot(call: Call, input: Tensor, other: Tensor, dims: Value = NONE) -> Tensor:
    """Axes that pair up are summed."""
    left, right = call.known_axes(input), call.known_axes(other)
    if dims is NONE:
        dims = integer(2)
    if isinstance(dims, Number):
        count = dims.dim.value
        if count is None or count > min(len(left), len(right)):
            raise Unresolved("a number of axes that cannot be")
        first, second = tuple(range(len(left) - count, len(left))), tuple(range(count))
    elif isinstance(dims, Sequence) and len(dims.items) == 2:
        first = tuple(call.dim_index(input, index) for index in axes(call, dims.items[0]))
        second = tuple(call.dim_index(other, index) for index in axes(call, dims.items[1]))
    else:
        raise Unresolved("axes that are not known")
    if len(first) != len(second):
        call.refuse("both tensors must give as many axes", input, other)
    call.family, call.operands = "matmul", (input, other)
    for i, j in zip(first, second, strict=True):
        if left[i].size.value != 1 and right[j].size.value != 1:
            call.demand(left[i].size, right[j].size, "a contracted axis", other, j - len(right))
    rest = [axis for i, axis in enumerate(left) if i not in first] + [a for i, a in enumerate(right) if i not in second]
    return Tensor(Shape(tuple(rest)), promoted(input, other))


@op("kron")
def kron(call: Call, input: Tensor, other: Tensor) -> Tensor:
    """Sizes multiply; a tensor with fewer axes gets them in front."""
    left, right = call.known_axes(input), call.known_axes(other)
    short, long = (left, right) if len(left) < len(right) else (right, left)
    front = long[: len(long) - len(short)]
    sizes = [Axis(a.size * b.size) for a, b in zip(long[len(front) :], short, strict=True)]
    return Tensor(Shape((*front, *sizes)), promoted(input, other))


@op("cross", "torch.linalg.cross")
def cross(call: Call, input: Tensor, other: Tensor, dim: int | None = None) -> Tensor:
    """Operands broadcast; the axis of the vectors has three entries."""
    left, right = call.axes(input), call.axes(other)
    call.operands = (input, other)
    if left is not None and right is not None and len(left) != len(right):
        call.report_rank(other, str(len(left)))
        raise Unresolved("operands of different ranks")
    shape = broadcast(call, input, other)
    result = Tensor(shape, promoted(input, other))
    if "linalg" in call.name and dim is None:
        dim = -1
    if dim is not None and shape.axes is not None:
        index = call.dim_index(result, dim) - len(shape.axes)
        for operand in (input, other):
            call.demand(constant(3), call.known_axes(operand)[index].size, "the axis of the vectors", operand, index)
    elif left is not None and not any(
        call.store.equal(axis.size, constant(3)) or axis.size.value is None for axis in left
    ):
        call.refuse("no axis has the 3 entries of a vector", input, other)
    return result


@op("torch.linalg.multi_dot", "torch.chain_matmul")
def multi_dot(call: Call, tensors: Value, *more: Value) -> Tensor:
    """Matrices in a row; the first and the last may be vectors."""
    parts = listed(call, Sequence((tensors, *more)) if more else tensors)
    if len(parts) < 2:
        call.refuse("at least two tensors are needed", *parts)
    last = len(parts) - 1
    rows = [call.rank_in(part, *((1, 2) if i in (0, last) else (2,))) for i, part in enumerate(parts)]
    call.family, call.operands = "matmul", parts
    for i in range(last):
        row = rows[i + 1]
        call.demand(rows[i][-1].size, row[0].size, "the inner size", parts[i + 1], -len(row))
    return Tensor(Shape((*rows[0][:-1], *rows[-1][1:])), promoted(*parts))


@op("torch.linalg.vecdot")
def vecdot(call: Call, input: Tensor, other: Tensor, *, dim: int = -1) -> Tensor:
    """The product of vectors along an axis of both, broadcast."""
    both = Tensor(broadcast(call, input, other), promoted(input, other))
    ranks = [call.shape(each).rank for each in (input, other)]
    if ranks == [1, 1]:
        call.operands = (input, other)
        demand_shape(call, other, call.known_axes(input), "the size of the other vector")
    return Tensor(reduced(call, both, (dim,), keepdim=False) if both.shape is not SCALAR else SCALAR, both.dtype)
