"""What is reported of layers that run along sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from shapeguard.shapes.shape import Shape


class BatchPooled(NamedTuple):
    """What follows a layer that takes `(length, batch, features)` reduces axis 1 as if it was the sequence; `does` says how."""

    operation: str
    shape: Shape
    does: str
