"""SHP410: a softmax, or what makes vectors comparable, that chooses its axis itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Argument, Repair
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.axes import ImplicitAxis


CLASSES = ("cross_entropy", "CrossEntropyLoss", "nll_loss", "NLLLoss")


@rule("SHP410", "implicit-softmax-axis", severity="warning", fix="unsafe")
def implicit_softmax_axis(event: ImplicitAxis) -> Iterator[Finding]:
    """A softmax, `normalize`, cosine similarity or loss over classes, of three axes or more, that does not take the last.

    ## Why is this bad?
    Without `dim`, torch takes axis 0 of three axes, which mostly is the batch: items of a batch compete with each other.
    Of four and more it takes axis 1. It warns when the line runs. `normalize` and `cosine_similarity` always take
    axis 1 and say nothing: of `(batch, items, features)`, as a linear layer gives them, those are the items. So does
    `cross_entropy`, which takes them for the classes and has no `dim` at all.

    ## Example
    ```python
    import torch
    from torch.nn import functional as F

    def attention(scores: torch.Tensor):
        batch, queries, keys = scores.shape
        return F.softmax(scores)
    ```

    ## Use instead
    ```python
    import torch
    from torch.nn import functional as F

    def attention(scores: torch.Tensor):
        batch, queries, keys = scores.shape
        return F.softmax(scores, dim=-1)
    ```
    """
    if event.operation.endswith(CLASSES):
        yield Finding(
            f"`{operation_text(event.operation)}` takes axis 1 of {shape_text(event.shape)} for the classes, which a layer "
            "gave along the last one",
            (Shown(Shape(event.shape), (1 - len(event.shape), -1)),),
            "pass `(batch, classes, items)`, as `.transpose(1, 2)` gives it, or items without their axis: `.flatten(0, 1)`",
        )
        return
    gain = "takes the last axis"
    repair = Repair(Argument("dim", "-1"), gain) if ".functional." in event.operation else None
    yield Finding(
        f"`{operation_text(event.operation)}` without `dim` takes axis {event.dim} of {shape_text(event.shape)}",
        (Shown(Shape(event.shape), (event.dim - len(event.shape),)),),
        "say which axis is meant: `dim=-1` is the last",
        repair,
    )
