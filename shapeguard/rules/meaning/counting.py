"""SHP412: a loop over one axis that indexes another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import shape_text, size_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.picking import CountsOther


@rule("SHP412", "index-of-other-axis", severity="warning")
def index_of_other_axis(event: CountsOther) -> Iterator[Finding]:
    """An index counts the entries of another axis of the same tensor.

    ## Why is this bad?
    `len(x)` is the size of the first axis, mostly the batch. A loop over `range(len(x))` that steps along the time axis
    stops after as many steps as the batch has items, or runs over the end.

    ## Example
    ```python
    import torch

    def smooth(x: torch.Tensor):
        batch, time = x.shape
        for t in range(1, len(x)):
            x[:, t] += x[:, t - 1]
        return x
    ```

    ## Use instead
    ```python
    import torch

    def smooth(x: torch.Tensor):
        batch, time = x.shape
        for t in range(1, time):
            x[:, t] += x[:, t - 1]
        return x
    ```
    """
    rank = len(event.shape)
    counted, indexed = (size_text(event.shape[place].size) for place in (event.counted, event.axis))
    yield Finding(
        f"an index that counts to {counted} is taken of the axis of size {indexed} of {shape_text(event.shape)}",
        (Shown(Shape(event.shape), (event.axis - rank,)),),
        f"count to the size of the axis that is indexed: `x.shape[{event.axis}]`",
    )
