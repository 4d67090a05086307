"""SHP413: height and width in the other order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, size_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sizes import ResizedTo


@rule("SHP413", "swapped-height-width", severity="warning")
def swapped_height_width(event: ResizedTo) -> Iterator[Finding]:
    """An image is resized to the height and width of another one in the other order.

    ## Why is this bad?
    torch takes the height first. Square images hide it; others come out distorted, or do not fit what they were resized
    for.

    ## Example
    ```python
    import torch
    from torch.nn import functional as F

    def resized(mask: torch.Tensor, image: torch.Tensor):
        h, w = image.shape[-2:]
        return F.interpolate(mask, size=(w, h))
    ```

    ## Use instead
    ```python
    import torch
    from torch.nn import functional as F

    def resized(mask: torch.Tensor, image: torch.Tensor):
        h, w = image.shape[-2:]
        return F.interpolate(mask, size=(h, w))
    ```
    """
    height, width = map(size_text, event.sizes)
    yield Finding(
        f"`{operation_text(event.operation)}` takes the height first: {height} is the last size of a tensor here, and "
        f"{width} the one before",
        (Shown(Shape(event.shape), (-2, -1)),),
        f"ask for ({width}, {height})",
    )
