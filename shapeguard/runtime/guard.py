"""The function that stands in for a decorated one. It reads the annotations at the first call, not before."""

import functools
from collections.abc import Callable, Mapping
from typing import Any, Final

from jaxtyping import config, jaxtyped

from shapeguard.runtime.annotations import resolved_signature
from shapeguard.runtime.enforce import Checker, enforced

GUARD: Final = "__shapeguard__"  # marks a function that is guarded already


def guard(
    function: Callable[..., Any], contracts: Mapping[str, object], typechecker: Checker | None
) -> Callable[..., Any]:
    """`function` behind its checks; `contracts` are axis strings by parameter, as `read_contracts` gives them."""
    if typechecker is None:
        return jaxtyped(function, typechecker=None)

    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if config.jaxtyping_disable or "__no_type_check__" in guarded.__dict__:
            return function(*args, **kwargs)
        return checked()(*args, **kwargs)

    @functools.cache
    def checked() -> Callable[..., Any]:
        return enforced(function, resolved_signature(function, contracts), typechecker)

    setattr(guarded, GUARD, True)
    return guarded
