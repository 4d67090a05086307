"""SHP209: a view of axes that do not lie together in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Method, Repair
from shapeguard.rules.wording import operation_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.views import NotContiguous


@rule("SHP209", "view-of-transposed", fix="safe")
def view_of_transposed(event: NotContiguous) -> Iterator[Finding]:
    """`view` merges axes that a transposition has torn apart in memory, which raises.

    ## Why is this bad?
    `transpose` and `permute` move no element, and `view` can only merge axes that follow each other in memory.

    ## Example
    ```python
    import torch

    def merge_heads(weights: torch.Tensor, values: torch.Tensor):
        batch, heads, length, d = values.shape
        y = torch.matmul(weights, values)
        return torch.ones(2, 4, 8, 16).contiguous().transpose(1, 2).view(2, 8, 64)
    ```

    ## Use instead
    ```python
    import torch

    def merge_heads(weights: torch.Tensor, values: torch.Tensor):
        batch, heads, length, d = values.shape
        y = torch.matmul(weights, values)
        return torch.ones(2, 4, 8, 16).contiguous().transpose(1, 2).reshape(2, 8, 64)
    ```
    """
    yield Finding(
        f"`{operation_text(event.operation)}` of {shape_text(event.before)} merges axes {event.merged}, "
        "which were moved and do not follow each other in memory",
        (Shown(event.before, event.merged),),
        "use `reshape`, which copies, or `.contiguous()` before it",
        Repair(Method("reshape"), "copies where it must") if operation_text(event.operation) == "view" else None,
    )
