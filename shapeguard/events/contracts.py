"""What a declaration of a shape, and what is there, say of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.shapes.shape import Shape


class Breach(NamedTuple):
    """How a shape breaks what is declared: by its number of axes, or at `axis` (negative), declared as `text`.

    `declared` is then the number of axes that are, or the size that `text` stands for; `source` says where it took it.
    """

    axis: int | None
    text: str
    declared: Dim | int
    actual: Dim | int
    source: str | None = None


class InvalidAnnotation(NamedTuple):
    """Text that is no shape; `reason` says why, `repaired` is what was meant where that is certain."""

    text: str
    reason: str
    repaired: str | None


class ReturnMismatch(NamedTuple):
    """A function declares another shape of its result than it returns."""

    declared: str
    shape: Shape
    breach: Breach


class AnnotationMismatch(NamedTuple):
    """A name is annotated with another shape than it is given."""

    declared: str
    shape: Shape
    breach: Breach


class ArgumentMismatch(NamedTuple):
    """A call passes for `parameter` what `function` does not declare.

    `position` is its place among the positional arguments, -1 where it has none.
    """

    function: str
    parameter: str
    position: int
    declared: str
    shape: Shape
    breach: Breach


class NotEnforced(NamedTuple):
    """A function has array annotations, and no decorator that checks them."""

    function: str


class UnboundNames(NamedTuple):
    """A type checker checks each annotation by itself: nothing holds `names`, which several of them share, together."""

    checker: str
    names: tuple[str, ...]


class FoldedInstance(NamedTuple):
    """`isinstance` with an array annotation in a function that is compiled."""

    declared: str


class DocstringMismatch(NamedTuple):
    """A docstring states another shape of the result than a function returns."""

    claim: str
    shape: Shape
    reason: str


class ClaimRefused(NamedTuple):
    """Code takes an argument to have other axes than its docstring or a comment states; `reason` says what it does."""

    shape: Shape
    reason: str


class ClaimMismatch(NamedTuple):
    """A comment states a shape that the value does not have."""

    comment: str
    claim: str
    shape: Shape
    reason: str


class Revealed(NamedTuple):
    """`reveal_shape(x)` was met."""

    shape: Shape | None
