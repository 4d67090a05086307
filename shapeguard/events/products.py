"""What is reported of products of vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.shapes.axis import Axis


class LengthsOfOther(NamedTuple):
    """A product of unit vectors sums over axis `summed` of an operand whose vectors have length 1 along axis `scaled`.

    Both axes count from the right, as negative numbers.
    """

    operation: str
    shape: tuple[Axis, ...]
    scaled: int
    summed: int
