"""Which axes of a call's operands must change together: found by trying, so that nothing is said of any operation."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, NamedTuple

from tests.oracle.variants import outcome, reshaped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.oracle.ops_cases import Template
    from tests.oracle.variants import Shapes

Place = tuple[int, int]  # an operand, and an axis of it
MOST_PAIRS = 12


class Tied(NamedTuple):
    """A call, the shapes of its operands, and the places whose sizes can be changed, those of a group together."""

    made: Template
    shapes: Shapes
    groups: tuple[tuple[Place, ...], ...]

    def resized(self, sizes: Iterable[int]) -> Shapes:
        """The shapes with a size for each group."""
        shapes = self.shapes
        for group, size in zip(self.groups, sizes, strict=True):
            shapes = replaced(shapes, group, size)
        return shapes


def replaced(shapes: Shapes, places: Iterable[Place], size: int) -> Shapes:
    found = [list(shape) for shape in shapes]
    for operand, axis in places:
        found[operand][axis] = size
    return tuple(map(tuple, found))


def tied(made: Template, shapes: Shapes) -> Tied:
    """Each axis that torch takes alone in another size, and pairs and all of those of one size that it takes together."""
    groups: list[tuple[Place, ...]] = []
    by_size: dict[int, list[Place]] = {}
    for operand, shape in enumerate(shapes):
        for axis, size in enumerate(shape):
            by_size.setdefault(size, []).append((operand, axis))
    for size, places in by_size.items():
        free = [place for place in places if _takes(made, shapes, (place,), size + 1)]
        groups += [(place,) for place in free]
        rest = [place for place in places if place not in free]
        for pair in itertools.islice(itertools.combinations(rest, 2), MOST_PAIRS):
            if set(pair) <= set(rest) and _takes(made, shapes, pair, size + 1):
                groups.append(pair)
                rest = [place for place in rest if place not in pair]
        if len(rest) > 2 and _takes(made, shapes, tuple(rest), size + 1):
            groups.append(tuple(rest))
    return Tied(made, shapes, tuple(groups))


def _takes(made: Template, shapes: Shapes, places: tuple[Place, ...], size: int) -> bool:
    found = outcome(reshaped(made, replaced(shapes, places, size)))
    return found is not None and found.expected is not None
