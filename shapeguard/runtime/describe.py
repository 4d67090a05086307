"""Values and annotations in a few words: shapes, not contents."""

import typing
from typing import Any

from shapeguard.runtime.annotations import is_array

_LONGEST = 40
_ITEMS = 4


def shape_of(value: object) -> tuple[int, ...] | None:
    """The sizes of an array, None for anything else."""
    shape = getattr(value, "shape", None)
    return tuple(shape) if isinstance(shape, tuple) else None


def dtype_of(value: object) -> str:
    return str(getattr(value, "dtype", "")).rpartition(".")[2]


def describe(value: object) -> str:
    """`float32 (2, 3)`, `[float32 (2,), float32 (3,)]`, `None`, `'text'`, or the class of anything else."""
    shape = None if isinstance(value, type) else shape_of(value)
    if shape is not None:
        return f"{dtype_of(value)} {shape}".strip()
    if isinstance(value, dict):
        return _several([f"{key!r}: {describe(item)}" for key, item in _first(value.items())], len(value), "{}")
    if isinstance(value, list | tuple):
        brackets = "[]" if isinstance(value, list) else "()"
        return _several([describe(item) for item in _first(value)], len(value), brackets)
    if value is None or isinstance(value, bool | int | float | complex | str | bytes):
        text = repr(value)
        return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."
    return type(value).__name__


def _first(items: Any) -> list[Any]:
    return [item for item, _ in zip(items, range(_ITEMS), strict=False)]


def _several(parts: list[str], count: int, brackets: str) -> str:
    more = [f"{count - len(parts)} more"] if count > len(parts) else []
    return f"{brackets[0]}{', '.join(parts + more)}{brackets[1]}"


def annotation_text(annotation: Any) -> str:
    """The annotation as it is written in source."""
    if is_array(annotation):
        head, _, axes = annotation.__name__.partition("[")
        return f"{head}[{axes}".replace("'", '"')
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__name__
    if (origin := typing.get_origin(annotation)) is not None and (arguments := typing.get_args(annotation)):
        return _generic_text(origin, arguments)
    return str(annotation).removeprefix("typing.")


def _generic_text(origin: Any, arguments: tuple[Any, ...]) -> str:
    parts = ["..." if a is Ellipsis else annotation_text(a) for a in arguments]
    if origin is typing.Union or getattr(origin, "__name__", "") == "UnionType":
        return " | ".join("None" if part == "NoneType" else part for part in parts)
    return f"{getattr(origin, '__name__', str(origin))}[{', '.join(parts)}]"
