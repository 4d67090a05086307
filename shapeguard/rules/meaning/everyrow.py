"""SHP416: an index of one entry for each row that is applied to every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import shape_text, size_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.picking import PicksForAll


@rule("SHP416", "index-for-every-row", severity="warning")
def index_for_every_row(event: PicksForAll) -> Iterator[Finding]:
    """An index holds one entry for each row, and is taken behind a slice of all rows.

    ## Why is this bad?
    `values[:, actions]` takes all of the actions of every row: `(batch, batch)`. One for each row is what
    `values[torch.arange(batch), actions]` and `gather` take.

    ## Example
    ```python
    import torch

    def chosen(values: torch.Tensor, actions: torch.Tensor):
        batch, count = values.shape
        return values[:, torch.zeros(batch, dtype=torch.long)]
    ```

    ## Use instead
    ```python
    import torch

    def chosen(values: torch.Tensor, actions: torch.Tensor):
        batch, count = values.shape
        return values[torch.arange(batch), torch.zeros(batch, dtype=torch.long)]
    ```
    """
    rows = size_text(event.shape[0].size)
    yield Finding(
        f"the index {shape_text(event.picks)} behind `:` picks {rows} entries of each of the {rows} rows of "
        f"{shape_text(event.shape)}, one of which is for the row",
        (Shown(Shape(event.shape), (-len(event.shape),)), Shown(Shape(event.picks), (-1,))),
        f"index the rows too: `[torch.arange({rows}), ..]`",
    )
