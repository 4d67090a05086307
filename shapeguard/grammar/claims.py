"""What a comment or a docstring says about a tensor's shape."""

from typing import NamedTuple

from shapeguard.grammar.axes import Axis


class Claim(NamedTuple):
    """A shape that the text gives to a tensor.

    `name` is the tensor's where the text says it, else the claim is about what the text stands at; several nameless
    claims of one comment are about several results in their order. `offset` is where the shape begins in the text, and
    the axes' offsets count from the same start.

    An `exact` claim is the text's whole content, so that it may be checked; any other was picked out of a sentence and
    can only be assumed. A claim is not `complete` where it is a bare row of numbers: that may be a value, or leave out
    the batch, and says nothing about a tensor of another rank.
    """

    name: str | None
    axes: tuple[Axis, ...]
    offset: int
    exact: bool
    complete: bool = True


class DocstringClaims(NamedTuple):
    """The shapes that a docstring gives to parameters, by name, and to the result."""

    parameters: dict[str, Claim]
    returns: Claim | None
