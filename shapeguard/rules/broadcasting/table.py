"""SHP104: entries of a table of positions, one for each item of the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text
from shapeguard.shapes.axis import Origin
from shapeguard.shapes.batches import is_batch
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import TableMet


@rule("SHP104", "table-along-batch", severity="warning")
def table_along_batch(event: TableMet) -> Iterator[Finding]:
    """An axis of a module's own tensor, such as a buffer, runs along the batch: every item of a batch gets another entry.

    ## Why is this bad?
    A table of positions belongs to the positions of a sequence. Sliced to the size of the batch and added to it, the
    first item of every batch gets the first entry at all its positions. Nothing fails; the model never sees positions.
    Typical is code for `(length, batch, features)` that is called with `(batch, length, features)`.

    ## Example
    ```python
    import torch
    from torch import nn

    class Positions(nn.Module):
        def __init__(self, longest, dim):
            super().__init__()
            self.register_buffer("table", torch.randn(longest, 1, dim))

        def forward(self, x: torch.Tensor):
            batch, length, dim = x.shape
            return x + self.table[:batch]
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Positions(nn.Module):
        def __init__(self, longest, dim):
            super().__init__()
            self.register_buffer("table", torch.randn(1, longest, dim))

        def forward(self, x: torch.Tensor):
            batch, length, dim = x.shape
            return x + self.table[:, :length]
    ```
    """
    table, other = event.shapes[event.operand], event.shapes[1 - event.operand]
    axis = other[event.axis]
    mine = table[event.axis]
    learned = mine.origin is Origin.LEARNED  # nothing that is learned belongs to one item of one batch
    if mine.size is not axis.size and not learned and (mine.size.names == axis.size.names or is_batch(mine)):
        return  # sizes of two functions that call them alike, or a state of each item
    if len(other) < 2 or not is_batch(axis):
        return
    shown = [Shown(Shape(shape), (event.axis,)) for shape in event.shapes]
    yield Finding(
        f"`{operation_text(event.operation)}` runs an axis of a tensor of the module, {shape_text(table)}, along "
        f"`{size_text(axis.size)}` of {shape_text(other)}: every item of the batch gets another entry",
        tuple(shown),
        "give the table's axis the place of the positions, with an axis of size 1 for the batch",
    )
