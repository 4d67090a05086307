"""SHP214: two parameters of a constructor that would have to be equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operands_text, operation_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.parameters import OtherParameter


@rule("SHP214", "other-parameter", severity="warning", preview=True)
def other_parameter(event: OtherParameter) -> Iterator[Finding]:
    """What was made for one parameter of the constructor meets what was made for another one.

    ## Why is this bad?
    It raises, unless whoever makes the object passes the same number for both. Typical are layers whose sizes were
    given in the wrong order, or a layer that is left out. Parameters whose defaults are equal are not reported.

    ## Example
    ```python
    import torch
    from torch import nn

    class Decoder(nn.Module):
        def __init__(self, words, dim):
            super().__init__()
            self.norm = nn.LayerNorm(dim)
            self.embed = nn.Embedding(dim, words)

        def forward(self, tokens):
            return self.norm(self.embed(tokens))
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Decoder(nn.Module):
        def __init__(self, words, dim):
            super().__init__()
            self.norm = nn.LayerNorm(dim)
            self.embed = nn.Embedding(words, dim)

        def forward(self, tokens):
            return self.norm(self.embed(tokens))
    ```
    """
    yield Finding(
        f"`{operation_text(event.operation)}` needs `{size_text(event.expected)}` and `{size_text(event.actual)}` to be "
        f"equal, which are two parameters of the constructor{operands_text(event.shapes)}",
        tuple(map(Shown, event.shapes)),
    )
