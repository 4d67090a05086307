"""SHP212: tensors joined along another axis than the one they differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sizes import JoinedElsewhere
    from shapeguard.shapes.shape import Shape


@rule("SHP212", "joined-at-wrong-axis", severity="warning", preview=True)
def joined_at_wrong_axis(event: JoinedElsewhere) -> Iterator[Finding]:
    """Tensors are joined along an axis where they have the same size, while they differ in another one.

    ## Why is this bad?
    `cat` needs equal sizes in all axes but the one it joins. One entry and a sequence have the same size only where
    the sequence has one entry, too: then they become two items of the batch.

    ## Example
    ```python
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.token = nn.Parameter(torch.zeros(1, 1, dim))
            self.norm = nn.LayerNorm(dim)

        def forward(self, x):
            batch, length, dim = x.shape
            return torch.cat([self.token.expand(batch, 1, dim), self.norm(x)])
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.token = nn.Parameter(torch.zeros(1, 1, dim))
            self.norm = nn.LayerNorm(dim)

        def forward(self, x):
            batch, length, dim = x.shape
            return torch.cat([self.token.expand(batch, 1, dim), self.norm(x)], dim=1)
    ```
    """
    left, right = event.shapes
    first, second = (_size(shape, event.axis) for shape in event.shapes)
    one, other = (second, first) if second == "1" else (first, second)
    needs = (
        f"`{other}` at axis {event.axis} to be 1"
        if one == "1"
        else f"`{one}` and `{other}` at axis {event.axis} to be equal"
    )
    shown = tuple(Shown(shape, (_from_right(shape, event.axis),)) for shape in event.shapes)
    yield Finding(
        f"`{operation_text(event.operation)}` joins at axis {event.dim}, but needs {needs}: "
        f"{shape_text(left)} with {shape_text(right)}",
        shown,
    )


def _size(shape: Shape, axis: int) -> str:
    found = shape.axis(axis)
    return "?" if found is None else size_text(found.size)


def _from_right(shape: Shape, axis: int) -> int:
    return axis if axis < 0 else axis - shape.minimum_rank - 1
