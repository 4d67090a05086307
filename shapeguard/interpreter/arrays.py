"""Arrays of numpy among tensors: the same shapes, but methods of their own."""

from __future__ import annotations

from shapeguard.interpreter.values import Bound
from shapeguard.ops.registry import OPERATIONS
from shapeguard.shapes.past import OF_NUMPY
from shapeguard.shapes.values import Computed, Library, Opaque, Tensor, Value

# Attributes of which those of tensors tell the same.
ALIKE = frozenset(["T", "ndim", "dtype", "reshape", "flatten", "squeeze", "swapaxes", "item", "real", "imag", "astype"])


def told_apart(name: str, args: list[Value], result: Tensor) -> Tensor:
    """The result of an operation, marked where it may be an array of numpy."""
    if name.startswith("operator."):
        is_array = any(map(_is_array, args))
    elif name.startswith("torch.Tensor.") and args and _is_array(args[0]):
        is_array = True
    else:
        is_array = name.startswith("numpy.") or name == "torch.Tensor.numpy"
    if is_array:
        return result if result.past is OF_NUMPY else Tensor(result.shape, result.dtype, OF_NUMPY)
    return Tensor(result.shape, result.dtype) if result.past is OF_NUMPY else result


def _is_array(value: Value) -> bool:
    return isinstance(value, Tensor) and value.past is OF_NUMPY


def array_attribute(value: Tensor, name: str) -> Value | None:
    """The attribute of an array, as far as numpy's functions know it; None where it is as that of a tensor."""
    if name in ALIKE:
        return None
    for path in (f"numpy.ndarray.{name}", f"numpy.{name}"):
        if path in OPERATIONS:
            return Bound(Library(path), value)
    return Computed() if name == "size" else Opaque(reason=f"{name} of an array")
