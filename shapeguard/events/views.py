"""What is reported of views, and of the order in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape


class ReshapeMismatch(NamedTuple):
    """The requested sizes do not hold as many elements as the tensor has."""

    operation: str
    shape: tuple[Axis, ...]
    sizes: tuple[Dim | None, ...]  # None: the size to be inferred


class ViewReorders(NamedTuple):
    """A view asks for the factors of the axes in another order than they lie in memory.

    Where an axis is `cut` across the items of the next one, that is no accident of the sizes.
    """

    operation: str
    before: tuple[Axis, ...]
    after: tuple[Axis, ...]
    cut: bool = False


class MergedOtherwise(NamedTuple):
    """Broadcasting pairs axes, at `axis` from the right as a negative number, that were merged in different orders."""

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]
    axis: int


class NotContiguous(NamedTuple):
    """A view merges axes that were moved, so that they do not follow each other in memory."""

    operation: str
    before: Shape
    merged: tuple[int, ...]


class Arranged(NamedTuple):
    """A pattern by whose names axes are split and merged, of which it is to be seen what others of the function do."""

    operation: str
    split: tuple[tuple[str, ...], ...]
    merged: tuple[tuple[str, ...], ...]


class MergedUnevenly(NamedTuple):
    """Parts of axes are merged in another order than other parts of these axes.

    `merged` are the parts in their orders, by their names in a pattern or by their sizes. With `between`, something else
    was put between the parts; with `split`, the second order is the one in which they were split.
    """

    operation: str
    merged: tuple[tuple[str | Dim, ...], ...]
    between: bool = False
    split: bool = False
