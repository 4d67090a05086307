"""SHP411: a factor of a matrix that is taken for its transpose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.axes import FactorTransposed


@rule("SHP411", "transposed-factor", severity="warning")
def transposed_factor(event: FactorTransposed) -> Iterator[Finding]:
    """A product of the factors of a singular value decomposition pairs singular values with an axis of the matrix.

    ## Why is this bad?
    The third result of `torch.linalg.svd` is V transposed, that of `torch.svd` is V. Taken for each other, the product
    of the factors is not the matrix, and a rotation made of them is not the best one. Square matrices hide it.

    ## Example
    ```python
    import torch

    def rotation(covariance: torch.Tensor):
        u, s, v = torch.linalg.svd(covariance)
        return v @ u.mT
    ```

    ## Use instead
    ```python
    import torch

    def rotation(covariance: torch.Tensor):
        u, s, vh = torch.linalg.svd(covariance)
        return vh.mT @ u.mT
    ```
    """
    yield Finding(
        f"`{operation_text(event.operation)}` sums over the singular values on one side and over an axis of the matrix "
        "on the other: `torch.linalg.svd` gives V transposed, `torch.svd` gives V",
        tuple(map(Shown, event.shapes)),
        "transpose the factor that stands for V, once",
    )
