"""SHP305: a name that is given another shape than it is annotated with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import breach_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import AnnotationMismatch


@rule("SHP305", "annotation-mismatch")
def annotation_mismatch(event: AnnotationMismatch) -> Iterator[Finding]:
    """A name in a function is annotated with another shape than it is given.

    ## Why is this bad?
    `@check(locals=True)` and jaxtyping's import hook raise here; without them readers build on a shape that is not
    there.

    ## Example
    ```python
    import torch
    from jaxtyping import Float
    from torch import Tensor

    def spread(x: Float[Tensor, "batch dim"]):
        mean: Float[Tensor, "batch"] = x.mean(dim=1, keepdim=True)
        return (x - mean).abs().mean()
    ```

    ## Use instead
    ```python
    import torch
    from jaxtyping import Float
    from torch import Tensor

    def spread(x: Float[Tensor, "batch dim"]):
        mean: Float[Tensor, "batch 1"] = x.mean(dim=1, keepdim=True)
        return (x - mean).abs().mean()
    ```
    """
    yield Finding(
        f'the annotation says "{event.declared}", the value is {shape_text(event.shape)}: {breach_text(event.breach)}',
        (Shown(event.shape, () if event.breach.axis is None else (event.breach.axis,)),),
    )
