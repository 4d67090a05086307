"""What is reported of operands that are broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

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


class LossBroadcast(NamedTuple):
    """A loss got a prediction and a target of different shapes that broadcast."""

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]


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
