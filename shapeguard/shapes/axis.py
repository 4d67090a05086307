"""One axis of a tensor: its size, and how it came to be."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.dims import Dim


class Origin(Enum):
    """How an axis got its size; what a size of 1 means depends on it."""

    INSERTED = "inserted on purpose"  # None, unsqueeze, view(.., 1)
    MOVED = "moved on purpose"  # transpose, permute, movedim
    KEPT = "kept by keepdim"
    LAYER = "made by a layer"
    FEATURES = "the features that a layer gives"
    GATHERED = "made by gather"
    LITERAL = "the one item of a list"
    WRITTEN = "written as a size"
    CLAIMED = "stated by a comment or docstring"
    TABLE = "of a parameter or buffer"
    LEARNED = "of a parameter with an entry for each item of a batch"
    MET_TABLE = "of what met a parameter or buffer"
    COUNTED = "of the numbers from 0 on"
    BATCH = "taken for a batch by a layer"
    NORMALISED = "normalised to a sum of 1"
    UNIT = "along which vectors have length 1"
    SINGULAR = "one entry for each singular value"
    FACTORED = "an axis of the matrix that was factored"
    ANNOTATED = "declared by an annotation"
    SLICED = "cut out by a slice"
    REGROUPED = "grouped anew by a view"  # it is no longer the axis that its size stood for
    STRETCHED = "made by operands that stretched each other"
    JOINED = "different on the paths that lead here"


class Axis(NamedTuple):
    """A size with its history.

    `site` is the node that made the axis, `factors` the axes that were merged into it, outermost first.
    """

    size: Dim
    origin: Origin | None = None
    site: int | None = None
    factors: tuple[Axis, ...] = ()

    @property
    def is_one(self) -> bool:
        return self.size.value == 1

    def resized(self, size: Dim) -> Axis:
        return self if size is self.size else Axis(size, self.origin, self.site, self.factors)
