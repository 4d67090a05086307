"""Tensors paired with each other: grids, products and choices."""

from __future__ import annotations

from math import comb
from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.dtypes import promoted
from shapeguard.ops.joining import listed
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import product
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call


def _vectors(call: Call, tensors: tuple[Value, ...]) -> tuple[Tensor, ...]:
    one_list = len(tensors) == 1 and isinstance(tensors[0], Sequence)
    return listed(call, tensors[0] if one_list else Sequence(tensors))


@op("torch.meshgrid", "torch.functional.meshgrid")
def meshgrid(call: Call, *tensors: Value, indexing: str = "ij") -> Sequence:
    """A grid of as many axes as there are vectors; a number is a vector of one entry."""
    parts = _vectors(call, tensors)
    rows = [call.rank_in(part, 0, 1) for part in parts]
    sizes = [row[0] if row else Axis(constant(1)) for row in rows]
    if indexing == "xy" and len(sizes) > 1:
        sizes[0], sizes[1] = sizes[1], sizes[0]
    placed = tuple(Axis(axis.size, Origin.INSERTED if axis.is_one else None, call.site) for axis in sizes)
    return Sequence([Tensor(Shape(placed), part.dtype) for part in parts])


@op("torch.cartesian_prod", "torch.functional.cartesian_prod")
def cartesian_prod(call: Call, *tensors: Value) -> Tensor:
    """A row for each combination; one vector stays as it is."""
    parts = tuple(tensor(call, part) for part in tensors)
    rows = [call.rank_in(part, 1)[0] for part in parts]
    if len(parts) == 1:
        return parts[0]
    count = Axis(product(axis.size for axis in rows))
    return Tensor(Shape((count, Axis(constant(len(parts))))), promoted(*parts))


@op("torch.combinations", "torch.functional.combinations")
def combinations(call: Call, input: Tensor, r: int = 2, with_replacement: bool = False) -> Tensor:
    """A row for each choice of `r` entries."""
    axis = call.rank_in(input, 1)[0]
    if r < 0:
        call.refuse("a negative number of entries is chosen", input)
    if r == 0:
        return Tensor(Shape((Axis(constant(0)),)), input.dtype)
    size = axis.size
    if size.value is not None:
        count = comb(size.value + r - 1, r) if with_replacement and size.value else comb(size.value, r)
        rows = constant(count)
    elif r == 1:
        rows = size
    elif r == 2:
        rows = size * (size + 1 if with_replacement else size - 1) // 2
    else:
        raise Unresolved("choices of many entries")
    return Tensor(Shape((Axis(rows), Axis(constant(r)))), input.dtype)
