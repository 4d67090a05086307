"""SHP304: an argument that is not as the called function declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import breach_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import ArgumentMismatch


@rule("SHP304", "argument-mismatch")
def argument_mismatch(event: ArgumentMismatch) -> Iterator[Finding]:
    """A call passes another shape than the function declares, or one that breaks an axis shared by two arguments.

    ## Why is this bad?
    Where something enforces the annotation, the call raises whenever it runs; where nothing does, the function works on
    shapes that it was not written for.

    ## Example
    ```python
    import torch
    from jaxtyping import Float
    from shapeguard import check
    from torch import Tensor

    @check
    def scores(queries: Float[Tensor, "n dim"], keys: Float[Tensor, "m dim"]) -> Float[Tensor, "n m"]:
        return queries @ keys.mT

    scores(torch.randn(10, 64), torch.randn(64, 12))
    ```

    ## Use instead
    ```python
    import torch
    from jaxtyping import Float
    from shapeguard import check
    from torch import Tensor

    @check
    def scores(queries: Float[Tensor, "n dim"], keys: Float[Tensor, "m dim"]) -> Float[Tensor, "n m"]:
        return queries @ keys.mT

    scores(torch.randn(10, 64), torch.randn(12, 64))
    ```
    """
    yield Finding(
        f'`{event.function}` declares `{event.parameter}` as "{event.declared}", and gets {shape_text(event.shape)}: '
        f"{breach_text(event.breach)}",
        (Shown(event.shape, () if event.breach.axis is None else (event.breach.axis,)),),
    )
