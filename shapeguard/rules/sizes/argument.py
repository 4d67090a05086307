"""SHP210: an argument that an operation refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sizes import InvalidArgument


@rule("SHP210", "invalid-argument")
def invalid_argument(event: InvalidArgument) -> Iterator[Finding]:
    """An argument that the operation refuses for a tensor of this shape, whatever its values.

    ## Why is this bad?
    The line raises whenever it runs: an axis is given twice, an einsum equation has more operands than tensors, groups
    do not divide the channels.

    ## Example
    ```python
    import torch

    x = torch.randn(2, 3, 4)
    y = x.permute(0, 1, 1)
    ```

    ## Use instead
    ```python
    import torch

    x = torch.randn(2, 3, 4)
    y = x.permute(0, 2, 1)
    ```
    """
    shapes = " and ".join(map(shape_text, event.shapes))
    given = f" for {shapes}" if shapes else ""
    yield Finding(
        f"`{operation_text(event.operation)}` refuses this{given}: {event.reason}", tuple(map(Shown, event.shapes))
    )
