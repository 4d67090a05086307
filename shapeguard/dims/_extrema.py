"""`max`, `min` and the size of a broadcast axis, without the operands that can not matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims._atoms import Extremum, Kind, extremum
from shapeguard.dims._bounds import STRUCTURAL, Bounds

if TYPE_CHECKING:
    from collections.abc import Iterable

    from shapeguard.dims._dim import Dim


def extreme(kind: Kind, operands: Iterable[Dim], bounds: Bounds = STRUCTURAL) -> Dim:
    """The `max`, `min` or `join` of at least one operand."""
    flat = _flattened(kind, operands)
    kept = _joined(flat, bounds) if kind == "join" else _undominated(kind, flat, bounds)
    return kept[0] if len(kept) == 1 else kept[0].of_atom(extremum(kind, frozenset(kept)))


def may_be(size: Dim, other: Dim) -> bool:
    """Whether `size` is the largest or smallest of some sizes of which `other` is one."""
    return isinstance(size.atom, Extremum) and other in size.atom.operands


def _flattened(kind: Kind, operands: Iterable[Dim]) -> list[Dim]:
    flat: dict[Dim, None] = {}
    for operand in operands:
        atom = operand.atom
        inner = atom.operands if isinstance(atom, Extremum) and atom.kind == kind else (operand,)
        flat.update(dict.fromkeys(inner))
    return list(flat)


def _undominated(kind: Kind, operands: list[Dim], bounds: Bounds) -> list[Dim]:
    kept: list[Dim] = []
    for operand in operands:
        if any(_never_below(kind, other, operand, bounds) for other in kept):
            continue
        kept = [other for other in kept if not _never_below(kind, operand, other, bounds)]
        kept.append(operand)
    return kept


def _never_below(kind: Kind, winner: Dim, loser: Dim, bounds: Bounds) -> bool:
    gap = bounds.lower(winner - loser if kind == "max" else loser - winner)
    return gap is not None and gap >= 0


def _joined(operands: list[Dim], bounds: Bounds) -> list[Dim]:
    """Ones give way; an operand that is never 1 is the size, whatever the others are."""
    kept = [operand for operand in operands if operand.constant != 1] or operands[:1]
    for operand in kept:
        if bounds.positive(operand - 1) or bounds.positive(1 - operand):
            return [operand]
    return _undominated("max", kept, bounds) if all(map(bounds.positive, kept)) else kept
