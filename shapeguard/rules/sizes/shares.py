"""SHP218: shares of one axis that are joined along another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operands_text, operation_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sizes import SharesJoined


@rule("SHP218", "shares-joined-elsewhere", severity="warning")
def shares_joined_elsewhere(event: SharesJoined) -> Iterator[Finding]:
    """Sines and cosines that share the features, or the halves that a rotation exchanges, are joined along another axis.

    ## Why is this bad?
    Half as many angles as there are features have a sine and a cosine each, which together are as many as features.
    Joined along the positions there are twice as many of those, with half of the features. The same goes for the halves
    of the features that rotary embeddings exchange.

    ## Example
    ```python
    import torch

    def positions(length: int, dim: int):
        angles = torch.arange(length)[:, None] / torch.arange(1, dim // 2 + 1)
        return torch.cat([angles.sin(), angles.cos()])
    ```

    ## Use instead
    ```python
    import torch

    def positions(length: int, dim: int):
        angles = torch.arange(length)[:, None] / torch.arange(1, dim // 2 + 1)
        return torch.cat([angles.sin(), angles.cos()], dim=-1)
    ```
    """
    yield Finding(
        f"`{operation_text(event.operation)}` joins at axis {event.dim} what holds the shares of axis "
        f"{event.axis}{operands_text(event.shapes)}",
        tuple(Shown(shape, (event.axis,)) for shape in event.shapes),
        f"join them at axis {event.axis}",
    )
