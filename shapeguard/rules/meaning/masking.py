"""SHP408: a mask that masks nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.axes import MaskedEvenly


@rule("SHP408", "mask-without-effect", severity="warning")
def mask_without_effect(event: MaskedEvenly) -> Iterator[Finding]:
    """A mask does not vary along the axis that the softmax after it normalises.

    ## Why is this bad?
    A softmax does not change when one number is added to all entries that it normalises. A mask of shape
    `(batch, 1, length, 1)` over scores `(batch, heads, length, length)` fills whole rows with one number: these rows
    become uniform, and every query still attends to all the keys that were to be masked.

    ## Example
    ```python
    import torch

    def weights(scores: torch.Tensor):
        batch, heads, length, length = scores.shape
        mask = torch.ones(batch, length) > 0
        return scores.masked_fill(mask[:, None, :, None], -1e9).softmax(dim=-1)
    ```

    ## Use instead
    ```python
    import torch

    def weights(scores: torch.Tensor):
        batch, heads, length, length = scores.shape
        mask = torch.ones(batch, length) > 0
        return scores.masked_fill(mask[:, None, None, :], -1e9).softmax(dim=-1)
    ```
    """
    shape, mask = event.shapes
    axis = shape.axis(event.axis)
    assert axis is not None
    yield Finding(
        f"`{operation_text(event.operation)}` with a mask of {shape_text(mask)} masks all {size_text(axis.size)} entries "
        "or none along the last axis, which the softmax then normalises: it weighs them as before",
        (Shown(shape, (event.axis,)), Shown(mask, (event.axis,))),
        "give the mask the axis of the keys: `mask[:, None, None, :]` for `(batch, length)`",
    )
