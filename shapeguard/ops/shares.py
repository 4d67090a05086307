"""Tensors that each hold a share of an axis, joined along another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Quotient
from shapeguard.events.sizes import SharesJoined
from shapeguard.ops.conversion import Unresolved
from shapeguard.shapes.past import Negated, Wave

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.values import Tensor

PAIR = 2


def check_shares(call: Call, parts: Sequence[Tensor], dim: int) -> None:
    """Report shares of one axis that are joined along another one.

    Shares as such are joined along others on purpose, heads along the batch. But the sines and cosines of positions
    share the features in that there are half as many angles; and who turns the second half of the features to the
    front, with the other sign, rotates them.

    Raises:
        Unresolved: there are some.
    """
    if dim >= 0:
        return
    if all(type(part.past) is Wave for part in parts):
        found = _axis(call, parts, dim, _are_angles)
    elif len(parts) == PAIR and type(parts[0].past) is Negated and parts[1].past is None:
        found = _axis(call, parts, dim, _are_halves)
    else:
        return
    if found is not None:
        call.report(SharesJoined(call.name, tuple(map(call.shape, parts)), found, dim))
        raise Unresolved("shares of another axis")


def _axis(call: Call, parts: Sequence[Tensor], dim: int, are_shares: Callable[[Call, list[Dim]], bool]) -> int | None:
    """The last axis of which the parts hold shares, if it is not the one at `dim`."""
    shapes = [call.shape(part) for part in parts]
    if are_shares is _are_angles and not _is_whole(call, shapes[0].axis(dim)):
        return None  # there may be half as many positions, too
    least = min(shape.minimum_rank if shape.run is None else len(shape.trailing) for shape in shapes)
    for at in range(-1, -least - 1, -1):
        axes = [shape.axis(at) for shape in shapes]
        sizes = [call.store.facts.simplify(axis.size) for axis in axes if axis is not None]
        if len(sizes) == len(shapes) and are_shares(call, sizes):
            return None if at == dim else at
    return None


def _is_whole(call: Call, axis: Axis | None) -> bool:
    """Whether an axis is known to be no share of anything."""
    size = None if axis is None else call.store.facts.simplify(axis.size)
    if size is None or not size.named or len(size.terms) != 1:
        return False
    return not any(isinstance(atom, Quotient) for atoms in size.terms for atom in atoms)


def _are_angles(_: Call, sizes: list[Dim]) -> bool:
    """Whether there are as many shares as what they are shares of is divided by."""
    quotient = sizes[0].atom
    return (
        isinstance(quotient, Quotient)
        and quotient.denominator.constant == len(sizes)
        and quotient.numerator.named
        and all(size is sizes[0] for size in sizes)
    )


def _are_halves(call: Call, sizes: list[Dim]) -> bool:
    """Whether the second one is half of a size, rounded up or down, and the first one what is left of it."""
    second, first = sizes
    half, whole = first.atom, call.store.facts.simplify(first + second)
    if not isinstance(half, Quotient) or half.denominator.constant != PAIR:
        return False
    return call.store.facts.simplify(half.numerator - whole).constant in (0, 1)
