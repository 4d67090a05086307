"""What is reported of layers that run along sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.shapes.shape import Shape


class BatchPooled(NamedTuple):
    """What is around a layer that takes `(length, batch, features)` treats axis 1 as the sequence; `does` says how."""

    operation: str
    shape: Shape
    does: str


class SequenceFirst(NamedTuple):
    """A layer that takes `(length, batch, features)` got this shape."""

    operation: str
    shape: Shape
