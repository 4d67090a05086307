"""What a tensor was before: what its shape alone no longer tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape


class Total(NamedTuple):
    """A number to which a whole tensor was reduced; `loss`: by a loss, which had one number for each of its entries."""

    shape: Shape
    loss: bool = False


class Part(NamedTuple):
    """What summing some axes of a whole tensor leaves."""

    shape: Shape


class Entry(NamedTuple):
    """One entry of an axis, taken at an index that is a size and no position."""

    at: Dim


class Outer(NamedTuple):
    """The product, or the square of the difference, made at `site`, of operands that stretched each other.

    `summable`: the sum of all entries takes no pairs; that of differences does not before they are squared.
    """

    operation: str
    shapes: tuple[tuple[Axis, ...], ...]
    site: int
    summable: bool = True


class Masked(NamedTuple):
    """A tensor filled at `site` where a mask says so; along the last axis the mask is the same."""

    operation: str
    mask: Shape
    site: int


class Packed(NamedTuple):
    """A tensor that lies in memory as its axes are read, without gaps; one of the shape `first` with its axes moved."""

    first: Shape | None = None


class Reordered(NamedTuple):
    """A tensor whose axes were moved: `order` are their places in memory, from the right (-1 is last).

    None where the tensor, of the shape `before`, may have had gaps. It had the shape `first` before any were moved.
    """

    order: tuple[int, ...] | None
    before: Shape
    first: Shape


class Padded(NamedTuple):
    """A tensor to which padding was added."""


class Mixed(NamedTuple):
    """A tensor that a view at `site` made, which asked for axes in another order; `cut`: and then slices cut entries off."""

    site: int
    cut: bool = False


class Squeezed(NamedTuple):
    """A tensor from which `squeeze()` at `site` may have taken the batch, too."""

    site: int


class Picked(NamedTuple):
    """One entry along the first axis of a tensor, such as one item of a batch."""


class Sequenced(NamedTuple):
    """What the layer at `site` made of `(length, batch, features)`; `attends`: a step of it may stand for all of them."""

    operation: str
    shape: Shape
    site: int
    attends: bool


class Cut(NamedTuple):
    """The first entries of a table of a module along an axis, as many as are needed."""

    place: int


class Along(NamedTuple):
    """A tensor along whose axis `place` the entries of a table lie, since an operation at `site`."""

    operation: str
    table: Shape
    place: int
    site: int


class Scaled(NamedTuple):
    """A tensor whose rows were multiplied by a vector of this size, or, at `site`, whose columns were."""

    by: Dim
    site: int | None = None


class Lengths(NamedTuple):
    """The lengths of vectors along the axis `dim` of a tensor, which is kept."""

    shape: Shape
    dim: int


class Wave(NamedTuple):
    """Sines or cosines."""


class Negated(NamedTuple):
    """A tensor with the other sign."""


class OfNumpy(NamedTuple):
    """An array of numpy, or what may be one: its methods have the names of a tensor's, and are others."""


Past: TypeAlias = (
    Total
    | Part
    | Entry
    | Outer
    | Masked
    | Packed
    | Reordered
    | Padded
    | Mixed
    | Squeezed
    | Picked
    | Sequenced
    | Scaled
    | Lengths
    | Cut
    | Along
    | Wave
    | Negated
    | OfNumpy
)
PACKED = Packed()
PICKED = Picked()
WAVE = Wave()
NEGATED = Negated()
OF_NUMPY = OfNumpy()


def lasting(past: Past | None) -> Past | None:
    """What is known of where axes went, which no change of the entries alters."""
    return past if isinstance(past, (Picked, Squeezed, Sequenced, Along)) else None
