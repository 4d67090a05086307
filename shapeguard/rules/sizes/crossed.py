"""SHP211: sizes that fit by accident only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sizes import Crossed


@rule("SHP211", "crossed-axes", severity="warning")
def crossed_axes(event: Crossed) -> Iterator[Finding]:
    """An operation pairs two sizes of which each is at another axis of the operands: the axes have the wrong order.

    ## Why is this bad?
    The operation raises, unless the two sizes happen to be equal; then it mixes the axes up. Typical is a transpose
    that is missing on one of the operands, or that was done twice.

    ## Example
    ```python
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads = heads
            self.project = nn.Linear(dim, dim)

        def forward(self, x):
            batch, length, dim = x.shape
            x = self.project(x).view(batch, length, self.heads, dim // self.heads).transpose(1, 2)
            return x @ x
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Attention(nn.Module):
        def __init__(self, dim, heads):
            super().__init__()
            self.heads = heads
            self.project = nn.Linear(dim, dim)

        def forward(self, x):
            batch, length, dim = x.shape
            x = self.project(x).view(batch, length, self.heads, dim // self.heads).transpose(1, 2)
            return x @ x.transpose(-2, -1)
    ```
    """
    shapes = " with ".join(map(shape_text, event.shapes))
    shown = tuple(
        Shown(shape, (event.axis, event.belongs) if index == event.operand else ())
        for index, shape in enumerate(event.shapes)
    )
    size = size_text(event.expected)
    needs = (
        f"needs at axis {event.axis} what it gets at axis {event.belongs}"
        if size == "?"
        else f"needs {size} at axis {event.axis}, and gets it at axis {event.belongs}"
    )
    yield Finding(
        f"`{operation_text(event.operation)}` {needs}: {shapes}",
        shown,
    )
