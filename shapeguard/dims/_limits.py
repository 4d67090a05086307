"""The larger and the smaller of two sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims._dim import Dim, constant, filed
from shapeguard.dims._extrema import extreme

if TYPE_CHECKING:
    from shapeguard.dims._atoms import Kind

_maxima: dict[tuple[Dim, Dim], Dim] = {}
_minima: dict[tuple[Dim, Dim], Dim] = {}


def largest(left: Dim | int, right: Dim | int) -> Dim:
    """`max(left, right)`."""
    return _extreme("max", _maxima, left, right)


def smallest(left: Dim | int, right: Dim | int) -> Dim:
    """`min(left, right)`."""
    return _extreme("min", _minima, left, right)


def _extreme(kind: Kind, table: dict[tuple[Dim, Dim], Dim], left: Dim | int, right: Dim | int) -> Dim:
    one = left if isinstance(left, Dim) else constant(left)
    other = right if isinstance(right, Dim) else constant(right)
    known = table.get((one, other))
    return filed(table, (one, other), extreme(kind, (one, other))) if known is None else known
