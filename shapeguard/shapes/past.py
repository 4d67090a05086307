"""What a tensor was before: what its shape alone no longer tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.shapes.shape import Shape


class Total(NamedTuple):
    """A number to which a whole tensor was reduced."""

    shape: Shape


class Entry(NamedTuple):
    """One entry of an axis, taken at an index that is a size and no position."""

    at: Dim


class Packed(NamedTuple):
    """A tensor that lies in memory as its axes are read, without gaps."""


class Reordered(NamedTuple):
    """A tensor without gaps whose axes were moved: `order` are their places in memory, from the right (-1 is last)."""

    order: tuple[int, ...]


Past: TypeAlias = Total | Entry | Packed | Reordered
PACKED = Packed()
