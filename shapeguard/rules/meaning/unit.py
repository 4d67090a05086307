"""SHP415: cosines of vectors that were scaled along another axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operation_text, shape_text
from shapeguard.shapes.batches import is_batch
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.axes import LengthsOfOther


@rule("SHP415", "scaled-along-other-axis", severity="warning")
def scaled_along_other_axis(event: LengthsOfOther) -> Iterator[Finding]:
    """Vectors have length 1 along another axis than the one that a product of two such tensors sums over.

    ## Why is this bad?
    The product of vectors of length 1 is their cosine, if the sum goes along the vectors. Scaled along the tokens or
    the batch instead, they have any length, and every similarity depends on what else is there. Nothing fails.

    ## Example
    ```python
    import torch
    import torch.nn.functional as F

    def similarity(tokens: torch.Tensor, texts: torch.Tensor):
        (batch, length, dim), (count, _) = tokens.shape, texts.shape
        texts = F.normalize(texts, dim=-1)
        tokens = tokens / tokens.norm(dim=1, keepdim=True)
        return tokens @ texts.t()
    ```

    ## Use instead
    ```python
    import torch
    import torch.nn.functional as F

    def similarity(tokens: torch.Tensor, texts: torch.Tensor):
        (batch, length, dim), (count, _) = tokens.shape, texts.shape
        texts = F.normalize(texts, dim=-1)
        tokens = tokens / tokens.norm(dim=-1, keepdim=True)
        return tokens @ texts.t()
    ```
    """
    if is_batch(event.shape[event.scaled]):
        return  # another finding
    yield Finding(
        f"`{operation_text(event.operation)}` sums over axis {event.summed} of {shape_text(event.shape)}, whose vectors "
        f"have length 1 along axis {event.scaled}, as those of the other operand do along theirs",
        (Shown(Shape(event.shape), (event.scaled, event.summed)),),
        f"scale along the axis that is summed over: `dim={event.summed}`",
    )
