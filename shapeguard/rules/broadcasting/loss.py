"""SHP102: a loss between a prediction and a target of different shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Repair, Suffix
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import LossBroadcast


@rule("SHP102", "loss-broadcast", severity="warning", fix="unsafe")
def loss_broadcast(event: LossBroadcast) -> Iterator[Finding]:
    """A loss compares every prediction with every target, because their shapes differ.

    ## Why is this bad?
    Losses broadcast like any other operation. A network that ends in one unit gives `(N, 1)`, targets are often
    `(N,)`, and the loss is the mean over all N x N pairs. It goes down, to the mean of the targets.

    ## Example
    ```python
    import torch
    from torch import nn
    from torch.nn import functional as F

    net = nn.Linear(3, 1)
    x, y = torch.randn(100, 3), torch.randn(100)
    loss = F.mse_loss(net(x), y)
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn
    from torch.nn import functional as F

    net = nn.Linear(3, 1)
    x, y = torch.randn(100, 3), torch.randn(100)
    loss = F.mse_loss(net(x).squeeze(-1), y)
    ```
    """
    prediction, target = event.shapes
    advice, repair = None, None
    if len(prediction) == len(target) + 1 and prediction[-1].is_one:
        gain = f"gives it the target's shape {shape_text(target)}"
        advice, repair = f"`.squeeze(-1)` on the prediction {gain}", Repair(Suffix(0, ".squeeze(-1)"), gain)
    elif len(target) == len(prediction) + 1 and target[-1].is_one:
        gain = f"gives it the prediction's shape {shape_text(prediction)}"
        advice, repair = f"`.squeeze(-1)` on the target {gain}", Repair(Suffix(1, ".squeeze(-1)"), gain)
    yield Finding(
        f"`{operation_text(event.operation)}` broadcasts its input {shape_text(prediction)} "
        f"with its target {shape_text(target)}",
        (Shown(Shape(prediction)), Shown(Shape(target))),
        advice,
        repair,
    )
