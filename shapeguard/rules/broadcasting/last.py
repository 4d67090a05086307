"""SHP109: what is left of a tensor without its last axis is aligned with the tensor's last axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Repair, Suffix
from shapeguard.rules.wording import operation_text, shape_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import LastReduced


@rule("SHP109", "reduced-last-axis", severity="warning", fix="unsafe")
def reduced_last_axis(event: LastReduced) -> Iterator[Finding]:
    """A tensor meets what is left of it after its last axis was reduced, without that axis.

    ## Why is this bad?
    Broadcasting aligns shapes from the right: the axis before the last one meets the last one. That raises, unless the
    two sizes happen to be equal; then every item gets its neighbours' numbers. `keepdim=True` keeps an axis of size 1
    in the place of the one that was reduced. Of a vector, which leaves one number, it is right, so this is told of what
    the `forward` of a module is called with.

    ## Example
    ```python
    import torch
    from torch import nn

    class Norm(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(dim))

        def forward(self, x: torch.Tensor):
            return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1) + 1e-6))
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Norm(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.weight = nn.Parameter(torch.ones(dim))

        def forward(self, x: torch.Tensor):
            return self.weight * (x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + 1e-6))
    ```
    """
    left, right = event.shapes
    short, long = (left, right) if event.operand == 0 else (right, left)
    yield Finding(
        f"`{operation_text(event.operation)}` pairs the axis before the last one of {shape_text(long)} with its last one, "
        f"{size_text(long.trailing[-1].size)}: {shape_text(short)} lacks that",
        (Shown(left), Shown(right)),
        f"keep the axis with `keepdim=True`, or index the {'left' if event.operand == 0 else 'right'} operand with `[..., None]`",
        Repair(
            Suffix(event.operand, "[..., None]"), f"aligns it with the axes of {shape_text(long)} before the last one"
        ),
    )
