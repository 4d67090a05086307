"""Matrix products."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.registry import op, relation
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call

relation("mm(input, mat2)", "n k, k m -> n m")
relation("bmm(input, mat2)", "b n k, b k m -> b n m")
relation("mv(input, vec)", "n k, k -> n")
relation("dot(input, tensor)", "n, n -> ")
relation("outer(input, vec2)", "n, m -> n m", "ger")
relation("baddbmm(input, batch1, batch2)", "*b, c n k, c k m -> c n m")
relation("addmm(input, mat1, mat2)", "*b, n k, k m -> n m")


@op("matmul", "operator.matmul", "torch.linalg.matmul")
def matmul(call: Call, input: Tensor, other: Tensor) -> Tensor:
    """Vectors and matrices of the last two axes; the axes before them broadcast."""
    call.family, call.operands = "matmul", (input, other)
    left, right = call.shape(input), call.shape(other)
    if left.rank == 1 or right.rank == 1:
        return _with_vector(call, input, other)
    left, right = call.store.grow(left, 0, 1), call.store.grow(right, 0, 1)
    inner, row = left.axis(-1), right.axis(-2)
    if inner is not None and row is not None:
        call.demand(inner.size, row.size, "the inner size", other, -2)
    if left.rank is None or right.rank is None:
        last = right.axis(-1)
        before = left.axis(-2)
        trailing = tuple(axis for axis in (before, last) if axis is not None) if last is not None else ()
        return Tensor(Shape((), Run(), trailing))
    rows, columns = left.leading[-2], right.leading[-1]
    batch = broadcast(call, Tensor(Shape(left.leading[:-2])), Tensor(Shape(right.leading[:-2])))
    return Tensor(Shape((*batch.leading, rows, columns)))


def _with_vector(call: Call, input: Tensor, other: Tensor) -> Tensor:
    left, right = call.shape(input), call.shape(other)
    if left.rank == 1:
        grown = call.store.grow(right, 0, 1) if right.rank is None else right
        row = grown.axis(0 if grown.rank == 1 else -2)
        if row is not None and (grown.rank is not None or len(grown.trailing) > 1):
            call.demand(left.leading[0].size, row.size, "the inner size", other, -1 if grown.rank == 1 else -2)
        if grown.rank is None:
            return call.unknown()
        return Tensor(Shape((*grown.leading[:-2], *grown.leading[-1:]) if grown.rank > 1 else ()))
    left = call.store.grow(left, 0, 1)
    last = left.axis(-1)
    if last is not None:
        call.demand(right.leading[0].size, last.size, "the inner size", input, -1)
    if left.rank is None:
        return Tensor(Shape(left.leading, left.run, left.trailing[:-1]))
    return Tensor(Shape(left.leading[:-1]))


