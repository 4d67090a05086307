"""SHP417: parts of axes that are merged in another order than other parts of the same axes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.dims import Dim
    from shapeguard.events.views import MergedUnevenly


@rule("SHP417", "unevenly-merged-parts", severity="warning")
def unevenly_merged_parts(event: MergedUnevenly) -> Iterator[Finding]:
    """Parts of axes are merged in another order than other parts of the same axes, or than they were split in.

    ## Why is this bad?
    An image is cut into patches by its rows and columns, and put together by them. Where rows come before columns in
    one merged axis and behind them in another, all sizes are right and every patch is transposed. The same goes for
    heads that are split as `(heads d)` and merged as `(d heads)`.

    ## Example
    ```python
    import torch
    from einops import rearrange

    def patches(image: torch.Tensor, p: int):
        return rearrange(image, "b c (h p1) (w p2) -> b (h w) (p2 p1 c)", p1=p, p2=p)
    ```

    ## Use instead
    ```python
    import torch
    from einops import rearrange

    def patches(image: torch.Tensor, p: int):
        return rearrange(image, "b c (h p1) (w p2) -> b (h w) (p1 p2 c)", p1=p, p2=p)
    ```
    """
    merged = [_text(group) for group in event.merged]
    operation = operation_text(event.operation)
    if event.between:
        yield Finding(f"`{operation}` merges {merged[0]}, with something else between parts that belong together")
    elif event.split:
        yield Finding(f"`{operation}` merges {merged[0]}, but this function splits {merged[1]}: the parts are mixed up")
    else:
        yield Finding(
            f"`{operation}` merges {merged[0]} and {merged[1]}: the parts of the same axes in different orders"
        )


def _text(group: tuple[str | Dim, ...]) -> str:
    return f"({' '.join(part if isinstance(part, str) else size_text(part) for part in group)})"
