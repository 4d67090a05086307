"""SHP216: defaults of a constructor that do not go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operands_text, operation_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.parameters import UnequalDefaults


@rule("SHP216", "unequal-defaults")
def unequal_defaults(event: UnequalDefaults) -> Iterator[Finding]:
    """An object that is made with the defaults of its constructor needs one size, and gets another.

    ## Why is this bad?
    It raises whenever nothing else is passed. Typical are layers whose sizes were given in the wrong order, or that
    were made for another parameter of the constructor.

    ## Example
    ```python
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self, width=512, hidden=2048):
            super().__init__()
            self.first = nn.Linear(width, hidden)
            self.second = nn.Linear(width, hidden)

        def forward(self, x):
            return self.second(self.first(x).relu())
    ```

    ## Use instead
    ```python
    import torch
    from torch import nn

    class Encoder(nn.Module):
        def __init__(self, width=512, hidden=2048):
            super().__init__()
            self.first = nn.Linear(width, hidden)
            self.second = nn.Linear(hidden, width)

        def forward(self, x):
            return self.second(self.first(x).relu())
    ```
    """
    yield Finding(
        f"`{operation_text(event.operation)}` needs {size_text(event.expected)} and gets {size_text(event.actual)} where "
        f"`{event.owner}` has its defaults{operands_text(event.shapes)}",
        tuple(map(Shown, event.shapes)),
    )
