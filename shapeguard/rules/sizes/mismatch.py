"""SHP202, SHP203, SHP205, SHP207: a size or a rank that an operation refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.sizes import RankMismatch, SizeMismatch

MATMUL = {"matmul", "mm", "bmm", "mv", "dot", "addmm", "baddbmm"}
JOINING = {"cat", "stack", "split"}


def described(event: SizeMismatch) -> Finding:
    """The one sentence that all size mismatches share."""
    operation = operation_text(event.operation)
    shapes = " with ".join(map(shape_text, event.shapes))
    shown = tuple(
        Shown(shape, (event.axis,) if index == event.operand else ()) for index, shape in enumerate(event.shapes)
    )
    return Finding(
        f"`{operation}` needs {event.subject} to be {size_text(event.expected)}, got {size_text(event.actual)}: {shapes}",
        shown,
    )


@rule("SHP202", "matmul-size")
def matmul_size(event: SizeMismatch) -> Iterator[Finding]:
    """A matrix product whose inner sizes differ.

    ## Why is this bad?
    The product raises whenever it runs: the last axis of the left operand must be as long as the last but one of the
    right.

    ## Example
    ```python
    import torch

    queries, keys = torch.randn(4, 10, 64), torch.randn(4, 12, 64)
    scores = queries @ keys
    ```

    ## Use instead
    ```python
    import torch

    queries, keys = torch.randn(4, 10, 64), torch.randn(4, 12, 64)
    scores = queries @ keys.transpose(-2, -1)
    ```
    """
    if event.family in MATMUL:
        yield described(event)


@rule("SHP203", "layer-input")
def layer_input(event: SizeMismatch) -> Iterator[Finding]:
    """A layer gets an input of another size than it was made for.

    ## Why is this bad?
    The call raises whenever it runs, often only at the first batch, after minutes of loading.

    ## Example
    ```python
    import torch
    from torch import nn

    features = nn.Conv2d(3, 16, kernel_size=3)(torch.randn(8, 3, 32, 32))
    scores = nn.Linear(16 * 32 * 32, 10)(features.flatten(1))
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    features = nn.Conv2d(3, 16, kernel_size=3)(torch.randn(8, 3, 32, 32))
    scores = nn.Linear(16 * 30 * 30, 10)(features.flatten(1))
    ```
    """
    if event.family not in MATMUL | JOINING:
        yield described(event)


@rule("SHP205", "cat-size")
def cat_size(event: SizeMismatch) -> Iterator[Finding]:
    """Tensors that are joined, or split, do not fit.

    ## Why is this bad?
    `cat` needs equal sizes in all axes but one, `stack` in all of them, and the sections of `split` must add up to the
    size of the axis; otherwise they raise whenever they run.

    ## Example
    ```python
    import torch

    skip, up = torch.randn(1, 64, 56, 56), torch.randn(1, 64, 55, 55)
    merged = torch.cat([skip, up], dim=1)
    ```

    ## Use instead
    ```python
    import torch
    from torch.nn import functional as F

    skip, up = torch.randn(1, 64, 56, 56), torch.randn(1, 64, 55, 55)
    merged = torch.cat([skip, F.pad(up, (0, 1, 0, 1))], dim=1)
    ```
    """
    if event.family in JOINING:
        yield described(event)


@rule("SHP207", "wrong-rank")
def wrong_rank(event: RankMismatch) -> Iterator[Finding]:
    """An operation gets a tensor with a number of axes that it does not take.

    ## Why is this bad?
    The operation raises whenever it runs.

    ## Example
    ```python
    import torch

    batch, weights = torch.randn(16, 8), torch.randn(16, 8, 4)
    out = torch.bmm(batch, weights)
    ```

    ## Use instead
    ```python
    import torch

    batch, weights = torch.randn(16, 8), torch.randn(16, 8, 4)
    out = torch.bmm(batch[:, None], weights)
    ```
    """
    shape = event.shapes[event.operand]
    shown = tuple(map(Shown, event.shapes))
    operation = operation_text(event.operation)
    axes = f"{event.expected} {'axis' if event.expected in ('1', 'at least 1') else 'axes'}"
    if event.family != "index":
        yield Finding(f"`{operation}` takes {axes}, got {shape_text(shape)}", shown)
    elif shape.rank == 0:
        yield Finding("too many indices for (): it is a single number", shown, "`.item()` gives its value")
    else:
        yield Finding(f"too many indices for {shape_text(shape)}: they need {axes}", shown)
