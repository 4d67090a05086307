"""SHP105: everything was summed, where one number for each item was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import TotalTimes


@rule("SHP105", "total-per-item", severity="warning")
def total_per_item(event: TotalTimes) -> Iterator[Finding]:
    """The sum of a whole tensor, or the loss of all items, is multiplied by one number for each of its items.

    ## Why is this bad?
    A mask or weight of shape `(batch, time)` is for sums over the features of `(batch, time, features)`. Where `sum()`
    lacks its `dim`, every entry of the result is the sum over all items, masked ones included. Weights of samples are for
    a loss with `reduction="none"`: times the mean of all losses they only scale it.

    ## Example
    ```python
    import torch

    def divergence(x: torch.Tensor):
        batch, time, features = x.shape
        mask = torch.ones(batch, time)
        return x.pow(2).sum() * mask
    ```

    ## Use instead
    ```python
    import torch

    def divergence(x: torch.Tensor):
        batch, time, features = x.shape
        mask = torch.ones(batch, time)
        return x.pow(2).sum(dim=-1) * mask
    ```
    """
    shown = Shown(Shape(event.total)), Shown(Shape(event.other))
    if event.loss:
        yield Finding(
            f"`{operation_text(event.operation)}` of one loss for all of {shape_text(event.total)} with "
            f"{shape_text(event.other)}, which has a number for each item",
            shown if event.operand == 0 else shown[::-1],
            'let the loss keep one number for each item: `reduction="none"`',
        )
        return
    gone = tuple(range(len(event.other) - len(event.total), 0))
    dims = str(gone[0]) if len(gone) == 1 else str(gone)
    yield Finding(
        f"`{operation_text(event.operation)}` of the sum over all of {shape_text(event.total)} with "
        f"{shape_text(event.other)}, which has a number for each item",
        shown if event.operand == 0 else shown[::-1],
        f"sum over the axes that the other operand lacks: `sum(dim={dims})`",
    )
