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
