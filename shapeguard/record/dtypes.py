"""The jaxtyping name that takes all dtypes that were seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_KINDS: Final = {
    **dict.fromkeys(("bfloat16", "float16", "float32", "float64"), "Float"),
    **dict.fromkeys(("int8", "int16", "int32", "int64"), "Int"),
    **dict.fromkeys(("uint8", "uint16", "uint32", "uint64"), "UInt"),
    **dict.fromkeys(("complex64", "complex128"), "Complex"),
    "bool": "Bool",
}
_WIDER: Final = (
    ("Integer", {"Int", "UInt"}),
    ("Inexact", {"Float", "Complex"}),
    ("Real", {"Float", "Int", "UInt"}),
    ("Num", {"Float", "Int", "UInt", "Complex"}),
)


def dtype_name(dtypes: Iterable[str]) -> str:
    """`Float` for float16 and float32, `Real` for float32 and int64; `Shaped`, which takes any, where none is closer."""
    kinds = {_KINDS.get(dtype, "Shaped") for dtype in dtypes}
    if len(kinds) == 1:
        return kinds.pop()
    return next((name for name, members in _WIDER if kinds <= members), "Shaped")
