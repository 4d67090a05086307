"""SHP303: a result that is not as the signature declares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import breach_text, shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import ReturnMismatch


@rule("SHP303", "return-mismatch")
def return_mismatch(event: ReturnMismatch) -> Iterator[Finding]:
    """A function returns another shape than its annotation declares.

    ## Why is this bad?
    Where something enforces the annotation, every call raises; where nothing does, callers rely on a shape that is not
    there. Sizes that arguments name differently are different: a caller may choose them so.

    ## Example
    ```python
    from jaxtyping import Float
    from shapeguard import check
    from torch import Tensor

    @check
    def total(x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch"]:
        return x.sum(dim=1, keepdim=True)
    ```

    ## Use instead
    ```python
    from jaxtyping import Float
    from shapeguard import check
    from torch import Tensor

    @check
    def total(x: Float[Tensor, "batch dim"]) -> Float[Tensor, "batch"]:
        return x.sum(dim=1)
    ```
    """
    yield Finding(
        f'the result is declared as "{event.declared}", and is {shape_text(event.shape)}: {breach_text(event.breach)}',
        (Shown(event.shape, () if event.breach.axis is None else (event.breach.axis,)),),
    )
