"""SHP106: an index where a slice was meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Repair, Sliced
from shapeguard.rules.wording import operation_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import EntryBroadcast


@rule("SHP106", "entry-instead-of-slice", severity="warning", fix="unsafe")
def entry_instead_of_slice(event: EntryBroadcast) -> Iterator[Finding]:
    """A table is indexed with the size of another tensor, and the one entry is broadcast to that tensor.

    ## Why is this bad?
    `table[:, length]` is the single entry at the position `length`; `table[:, :length]` are the first `length` entries.
    Broadcasting adds the single entry everywhere, so nothing fails.

    ## Example
    ```python
    import torch

    def with_positions(x: torch.Tensor, table: torch.Tensor):
        batch, length, dim = x.shape
        return x + torch.ones(1, 512, dim)[:, length]
    ```

    ## Use instead
    ```python
    import torch

    def with_positions(x: torch.Tensor, table: torch.Tensor):
        batch, length, dim = x.shape
        return x + torch.ones(1, 512, dim)[:, :length]
    ```
    """
    name = size_text(event.at)
    shown = tuple(Shown(shape) for shape in event.shapes)
    yield Finding(
        f"`{operation_text(event.operation)}` broadcasts the one entry at index `{name}` to a tensor with an axis of "
        f"size {name}",
        shown,
        f"take a slice: `:{name}` in place of the index `{name}`" if name != "?" else "take a slice, not one entry",
        Repair(Sliced(event.operand, name), f"has the first {name} entries"),
    )
