"""SHP212: tensors joined along another axis than the one they differ in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events import JoinedElsewhere


@rule("SHP212", "joined-at-wrong-axis", severity="warning", preview=True)
def joined_at_wrong_axis(event: JoinedElsewhere) -> Iterator[Finding]:
    """One more entry is put in front of a sequence, but along another axis than that of the sequence.

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
    sizes = [shape.leading[event.axis].size for shape in event.shapes]
    name = size_text(next(size for size in sizes if size.constant is None))
    yield Finding(
        f"`{operation_text(event.operation)}` joins at axis {event.dim}, but needs `{name}` at axis {event.axis} to be 1: "
        f"{shape_text(left)} with {shape_text(right)}",
        (Shown(left, (event.axis,)), Shown(right, (event.axis,))),
    )
