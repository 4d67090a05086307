"""Kinds of numbers: "bool", "int" or "float" where that is certain, else None. They matter where tensors index."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.shapes.values import Library, Literal, Number, Tensor

if TYPE_CHECKING:
    from shapeguard.shapes.values import Value

DTYPES = {
    "bool": "bool", "long": "int", "int": "int", "int8": "int", "int16": "int", "int32": "int", "int64": "int",
    "short": "int", "float": "float", "float16": "float", "float32": "float", "float64": "float",
    "half": "float", "double": "float", "bfloat16": "float", "cfloat": "float", "cdouble": "float", "chalf": "float",
    "complex32": "float", "complex64": "float", "complex128": "float",
}  # fmt: skip
# A tensor of bytes is a mask where it indexes, and a number elsewhere: of no kind for certain.
_ORDER = ("bool", "int", "float")  # a complex number is nothing that indexes either: "float"


def dtype_of(value: Value | None, default: str | None) -> str | None:
    """The kind of number that a `dtype=` argument names."""
    if value is None or (isinstance(value, Literal) and value.value is None):
        return default
    if isinstance(value, Library):
        return DTYPES.get(value.name.rpartition(".")[2])
    return None


def promoted(*tensors: Tensor) -> str | None:
    """The kind of number that arithmetic between the tensors gives."""
    kinds = [tensor.dtype for tensor in tensors]
    if "float" in kinds:
        return "float"
    return None if None in kinds else max((kind for kind in kinds if kind is not None), key=_ORDER.index)


def kind_of_scalar(value: Value) -> str | None:
    """The kind of a Python number."""
    if isinstance(value, Number):
        return "int"
    if isinstance(value, Literal) and isinstance(value.value, (bool, float, complex)):
        return "bool" if isinstance(value.value, bool) else "float"
    return None
