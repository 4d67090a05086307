"""How to mend what a finding is about, said without syntax: whoever knows the source makes words and edits of it."""

from __future__ import annotations

from typing import NamedTuple, TypeAlias


class Suffix(NamedTuple):
    """Operand `operand` of the finding, with `text` after it: `.squeeze(-1)`, `[:, None]`."""

    operand: int
    text: str


class Argument(NamedTuple):
    """The call with this value for a parameter, in place of the one it has, if any."""

    parameter: str
    value: str


class Method(NamedTuple):
    """The call of another method of the same object, with the same arguments."""

    name: str


class Sliced(NamedTuple):
    """Operand `operand`, itself indexed with the name `size`, with a slice up to there in its place."""

    operand: int
    size: str


class Assigned(NamedTuple):
    """The result of the method, assigned to the name that it was called on."""


class Text(NamedTuple):
    """The string that was reported, with this content."""

    content: str


Change: TypeAlias = Suffix | Argument | Method | Sliced | Assigned | Text


class Repair(NamedTuple):
    """A change of the expression that the event was reported at, and what that does, as in "`x[:, None]` GAINS"."""

    change: Change
    gain: str
