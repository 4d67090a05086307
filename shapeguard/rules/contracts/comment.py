"""SHP301: a shape comment that the code contradicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import shape_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import ClaimMismatch


@rule("SHP301", "comment-mismatch", severity="warning")
def comment_mismatch(event: ClaimMismatch) -> Iterator[Finding]:
    """A comment states another shape than the value has.

    ## Why is this bad?
    Whoever reads the comment builds on a shape that is not there. Either the comment is out of date, or the code
    does not do what its author had in mind.

    ## Example
    ```python
    import torch

    x = torch.FloatTensor([[1, 2]])  # |x| = (2, 2)
    ```

    ## Use instead
    ```python
    import torch

    x = torch.FloatTensor([[1, 2]])  # |x| = (1, 2)
    ```
    """
    yield Finding(
        f"the comment says ({event.claim}), the value has the shape {shape_text(event.shape)}: {event.reason}",
        (Shown(event.shape),),
    )
