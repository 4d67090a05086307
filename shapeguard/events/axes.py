"""What is reported of the axes that an operation takes, drops or sums over."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape


class SqueezeAll(NamedTuple):
    """`squeeze()` without an axis, where sizes that are not known may be 1 too.

    `needed` says that what follows needs as many axes as there were.
    """

    operation: str
    shape: Shape
    needed: bool = False


class SqueezeOpen(NamedTuple):
    """`squeeze()` without an axis, of which it is to be seen whether what follows needs all of the axes."""

    operation: str
    shape: Shape
    result: Shape


class SqueezeNothing(NamedTuple):
    """`squeeze(dim)` of an axis that is never 1."""

    operation: str
    shape: Shape
    dim: int


class NormalisesOne(NamedTuple):
    """An operation that normalises over an axis of size 1: its result is constant."""

    operation: str
    shape: Shape
    dim: int


class NormalisesBatch(NamedTuple):
    """An operation that normalises over the batch, which is not the last axis."""

    operation: str
    shape: Shape
    dim: int


class ContractsOther(NamedTuple):
    """A product sums over axis `contracted` of its first operand, whose axis `normalised` was normalised to sum to 1.

    Both axes count from the right, as negative numbers.
    """

    operation: str
    shape: tuple[Axis, ...]
    normalised: int
    contracted: int


class FactorTransposed(NamedTuple):
    """A product of factors of one matrix: singular values on one side meet an axis of that matrix on the other."""

    operation: str
    shapes: tuple[Shape, Shape]


class ImplicitAxis(NamedTuple):
    """An operation that normalises got no axis and takes `dim`."""

    operation: str
    shape: tuple[Axis, ...]
    dim: int


class MaskedEvenly(NamedTuple):
    """A mask that is the same all along the axis that a softmax normalises next; axes are negative numbers."""

    operation: str
    shapes: tuple[Shape, ...]
    axis: int


class LengthsOfOther(NamedTuple):
    """A product of unit vectors sums over axis `summed` of an operand whose vectors have length 1 along axis `scaled`.

    Both axes count from the right, as negative numbers.
    """

    operation: str
    shape: tuple[Axis, ...]
    scaled: int
    summed: int
