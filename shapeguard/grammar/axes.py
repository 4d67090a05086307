"""One axis of a shape as it was written, and the error for text that is none."""

from enum import Enum
from typing import NamedTuple

from shapeguard.grammar.expressions import Expression


class AxisKind(Enum):
    """What a size is held against: a binding, a number, a computed size, nothing."""

    NAMED = "named"
    FIXED = "fixed"
    SYMBOLIC = "symbolic"
    ANONYMOUS = "anonymous"


class Axis(NamedTuple):
    """One axis, or any number of them where it is variadic.

    `name` is an identifier (`batch size` is `batch_size`), also the label of `rows=3`; `size` belongs to fixed axes and
    `expression` to symbolic ones. `offset` counts characters from the start of the text that was parsed.
    """

    kind: AxisKind
    name: str | None
    size: int | None
    expression: Expression | None
    variadic: bool
    broadcastable: bool
    treepath: bool
    text: str
    offset: int


class GrammarError(ValueError):
    """Text that is no shape: what is wrong, and at which character (from 0) of the text."""

    def __init__(self, message: str, offset: int, text: str) -> None:
        super().__init__(message, offset, text)
        self.message = message
        self.offset = offset
        self.text = text

    def __str__(self) -> str:
        return f"{self.message} (character {self.offset + 1} of {self.text!r})"
