"""A finding: what is wrong, in one sentence, with the shapes that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.rules.repair import Repair
    from shapeguard.shapes.shape import Shape


class Shown(NamedTuple):
    """A shape shown with a finding; `marked` is the offending axis, negative from the right."""

    shape: Shape
    marked: tuple[int, ...] = ()


class Finding(NamedTuple):
    """What a rule says of an event; the place is added by who knows it.

    `repair` is there where one change mends it for certain. It is told in the source's own words; `help` is what is
    said where there are none, as when the operand is no expression of its own.
    """

    message: str
    shapes: tuple[Shown, ...] = ()
    help: str | None = None
    repair: Repair | None = None
