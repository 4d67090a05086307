"""SHP409: a softmax that lets the items of a batch compete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.axes import NormalisesBatch


@rule("SHP409", "softmax-over-batch", severity="warning")
def softmax_over_batch(event: NormalisesBatch) -> Iterator[Finding]:
    """A softmax normalises over the batch.

    ## Why is this bad?
    The probabilities of one item then depend on which others happen to be in its batch, and do not sum to 1. It is
    what `dim=0` or an axis that was counted without the ones in front of it does.

    ## Example
    ```python
    import torch

    def probabilities(logits: torch.Tensor):
        heads, batch, classes = logits.shape
        return logits.softmax(dim=1)
    ```

    ## Use instead
    ```python
    import torch

    def probabilities(logits: torch.Tensor):
        heads, batch, classes = logits.shape
        return logits.softmax(dim=-1)
    ```
    """
    axis = event.shape.axis(event.dim)
    assert axis is not None
    yield Finding(
        f"`{operation_text(event.operation)}` of {shape_text(event.shape)} normalises over `{size_text(axis.size)}`: "
        "the items of the batch compete",
        (Shown(event.shape, (event.dim if event.dim < 0 else event.dim - event.shape.minimum_rank,)),),
        "normalise over the axis of what each item chooses among, mostly the last one: `dim=-1`",
    )
