"""Tensors that are joined: the axes that they have in common, and joins along another axis than the one they differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import Verdict
from shapeguard.events.sizes import Crossed, JoinedElsewhere, TokenJoined
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.crossing import has_own_name
from shapeguard.shapes.axis import Origin

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.values import Tensor


class Pair(NamedTuple):
    """An axis of two tensors with equally many; its number is negative where it counts from the right."""

    axis: int
    mine: Axis
    theirs: Axis


def pairs(call: Call, first: Tensor, other: Tensor) -> list[Pair]:
    """The axes that are known of both; of tensors whose number of axes is not known, those on either side."""
    a, b = call.shape(first), call.shape(other)
    if a.run is None:
        rank = len(a.leading)
        return [Pair(i - rank, x, y) for i, (x, y) in enumerate(zip(a.leading, b.leading, strict=True))]
    left = [Pair(i, x, y) for i, (x, y) in enumerate(zip(a.leading, b.leading, strict=False))]
    right = zip(reversed(a.trailing), reversed(b.trailing), strict=False)
    return left + [Pair(-1 - i, x, y) for i, (x, y) in enumerate(right)]


def hold_together(call: Call, parts: Sequence[Tensor], dim: int) -> None:
    """Demand that tensors with equally many axes have the same sizes, but at `dim`.

    Raises:
        Unresolved: they have not, or have by accident only (which is reported).
    """
    for part in parts[1:]:
        _check_place(call, parts[0], part, dim)
    for part in parts[1:]:
        if min(call.shape(parts[0]).minimum_rank, call.shape(part).minimum_rank) > 1:  # or it may be empty
            for axis, mine, theirs in pairs(call, parts[0], part):
                if axis != dim:
                    at = axis if axis < 0 else axis - call.shape(part).minimum_rank - 1
                    call.demand(mine.size, theirs.size, "the other axes", part, at)


def _check_place(call: Call, first: Tensor, part: Tensor, dim: int) -> None:
    """Report tensors that are joined along an axis of one size, while they differ in another one."""
    found = pairs(call, first, part)
    joined = next((pair for pair in found if pair.axis == dim), None)
    if joined is None:
        return
    open_ = [pair for pair in found if pair.axis != dim and _is_open(call, pair)]
    if not call.store.facts.same(joined.mine.size, joined.theirs.size):
        for pair in open_:
            _check_order(call, first, part, joined, pair)
        return
    for pair in open_:
        if _are_own_entries(call, pair, found, dim):
            call.report(TokenJoined(call.name, (call.shape(first), call.shape(part)), pair.axis, dim))
            raise Unresolved("an entry for each item among the items")
        if _is_one(call, pair) or (len(open_) == 1 and _are_parts(call, pair)):
            call.report(JoinedElsewhere(call.name, (call.shape(first), call.shape(part)), pair.axis, dim))
            raise Unresolved("tensors that fit by accident only")


def _is_open(call: Call, pair: Pair) -> bool:
    return call.store.compare(pair.mine.size, pair.theirs.size) is Verdict.UNKNOWN


def _is_one(call: Call, pair: Pair) -> bool:
    """Whether one of them is 1, and the other has a name or is that of the axis which was reduced to it."""
    one, other = (pair.mine, pair.theirs) if pair.mine.size.constant == 1 else (pair.theirs, pair.mine)
    size = call.store.facts.simplify(other.size)
    if one.size.constant != 1 or size.constant is not None or call.store.facts.upper(size) == 1:
        return False
    return one.origin is Origin.KEPT or size.named


def _are_own_entries(call: Call, pair: Pair, found: list[Pair], dim: int) -> bool:
    """Whether either has entries of a parameter that were repeated for the items of the other one.

    There is one of them along the axis, or as many as the other one lacks. The axes of size 1 of a parameter are as any
    others are; one that it has as well tells it.
    """
    mine = {each.axis: each.mine for each in found}, {each.axis: each.theirs for each in found}
    for own, entries, other in ((mine[0], pair.mine, pair.theirs), (mine[1], pair.theirs, pair.mine)):
        if (
            own[dim].size.constant is None
            and own[dim].origin is not Origin.TABLE
            and any(axis.origin is Origin.TABLE for at, axis in own.items() if at not in (dim, pair.axis))
        ):
            count, size = (call.store.facts.simplify(axis.size) for axis in (entries, other))
            if size.constant is None and call.store.facts.upper(size) != 1:
                return count.constant == 1 or (len(count.terms) > 1 and bool(count.symbols & size.symbols))
    return False


def _are_parts(call: Call, pair: Pair) -> bool:
    """Whether they are the two parts of one axis that need not be halves; two names alone may well be one size.

    They need no names where neither is a size as such, but what is left of one.
    """
    a, b = (call.store.facts.simplify(axis.size) for axis in (pair.mine, pair.theirs))
    if a.constant is not None or b.constant is not None:
        return False
    if min(len(a.terms), len(b.terms)) == 1 and not (has_own_name(call, a) and has_own_name(call, b)):
        return False
    return bool(a.symbols & b.symbols) and a.plain and b.plain and (a + b).atom is not None


def _check_order(call: Call, first: Tensor, part: Tensor, joined: Pair, pair: Pair) -> None:
    """Report a tensor with one entry along an axis of the other one, and along `joined` as many as that axis has.

    Raises:
        Unresolved: it has.
    """
    sides = (first, pair.mine, joined.mine, pair.theirs), (part, pair.theirs, joined.theirs, pair.mine)
    for operand, one, place, other in sides:
        if (
            one.is_one
            and not other.is_one
            and has_own_name(call, other.size)
            and call.store.facts.same(place.size, other.size)
        ):
            shapes = call.shape(first), call.shape(part)
            event = Crossed(call.name, shapes, int(operand is part), pair.axis, joined.axis, other.size, one.size)
            call.report(event)
            raise Unresolved("tensors of axes in another order")
