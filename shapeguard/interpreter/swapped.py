"""Whether an operation is asked for the height and width of a tensor in the other order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.shapes.values import Opaque, Tensor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.dims import Dim
    from shapeguard.events.sizes import ResizedTo
    from shapeguard.interpreter.frame import Frame


def is_swapped(event: ResizedTo, frame: Frame) -> bool:
    """Whether a tensor in sight has the sizes asked for as its last two in the other order, and none in this order.

    The operand may have been turned: then one of its own axes comes from the size that is asked for in its place.
    """
    simplify = frame.path.store.facts.simplify
    height, width = map(simplify, event.sizes)
    if height.atom is None or width.atom is None or height is width:
        return False
    rows, columns = (simplify(event.shape[place].size).symbols for place in (-2, -1))
    if rows & height.symbols or columns & width.symbols:
        return False
    found = set(_last_two(frame))
    return (width, height) in found and (height, width) not in found and None not in found


def _last_two(frame: Frame) -> Iterator[tuple[Dim, Dim] | None]:
    """The last two sizes of the tensors that the function's names stand for; None for those that are not known."""
    store = frame.path.store
    for value in frame.path.names.values():
        if isinstance(value, Opaque) and value.used_as_tensor:
            value = value.tensor  # noqa: PLW2901 - what it is as a tensor
        if isinstance(value, Tensor):
            shape = store.shape(value)
            first, second = shape.axis(-2), shape.axis(-1)
            if first is None or second is None:
                yield None
            else:
                yield store.facts.simplify(first.size), store.facts.simplify(second.size)
