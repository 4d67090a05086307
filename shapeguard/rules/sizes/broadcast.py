"""SHP201: operands that cannot be broadcast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import BroadcastMismatch


@rule("SHP201", "incompatible-broadcast")
def incompatible_broadcast(event: BroadcastMismatch) -> Iterator[Finding]:
    """Two shapes that cannot be broadcast: at some axis, counted from the right, sizes differ and neither is 1.

    ## Why is this bad?
    The operation raises whenever it runs. Broadcasting aligns shapes from the right, so a vector of channels next to
    a batch of images meets the width, not the channels.

    ## Example
    ```python
    import torch

    images = torch.randn(8, 3, 32, 64)
    mean = torch.tensor([0.485, 0.456, 0.406])
    normalised = images - mean
    ```

    ## Use instead
    ```python
    import torch

    images = torch.randn(8, 3, 32, 64)
    mean = torch.tensor([0.485, 0.456, 0.406])
    normalised = images - mean[:, None, None]
    ```
    """
    left, right = event.shapes
    a, b = (axes[-event.axis] if event.axis <= len(axes) else None for axes in (left, right))
    operation = operation_text(event.operation)
    shapes = f"{shape_text(left)} with {shape_text(right)}"
    shown = (Shown(Shape(left), (-event.axis,)), Shown(Shape(right), (-event.axis,)))
    if a is None or b is None or not operation.endswith("=") or operation in ("==", "!=", "<=", ">="):
        sizes = (
            "" if a is None or b is None else f": {size_text(a.size)} against {size_text(b.size)} at axis -{event.axis}"
        )
        yield Finding(f"`{operation}` cannot broadcast {shapes}{sizes}", shown)
    else:
        yield Finding(f"`{operation}` cannot keep the shape of its left side: {shapes}", shown)
