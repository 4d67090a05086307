"""Axes that belong to an instance: bound by the first call that binds them, held by every method after that."""

from typing import Any, Final

from shapeguard.runtime.errors import ContractError

KEPT_IN: Final = "__shapeguard_axes__"
_NOTHING: Final[dict[str, int]] = {}


def held(instance: Any) -> dict[str, int]:
    """The sizes that `instance` holds, by axis: the dictionary itself.

    Raises:
        ContractError: for an instance that cannot hold anything.
    """
    try:
        sizes: dict[str, int] = instance.__dict__.setdefault(KEPT_IN, {})
    except AttributeError:
        raise ContractError(f"class_axes need a place to be kept: {type(instance).__name__} has no __dict__") from None
    return sizes


def peek(instance: Any) -> dict[str, int]:
    """The same for torch.compile, which would have to write down that a dictionary was made."""
    sizes: dict[str, int] = instance.__dict__.get(KEPT_IN, _NOTHING)
    return sizes
