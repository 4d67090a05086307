"""SHP217: learned entries for each item that are joined to the items."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sizes import TokenJoined


@rule("SHP217", "token-joined-to-batch", severity="warning")
def token_joined_to_batch(event: TokenJoined) -> Iterator[Finding]:
    """What a parameter has was repeated for a batch, and is joined along the batch, too.

    ## Why is this bad?
    `cat` needs equal sizes in all axes but the one it joins. Here the sequences would have to be as short as what was
    repeated; then that becomes further items of the batch, and no part of any sequence.

    ## Example
    ```python
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.token = nn.Parameter(torch.zeros(1, 1, dim))
            self.embed = nn.Conv2d(3, dim, 16, stride=16)

        def forward(self, image):
            x = self.embed(image).flatten(2).transpose(1, 2)
            return torch.cat([self.token.expand(x.shape[0], -1, -1), x])
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Classifier(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.token = nn.Parameter(torch.zeros(1, 1, dim))
            self.embed = nn.Conv2d(3, dim, 16, stride=16)

        def forward(self, image):
            x = self.embed(image).flatten(2).transpose(1, 2)
            return torch.cat([self.token.expand(x.shape[0], -1, -1), x], dim=1)
    ```
    """
    left, right = event.shapes
    at = event.axis if event.axis < 0 else event.axis - left.minimum_rank - 1
    yield Finding(
        f"`{operation_text(event.operation)}` joins at axis {event.dim} what was repeated along it: "
        f"{shape_text(left)} with {shape_text(right)}",
        (Shown(left, (at,)), Shown(right, (at,))),
        f"join them at axis {event.axis}, where their sizes differ",
    )
