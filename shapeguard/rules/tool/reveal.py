"""SHP009: `reveal_shape` shows what the linter knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import Revealed


@rule("SHP009", "revealed-shape", severity="warning")
def revealed_shape(event: Revealed) -> Iterator[Finding]:
    """`shapeguard.reveal_shape(x)` was met: the finding says what is known of the shape of `x`.

    ## Why is this bad?
    It is not, while you look for a mistake. When you are done, the call has served its purpose.

    ## Example
    ```python
    import shapeguard
    import torch

    x = torch.zeros(2, 3)
    shapeguard.reveal_shape(x)
    ```

    ## Use instead
    ```python
    import torch

    x = torch.zeros(2, 3)
    ```
    """
    yield Finding("the shape is not known" if event.shape is None else f"the shape is {shape_text(event.shape)}")
