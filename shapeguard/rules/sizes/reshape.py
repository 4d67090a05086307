"""SHP204: a view that does not hold the elements there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.views import ReshapeMismatch


@rule("SHP204", "reshape-count")
def reshape_count(event: ReshapeMismatch) -> Iterator[Finding]:
    """`view`, `reshape` or `unflatten` asks for another number of elements than the tensor has.

    ## Why is this bad?
    The call raises whenever it runs. With `-1` for the batch it may also run with a batch of another length, when the
    sizes happen to divide.

    ## Example
    ```python
    import torch

    features = torch.randn(3, 16, 9, 9)
    rows = features.view(3, 16 * 10 * 10)
    ```

    ## Use instead
    ```python
    import torch

    features = torch.randn(3, 16, 9, 9)
    rows = features.flatten(1)
    ```
    """
    sizes = ", ".join("-1" if size is None else size_text(size) for size in event.sizes)
    yield Finding(
        f"`{operation_text(event.operation)}` to ({sizes}) does not fit the elements of {shape_text(event.shape)}",
        (Shown(Shape(event.shape)),),
    )
