"""What is reported of indices."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.shapes.axis import Axis


class PicksForAll(NamedTuple):
    """Behind a whole first axis stands an index with one entry for each of its items."""

    operation: str
    shape: tuple[Axis, ...]
    picks: tuple[Axis, ...]


class CountsOther(NamedTuple):
    """An index into axis `axis` counts the entries of axis `counted` of the same tensor."""

    operation: str
    shape: tuple[Axis, ...]
    axis: int
    counted: int


class Discarded(NamedTuple):
    """The result of an operation that changes nothing in place is thrown away."""

    operation: str
