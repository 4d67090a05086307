"""SHP404: the result of an operation is thrown away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Assigned, Repair

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.picking import Discarded


@rule("SHP404", "discarded-result", severity="warning", fix="unsafe")
def discarded_result(event: Discarded) -> Iterator[Finding]:
    """A tensor method that returns its result is called as a statement, so nothing happens.

    ## Why is this bad?
    Only methods whose names end in an underscore work in place. `x.clamp(min=0)` on a line of its own leaves `x` as it
    was.

    ## Example
    ```python
    import torch

    lengths = torch.tensor([3, 0, 2])
    lengths.clamp(min=1)
    ```

    ## Use instead
    ```python
    import torch

    lengths = torch.tensor([3, 0, 2])
    lengths = lengths.clamp(min=1)
    ```
    """
    yield Finding(
        f"`{event.operation}` returns a new tensor, which is thrown away here",
        help="assign the result, or use the method that works in place where there is one",
        repair=Repair(Assigned(), "keeps the result"),
    )
