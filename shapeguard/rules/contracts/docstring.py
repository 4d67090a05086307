"""SHP309, SHP310: docstrings and comments that speak of other shapes than the code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import ClaimRefused, DocstringMismatch


@rule("SHP309", "docstring-mismatch", severity="warning")
def docstring_mismatch(event: DocstringMismatch) -> Iterator[Finding]:
    """A docstring states another shape of the result than the function returns.

    ## Why is this bad?
    Callers build on what the docstring says. Either it is out of date, or the function does not do what its author had
    in mind.

    ## Example
    ```python
    import torch

    def corners(boxes: torch.Tensor):
        \"\"\"The corners of boxes.

        :returns: a tensor of shape (N, 4, 3)
        \"\"\"
        n, _ = boxes.shape
        return boxes.new_zeros(n, 8, 3)
    ```

    ## Use instead
    ```python
    import torch

    def corners(boxes: torch.Tensor):
        \"\"\"The corners of boxes.

        :returns: a tensor of shape (N, 8, 3)
        \"\"\"
        n, _ = boxes.shape
        return boxes.new_zeros(n, 8, 3)
    ```
    """
    yield Finding(
        f"the docstring says that the result is ({event.claim}), it is {shape_text(event.shape)}: {event.reason}",
        (Shown(event.shape),),
    )


@rule("SHP310", "argument-docstring-mismatch", severity="warning")
def argument_docstring_mismatch(event: ClaimRefused) -> Iterator[Finding]:
    """A docstring or comment gives an argument other axes than the code takes it to have.

    ## Why is this bad?
    Whoever calls the function as it is documented gets an error from its inside.

    ## Example
    ```python
    import torch

    def pooled(
        x: torch.Tensor,  # (batch, channels, height, width)
    ):
        batch, length, dim = x.shape
        return x.sum(dim=1) / length
    ```

    ## Use instead
    ```python
    import torch

    def pooled(
        x: torch.Tensor,  # (batch, length, dim)
    ):
        batch, length, dim = x.shape
        return x.sum(dim=1) / length
    ```
    """
    yield Finding(
        f"an argument is documented as {shape_text(event.shape)}, but {event.reason}",
        (Shown(event.shape),),
    )
