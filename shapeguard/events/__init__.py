"""What an operation or a statement reports: frozen data without syntax or position.

An event says what happened to which shapes; whether that is a mistake, and how to say it, is for the rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from shapeguard.events.contracts import (
    AnnotationMismatch,
    ArgumentMismatch,
    ClaimRefused,
    DocstringMismatch,
    FoldedInstance,
    InvalidAnnotation,
    NotEnforced,
    ReturnMismatch,
    UnboundNames,
)
from shapeguard.events.parameters import OtherArgument, OtherParameter, UnequalDefaults
from shapeguard.events.picking import PicksForAll
from shapeguard.events.products import LengthsOfOther
from shapeguard.events.sequences import BatchPooled

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape


class OuterBroadcast(NamedTuple):
    """Operands stretched each other: each had an axis enlarged that another one brought."""

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]


class OuterSummed(NamedTuple):
    """The product of operands that stretched each other is reduced to one number."""

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]


class BroadcastMismatch(NamedTuple):
    """Two operands cannot be broadcast: at `axis` (counted from the right, from 1) sizes differ and neither is 1."""

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]
    axis: int


class Misaligned(NamedTuple):
    """Broadcasting pairs an axis of operand `operand` with another size, while its own size is elsewhere in the other.

    `axis` counts from the right, from 1; `belongs` likewise: where the other operand has this size. `open` says that
    axes which are not known follow, the same ones in both.
    """

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]
    operand: int
    axis: int
    belongs: int
    open: bool = False


class LastReduced(NamedTuple):
    """A tensor meets one that lacks its last axis, and has all its others (operand `operand`)."""

    operation: str
    shapes: tuple[Shape, ...]
    operand: int


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


class MergedOtherwise(NamedTuple):
    """Broadcasting pairs axes, at `axis` from the right as a negative number, that were merged in different orders."""

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]
    axis: int


class LossBroadcast(NamedTuple):
    """A loss got a prediction and a target of different shapes that broadcast."""

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]


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


class NormalisesBatch(NamedTuple):
    """An operation that normalises over the batch, which is not the last axis."""

    operation: str
    shape: Shape
    dim: int


class SequenceFirst(NamedTuple):
    """A layer that takes `(length, batch, features)` got this shape."""

    operation: str
    shape: Shape


class TotalTimes(NamedTuple):
    """The one number that `total` was reduced to (by a `loss`) meets a tensor with an entry for each leading index.

    The number is operand `operand` of the operation.
    """

    operation: str
    operand: int
    total: tuple[Axis, ...]
    other: tuple[Axis, ...]
    loss: bool = False


class EntryBroadcast(NamedTuple):
    """One entry of a table, taken at an index that is a size of the other operand, is broadcast to that operand."""

    operation: str
    shapes: tuple[Shape, ...]
    operand: int
    at: Dim


class TableMet(NamedTuple):
    """An axis of a parameter or buffer (operand `operand`) meets an axis of the other operand, at `axis` (negative)."""

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]
    operand: int
    axis: int


class ResizedTo(NamedTuple):
    """An image is resized to these two sizes."""

    operation: str
    shape: tuple[Axis, ...]
    sizes: tuple[Dim, ...]


class NotContiguous(NamedTuple):
    """A view merges axes that were moved, so that they do not follow each other in memory."""

    operation: str
    before: Shape
    merged: tuple[int, ...]


class CountsOther(NamedTuple):
    """An index into axis `axis` counts the entries of axis `counted` of the same tensor."""

    operation: str
    shape: tuple[Axis, ...]
    axis: int
    counted: int


class Discarded(NamedTuple):
    """The result of an operation that changes nothing in place is thrown away."""

    operation: str


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


class ClaimMismatch(NamedTuple):
    """A comment states a shape that the value does not have."""

    comment: str
    claim: str
    shape: Shape
    reason: str


class Revealed(NamedTuple):
    """`reveal_shape(x)` was met."""

    shape: Shape | None


Event: TypeAlias = (
    OuterBroadcast | OuterSummed | Misaligned | LastReduced | MergedOtherwise | Crossed | OtherParameter | OtherArgument | JoinedElsewhere | BroadcastMismatch | LossBroadcast | SizeMismatch
    | RankMismatch | ReshapeMismatch | ViewReorders | SqueezeAll | SqueezeOpen | SqueezeNothing | NormalisesOne | ContractsOther | LengthsOfOther | FactorTransposed | ResizedTo | ImplicitAxis | MaskedEvenly | NormalisesBatch | SequenceFirst | BatchPooled | TotalTimes | UnequalDefaults
    | EntryBroadcast | TableMet | NotContiguous | CountsOther | Discarded | AxisOutOfRange | InvalidArgument | UnpackMismatch | ClaimMismatch | Revealed | PicksForAll
    | InvalidAnnotation | ReturnMismatch | AnnotationMismatch | ArgumentMismatch | NotEnforced | DocstringMismatch | ClaimRefused | UnboundNames | FoldedInstance
)  # fmt: skip
# What is reported of these is what was meant, not what fails: a caller that happens to pass equal sizes proves nothing.
INTENT = (
    OuterBroadcast, OuterSummed, Misaligned, LastReduced, MergedOtherwise, LossBroadcast, ViewReorders, ContractsOther,
    CountsOther, PicksForAll, MaskedEvenly, NormalisesBatch, SequenceFirst, BatchPooled, TotalTimes, EntryBroadcast, TableMet, Crossed,
    JoinedElsewhere, OtherParameter, OtherArgument, ResizedTo,
)  # fmt: skip
# What says that the code and what is thought of its shapes do not go together.
CONTRADICTING = (
    BroadcastMismatch, SizeMismatch, RankMismatch, ReshapeMismatch, AxisOutOfRange, InvalidArgument, UnpackMismatch,
    ClaimMismatch,
)  # fmt: skip
# What is reported of a single call only by accident of its sizes.
OF_EVERY_CALL = (ClaimMismatch, NormalisesOne, SqueezeNothing)
# What may rest on shapes that comments and docstrings state.
OF_CLAIMS = tuple(kind for kind in (*INTENT, SqueezeAll, NormalisesOne) if kind is not JoinedElsewhere)
