"""SHP405, SHP406: weights that sum to 1 along the wrong axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.axes import ContractsOther, NormalisesOne


@rule("SHP405", "softmax-over-one", severity="warning")
def softmax_over_one(event: NormalisesOne) -> Iterator[Finding]:
    """A softmax over an axis of size 1: its result is 1 everywhere, and no gradient flows.

    ## Why is this bad?
    Scores of shape `(batch, items, 1)` are normalised over the items, axis 1, not over the last axis.

    ## Example
    ```python
    import torch
    from torch import nn

    class Pooling(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.score = nn.Linear(dim, 1)

        def forward(self, x: torch.Tensor):
            weights = self.score(x).softmax(dim=-1)
            return (weights * x).sum(dim=1)
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Pooling(nn.Module):
        def __init__(self, dim):
            super().__init__()
            self.score = nn.Linear(dim, 1)

        def forward(self, x: torch.Tensor):
            weights = self.score(x).softmax(dim=1)
            return (weights * x).sum(dim=1)
    ```
    """
    count = len(event.shape.leading) if event.shape.run is None else 0
    mark = event.dim - count if event.dim >= 0 else event.dim
    name = operation_text(event.operation)
    value = "0" if "log" in name.lower() else "1"
    yield Finding(
        f"`{name}` over axis {event.dim} of {shape_text(event.shape)}, which has size 1, gives {value} everywhere",
        (Shown(event.shape, (mark,)),),
        "name the axis of the items that compete",
    )


@rule("SHP406", "softmax-over-kept-axis", severity="warning")
def softmax_over_kept_axis(event: ContractsOther) -> Iterator[Finding]:
    """Attention weights sum to 1 along the axis that a product keeps, and not along the one that it sums over.

    ## Why is this bad?
    The result of attention is an average of values only if the weights sum to 1 along the axis that is summed over.
    Where both axes of the scores have the same size nothing fails.

    ## Example
    ```python
    import torch

    def attend(q: torch.Tensor, v: torch.Tensor):
        batch, length, dim = q.shape
        weights = (q @ q.transpose(1, 2)).softmax(dim=1)
        return weights @ v
    ```

    ## Use instead
    ```python
    import torch

    def attend(q: torch.Tensor, v: torch.Tensor):
        batch, length, dim = q.shape
        weights = (q @ q.transpose(1, 2)).softmax(dim=-1)
        return weights @ v
    ```
    """
    normalised, contracted = event.shape[event.normalised], event.shape[event.contracted]
    which = "of the same" if normalised.size is contracted.size else "which both operands have, of"
    yield Finding(
        f"`{operation_text(event.operation)}` sums over axis {event.contracted} of {shape_text(event.shape)}, but these "
        f"weights sum to 1 along axis {event.normalised}, {which} size {size_text(normalised.size)}",
        (Shown(Shape(event.shape), (event.normalised, event.contracted)),),
        f"take the softmax over the axis that is summed over (here axis {event.contracted})",
    )
