"""Values as plain data: of an array its class, dtype and sizes, of a container what is in it, of others the class."""

import sys
from typing import Any, Final

from shapeguard.grammar.observations import Array, Items, Seen

MOST_ITEMS: Final = 32  # of one container; a longer one is known by its class only
_DEEPEST: Final = 4
_LIBRARIES: Final = {("torch", "Tensor"): "torch.Tensor", ("numpy", "ndarray"): "numpy.ndarray"}
_libraries: dict[type, str | None] = {}


class Unobservable(Exception):  # noqa: N818 - says what the call is, which is no error
    """A call whose sizes are no numbers: a compiler or tracer is asking, not the program."""


def seen(value: Any, depth: int = 0) -> Seen:
    """Describe a value.

    Raises:
        Unobservable: it is an array with symbolic sizes.
    """
    kind = type(value)
    if value is None or kind is int:
        return value  # type: ignore[no-any-return]
    library = _libraries[kind] if kind in _libraries else _library(kind)
    if library is not None:
        return _array(value, library)
    if kind is tuple or kind is list:
        if len(value) <= MOST_ITEMS and depth < _DEEPEST:
            return Items("list" if kind is list else "tuple", tuple([seen(item, depth + 1) for item in value]))
    elif kind is dict and len(value) <= MOST_ITEMS and depth < _DEEPEST and all(type(key) is str for key in value):
        return Items("dict", tuple([seen(item, depth + 1) for item in value.values()]))
    return f"{kind.__module__}.{kind.__qualname__}"


def _library(kind: type) -> str | None:
    names = ((base.__module__, base.__qualname__) for base in kind.__mro__)
    return _libraries.setdefault(kind, next((_LIBRARIES[name] for name in names if name in _LIBRARIES), None))


def _array(value: Any, library: str) -> Seen:
    try:
        shape = tuple(value.shape)
        dtype = str(value.dtype).rpartition(".")[2]
    except Exception:  # noqa: BLE001 - a nested tensor has no sizes; a subclass does what it likes
        return f"{type(value).__module__}.{type(value).__qualname__}"
    if any(type(size) is not int for size in shape):
        raise Unobservable
    return Array(library, dtype, shape)


def is_tracing() -> bool:
    """Whether torch is recording a graph, in which looking at a tensor leaves traces."""
    torch = sys.modules.get("torch")
    state = getattr(getattr(torch, "_C", None), "_get_tracing_state", None)
    return state is not None and state() is not None
