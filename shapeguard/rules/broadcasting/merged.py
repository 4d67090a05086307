"""SHP108: axes that were merged in different orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.views import MergedOtherwise
    from shapeguard.shapes.axis import Axis


@rule("SHP108", "merged-in-other-order", severity="warning")
def merged_in_other_order(event: MergedOtherwise) -> Iterator[Finding]:
    """Two axes of the same size were merged from the same parts, but in another order.

    ## Why is this bad?
    `repeat(n)` puts the whole batch n times in a row, `repeat_interleave(n)` every item n times. Both have `batch * n`
    entries, so nothing fails where they meet, but all items except the first and the last get what belongs to others.

    ## Example
    ```python
    import torch

    def sampled(tokens: torch.Tensor, image: torch.Tensor, n: int):
        batch, length, dim = tokens.shape
        tokens = tokens.repeat_interleave(n, dim=0)
        return tokens + torch.ones(batch, 1, dim).repeat(n, 1, 1)
    ```

    ## Use instead
    ```python
    import torch

    def sampled(tokens: torch.Tensor, image: torch.Tensor, n: int):
        batch, length, dim = tokens.shape
        tokens = tokens.repeat_interleave(n, dim=0)
        return tokens + torch.ones(batch, 1, dim).repeat_interleave(n, dim=0)
    ```
    """
    axes = [shape[event.axis] for shape in event.shapes]
    left, right = (" of ".join(map(size_text_of, reversed(axis.factors))) for axis in axes)
    yield Finding(
        f"`{operation_text(event.operation)}` of {shape_text(event.shapes[0])} with {shape_text(event.shapes[1])} pairs "
        f"an axis that holds {left} with one that holds {right}",
        tuple(Shown(Shape(shape), (event.axis,)) for shape in event.shapes),
        "merge or repeat both in the same order: `repeat_interleave` puts the copies of an item side by side",
    )


def size_text_of(axis: Axis) -> str:
    """The size of a part that may have been merged itself."""
    return size_text(axis.size)
