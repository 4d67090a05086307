"""SHP302: an annotation whose text is no shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding
from shapeguard.rules.registry import rule
from shapeguard.rules.repair import Repair, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import InvalidAnnotation


@rule("SHP302", "invalid-annotation", fix="safe")
def invalid_annotation(event: InvalidAnnotation) -> Iterator[Finding]:
    """The text of an array annotation, or of a decorator's shape, cannot be read.

    ## Why is this bad?
    jaxtyping raises as soon as the annotation is evaluated, `shapeguard.check` at the first call. Where annotations are
    never evaluated, as after `from __future__ import annotations`, nothing is checked and readers are misled.

    ## Example
    ```python
    from jaxtyping import Float
    from torch import Tensor

    def normalised(x: Float[Tensor, "batch, dim"]):
        return x / x.norm(dim=-1, keepdim=True)
    ```

    ## Use instead
    ```python
    from jaxtyping import Float
    from torch import Tensor

    def normalised(x: Float[Tensor, "batch dim"]):
        return x / x.norm(dim=-1, keepdim=True)
    ```
    """
    repair = None if event.repaired is None else Repair(Text(event.repaired), "is what jaxtyping reads")
    yield Finding(f"`{event.text}` is no shape: {event.reason}", repair=repair)
