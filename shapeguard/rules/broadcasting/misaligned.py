"""SHP103: right alignment pairs an axis with another one than it belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Repair, Suffix
from shapeguard.rules.wording import operation_text, shape_text, size_text
from shapeguard.shapes.shape import Run, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.broadcasting import Misaligned


@rule("SHP103", "misaligned-broadcast", severity="warning", fix="unsafe")
def misaligned_broadcast(event: Misaligned) -> Iterator[Finding]:
    """A per-item vector is aligned with another axis than the one it belongs to.

    ## Why is this bad?
    Broadcasting aligns shapes from the right. A vector with one number for each item of the batch, next to a tensor of
    shape `(batch, time)`, meets the time axis. That raises, unless the two sizes happen to be equal: then every item
    gets its neighbours' numbers.

    ## Example
    ```python
    import torch

    def weighted(losses: torch.Tensor, lengths: torch.Tensor):
        batch, time = losses.shape
        return losses * torch.ones(batch)
    ```

    ## Use instead
    ```python
    import torch

    def weighted(losses: torch.Tensor, lengths: torch.Tensor):
        batch, time = losses.shape
        return losses * torch.ones(batch)[:, None]
    ```
    """
    rest = Run() if event.open else None
    left, right = (Shape(shape, rest) for shape in event.shapes)
    short, long = (left, right) if event.operand == 0 else (right, left)
    mine, count = short.leading[-event.axis].size, len(short.leading)
    name = size_text(mine)
    marks = [(), ()] if event.open else [(-event.axis,), (-event.belongs,)]
    if event.operand == 1:
        marks.reverse()
    places = ", ".join([":"] * (count - event.axis + 1) + ["None"] * (event.belongs - event.axis))
    yield Finding(
        f"`{operation_text(event.operation)}` pairs `{name}` of {shape_text(short)} with "
        f"{size_text(long.leading[-event.axis].size)} of {shape_text(long)}, not with its {name}",
        (Shown(left, marks[0]), Shown(right, marks[1])),
        f"index the {'left' if event.operand == 0 else 'right'} operand with `[{places}]`",
        Repair(Suffix(event.operand, f"[{places}]"), f"aligns its `{name}` with that of {shape_text(long)}"),
    )
