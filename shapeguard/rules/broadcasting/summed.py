"""SHP107: every entry times every other one, all added up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.broadcasting.outer import intended
from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Repair, Suffix
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import OuterSummed


@rule("SHP107", "summed-outer-product", severity="warning", fix="unsafe")
def summed_outer_product(event: OuterSummed) -> Iterator[Finding]:
    """Two operands stretch each other, and all entries of their product, or of their squared difference, are added up.

    ## Why is this bad?
    `(N, 1) * (N,)` multiplies every item of one with every item of the other. The sum of all that is the product of
    two sums, which takes no outer product: a weight that was meant for one item weighs all of them alike. Squares of
    differences, all averaged, tell no more than two means and two variances. That holds where the axis of size 1 was
    made on purpose, too: it was made for something else.

    ## Example
    ```python
    import torch

    losses, weights = torch.randn(32).pow(2), torch.rand(32)[:, None]
    loss = (losses * weights).mean()
    ```

    ## Use instead
    ```python
    import torch

    losses, weights = torch.randn(32).pow(2), torch.rand(32)[:, None]
    loss = (losses * weights.squeeze(-1)).mean()
    ```
    """
    left, right = event.shapes
    marked = intended(left, right)
    if marked is None:
        return
    operand, shorter = (0, right) if marked[0] else (1, left)
    [index] = marked[operand]
    gain = f"gives both the shape {shape_text(shorter)}"
    yield Finding(
        f"`{operation_text(event.operation)}` of {shape_text(left)} with {shape_text(right)} pairs every entry with every "
        "other, and the whole is reduced to one number",
        (Shown(Shape(left), marked[0]), Shown(Shape(right), marked[1])),
        f"`.squeeze({index})` on the {'right' if operand else 'left'} operand {gain}",
        Repair(Suffix(operand, f".squeeze({index})"), gain),
    )
