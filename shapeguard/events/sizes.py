"""What is reported of sizes and numbers of axes that do not fit, or fit by accident."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape


class Crossed(NamedTuple):
    """Two sizes that are not known to be equal would have to be, and the order of axes says that they are not meant to.

    An operation needs `expected` at `axis` of operand `operand`, which is `actual` there and `expected` at `belongs`.
    Both axes are negative.
    """

    operation: str
    shapes: tuple[Shape, ...]
    operand: int
    axis: int
    belongs: int
    expected: Dim
    actual: Dim


class JoinedElsewhere(NamedTuple):
    """Two tensors are joined at `dim`, where both have one size, while they differ at `axis`.

    Both are numbers of axes, negative ones where they count from the right.
    """

    operation: str
    shapes: tuple[Shape, ...]
    axis: int
    dim: int


class TokenJoined(NamedTuple):
    """A module's own entries, repeated for each item of a batch, are joined at the axis `dim` of the items.

    Both axes are negative: at `axis` there are those entries, and in the other operand as many as it has.
    """

    operation: str
    shapes: tuple[Shape, ...]
    axis: int
    dim: int


class SharesJoined(NamedTuple):
    """Shares of the axis `axis`, which together are what they are shares of, are joined at the axis `dim` instead.

    Both axes are negative.
    """

    operation: str
    shapes: tuple[Shape, ...]
    axis: int
    dim: int


class SizeMismatch(NamedTuple):
    """An operation needs `expected` at an axis of operand `operand` and got `actual`.

    `subject` names the axis in the operation's own words ("in_features"), `family` the kind of operation, and `axis`
    the index of the axis within the operand, from the right as a negative number.
    """

    operation: str
    family: str
    subject: str
    shapes: tuple[Shape, ...]
    operand: int
    axis: int
    expected: Dim
    actual: Dim


class RankMismatch(NamedTuple):
    """An operation needs a number of axes that operand `operand` does not have."""

    operation: str
    family: str
    shapes: tuple[Shape, ...]
    operand: int
    expected: str


class AxisOutOfRange(NamedTuple):
    """An axis number that the tensor does not have."""

    operation: str
    shape: Shape
    dim: int


class InvalidArgument(NamedTuple):
    """An argument that the operation refuses for these operands, whatever their values; `reason` is a clause."""

    operation: str
    shapes: tuple[Shape, ...]
    reason: str


class UnpackMismatch(NamedTuple):
    """A shape is unpacked into another number of names than it has axes, or an operation's `parts` tensors are."""

    shape: tuple[Axis, ...]
    names: int
    parts: int | None = None


class ResizedTo(NamedTuple):
    """An image is resized to these two sizes."""

    operation: str
    shape: tuple[Axis, ...]
    sizes: tuple[Dim, ...]
