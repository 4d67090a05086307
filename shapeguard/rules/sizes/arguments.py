"""SHP215: sizes made of different arguments of a function that would have to be equal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding, Shown
from shapeguard.rules.registry import rule
from shapeguard.rules.wording import operands_text, operation_text, size_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.parameters import OtherArgument


@rule("SHP215", "other-argument", severity="warning")
def other_argument(event: OtherArgument) -> Iterator[Finding]:
    """Two tensors meet of which one has the size of one integer argument, and the other that of another.

    ## Why is this bad?
    It raises, unless whoever calls the function passes the same number for both; then one argument would do. Mostly an
    axis is missing, so that the two sizes stand in one place. Arguments whose defaults are equal are not reported.

    ## Example
    ```python
    import torch

    def positions(length, dim):
        angles = torch.arange(length) / 10000 ** (torch.arange(dim) / dim)
        return angles.sin()
    ```

    ## Use instead
    ```python
    import torch

    def positions(length, dim):
        angles = torch.arange(length)[:, None] / 10000 ** (torch.arange(dim) / dim)
        return angles.sin()
    ```
    """
    yield Finding(
        f"`{operation_text(event.operation)}` needs `{size_text(event.expected)}` and `{size_text(event.actual)}` to be "
        f"equal, which are made of different arguments{operands_text(event.shapes)}",
        tuple(map(Shown, event.shapes)),
    )
