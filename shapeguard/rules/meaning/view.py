"""SHP401: a view where a permutation was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.views import ViewReorders


@rule("SHP401", "view-as-permute", severity="warning")
def view_as_permute(event: ViewReorders) -> Iterator[Finding]:
    """`view` or `reshape` asks for the axes in another order than they lie in memory.

    ## Why is this bad?
    A view groups the elements anew and moves none. Asked for `(batch, heads, length, d)` of a tensor that lies as
    `(batch, length, heads, d)`, it gives the right sizes with the items of all positions and heads mixed up. Nothing
    fails, and attention trains on noise. To move axes, use `transpose`, `permute` or `movedim`.

    ## Example
    ```python
    import torch

    def split_heads(x: torch.Tensor):
        batch, length, heads, d = x.shape
        return x.view(batch, heads, length, d)
    ```

    ## Use instead
    ```python
    import torch

    def split_heads(x: torch.Tensor):
        batch, length, heads, d = x.shape
        return x.transpose(1, 2)
    ```
    """
    operation = operation_text(event.operation)
    yield Finding(
        f"`{operation}` of {shape_text(event.before)} to {shape_text(event.after)} keeps the order in memory, "
        "so the axes are mixed up rather than moved",
        (Shown(Shape(event.before)),),
        f"bring the axes into this order with `permute` or `transpose` before the `{operation}`",
    )
