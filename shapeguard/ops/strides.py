"""How a tensor lies in memory, as far as moving its axes shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.views import NotContiguous
from shapeguard.ops.conversion import Unresolved
from shapeguard.shapes.past import Packed, Reordered
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.shape import Shape


def moved(input: Tensor, shape: Shape, places: dict[int, int]) -> Tensor:
    """The tensor with its axes moved: the one at `place` comes from `places[place]`, all counted from the right."""
    order = None
    if isinstance(input.past, Packed) and places:
        depth = -min(places)
        order = tuple(places.get(index, index) for index in range(-depth, 0))
    return Tensor(shape, input.dtype, Reordered(order, input.shape, first(input) or input.shape))


def first(input: Tensor) -> Shape | None:
    """The shape that the tensor had before its axes were moved, if they were."""
    return input.past.first if isinstance(input.past, (Packed, Reordered)) else None


def meets_itself(a: Tensor, b: Tensor) -> bool:
    """Whether one is the other with its axes moved, as in `x - x.mT`: then the axes that meet are meant to be as long."""
    return (type(a.past) is Reordered and a.past.before is b.shape) or (
        type(b.past) is Reordered and b.past.before is a.shape
    )


def check_view(call: Call, input: Tensor, viewed: Shape) -> None:
    """Report a view that merges axes which do not follow each other in memory.

    Raises:
        Unresolved: it does (which is reported).
    """
    if not isinstance(input.past, Reordered) or input.past.order is None:
        return
    before, order = call.shape(input), input.past.order
    side = before.leading if before.run is None else before.trailing
    place = {id(axis): index - len(side) for index, axis in enumerate(side)}
    found = viewed.leading if viewed.run is None else viewed.trailing
    single = any(axis.is_one for axis in found)
    for axis in found:
        merged = [place[id(factor)] for factor in axis.factors if id(factor) in place]
        if len(merged) != len(axis.factors):
            continue
        in_memory = [order[index] if -len(order) <= index else index for index in merged]
        if single and any(not side[index].size.named and side[index].size.constant is None for index in merged):
            continue  # what is not known may be the axis of size 1
        follows = all(b == a + 1 for a, b in zip(in_memory, in_memory[1:], strict=False))
        if not follows and not any(side[index].is_one for index in merged):
            call.report(NotContiguous(call.name, before, tuple(merged)))
            raise Unresolved("a view of what does not lie together in memory")
