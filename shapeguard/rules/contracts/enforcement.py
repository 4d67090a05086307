"""SHP306, SHP307: annotations that nothing checks, or nothing holds together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.rules.finding import Finding
from shapeguard.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.events.contracts import NotEnforced, UnboundNames


@rule("SHP306", "unbound-axes", severity="warning")
def unbound_axes(event: UnboundNames) -> Iterator[Finding]:
    """A type checker checks array annotations one by one, so that an axis name may have another size in each.

    ## Why is this bad?
    `typechecked` and `beartype` know nothing of the names in jaxtyping's annotations. Only `jaxtyped(typechecker=...)`,
    or `shapeguard.check`, opens the scope in which a name has one size for the whole call.

    ## Example
    ```python
    from jaxtyping import Float
    from torch import Tensor
    from typeguard import typechecked

    @typechecked
    def weighted(x: Float[Tensor, "batch dim"], weights: Float[Tensor, "batch"]):
        return (x * weights[:, None]).sum(dim=0)
    ```

    ## Use instead
    ```python
    from jaxtyping import Float, jaxtyped
    from torch import Tensor
    from typeguard import typechecked

    @jaxtyped(typechecker=typechecked)
    def weighted(x: Float[Tensor, "batch dim"], weights: Float[Tensor, "batch"]):
        return (x * weights[:, None]).sum(dim=0)
    ```
    """
    names = ", ".join(f"`{name}`" for name in event.names)
    yield Finding(
        f"`{event.checker}` checks each annotation by itself: {names} may have another size in each",
        help=f"`@jaxtyped(typechecker={event.checker})` or `@shapeguard.check` holds the names together",
    )


@rule("SHP307", "unenforced-annotation", severity="warning", preview=True)
def unenforced_annotation(event: NotEnforced) -> Iterator[Finding]:
    """A function has jaxtyping annotations, and no decorator enforces them.

    An import hook may do so from outside, which a single file does not tell.

    ## Why is this bad?
    Annotations that nothing checks drift away from the code.

    ## Example
    ```python
    from jaxtyping import Float
    from torch import Tensor

    def centred(x: Float[Tensor, "batch dim"]):
        return x - x.mean(dim=0)
    ```

    ## Use instead
    ```python
    from jaxtyping import Float
    from shapeguard import check
    from torch import Tensor

    @check
    def centred(x: Float[Tensor, "batch dim"]):
        return x - x.mean(dim=0)
    ```
    """
    yield Finding(
        f"nothing enforces the array annotations of `{event.function}`",
        help="`@shapeguard.check`, or `shapeguard.install_import_hook` for a whole package, does",
    )
