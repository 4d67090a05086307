"""SHP308: `isinstance` with an array annotation under `torch.compile`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding
from shapeguard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import FoldedInstance


@rule("SHP308", "compiled-isinstance", severity="warning")
def compiled_isinstance(event: FoldedInstance) -> Iterator[Finding]:
    """A compiled function tests a tensor with `isinstance(x, Float[...])`, which `torch.compile` takes for false.

    ## Why is this bad?
    The compiler looks at the class of the tensor and never asks the annotation: the test is false for every tensor,
    the other branch is compiled, and `assert isinstance(...)` always fails. Uncompiled, the function does what it says.

    ## Example
    ```python
    import torch
    from jaxtyping import Float
    from torch import Tensor

    @torch.compile
    def pooled(x):
        if isinstance(x, Float[Tensor, "batch length dim"]):
            return x.mean(dim=1)
        return x
    ```

    ## Use instead
    ```python
    import torch

    @torch.compile
    def pooled(x):
        if x.ndim == 3:
            return x.mean(dim=1)
        return x
    ```
    """
    yield Finding(
        f'`isinstance` with the annotation "{event.declared}" is false for every tensor once the function is compiled',
        help="test `x.ndim` and `x.shape`, or annotate a parameter of a function under `@shapeguard.check`",
    )
