"""SHP206, SHP208: axes that a tensor does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sizes import AxisOutOfRange, UnpackMismatch


@rule("SHP206", "unpack-rank")
def unpack_rank(event: UnpackMismatch) -> Iterator[Finding]:
    """A shape, or what `split` and the like give, is unpacked into another number of names than there are items.

    ## Why is this bad?
    Python raises `ValueError` whenever the line runs.

    ## Example
    ```python
    import torch

    images = torch.randn(8, 3, 32, 32)
    batch, height, width = images.shape
    ```

    ## Use instead
    ```python
    import torch

    images = torch.randn(8, 3, 32, 32)
    batch, channels, height, width = images.shape
    ```
    """
    if event.parts is not None:
        tensors = f"{event.parts} tensors of shape" if event.parts > 1 else "one tensor of shape"
        yield Finding(f"{event.names} names for {tensors} {shape_text(event.shape)}", (Shown(Shape(event.shape)),))
        return
    yield Finding(
        f"{event.names} names for the {len(event.shape)} sizes of {shape_text(event.shape)}",
        (Shown(Shape(event.shape)),),
    )


@rule("SHP208", "axis-out-of-range")
def axis_out_of_range(event: AxisOutOfRange) -> Iterator[Finding]:
    """An operation names an axis that the tensor does not have.

    ## Why is this bad?
    The call raises `IndexError` whenever it runs.

    ## Example
    ```python
    import torch

    rows = torch.randn(16, 8)
    total = rows.sum(dim=2)
    ```

    ## Use instead
    ```python
    import torch

    rows = torch.randn(16, 8)
    total = rows.sum(dim=1)
    ```
    """
    yield Finding(
        f"`{operation_text(event.operation)}` names axis {event.dim}, which {shape_text(event.shape)} does not have",
        (Shown(event.shape),),
    )
