"""numpy's functions on arrays, which are tensors here; numbers give numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.axes import movedim as moveaxis
from shapeguard.ops.axes import ordered, transpose
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.creation import kind_of, nested
from shapeguard.ops.editing import checked_dim, inserted
from shapeguard.ops.expanding import expanded, tile
from shapeguard.ops.joining import cat, hstack, stack, vstack
from shapeguard.ops.matmul import matmul
from shapeguard.ops.reduction import reduced
from shapeguard.ops.registry import op
from shapeguard.ops.reshaping import joined, reshaped
from shapeguard.ops.splitting import repeat_interleave
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import SCALAR, Shape
from shapeguard.shapes.values import Computed, Literal, Number, Opaque, Repeated, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.ops.conversion import Axes

ENTRYWISE = [
    "sqrt", "exp", "log", "log2", "log10", "log1p", "expm1", "sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh",
    "cosh", "tanh", "square", "reciprocal", "radians", "deg2rad", "cbrt", "nan_to_num", "float32", "float64", "float16",
]  # fmt: skip
KIND_KEPT = [
    "abs",
    "absolute",
    "negative",
    "floor",
    "ceil",
    "round",
    "rint",
    "sign",
    "clip",
    "conj",
    "real",
    "asanyarray",
]
PREDICATES = ["isnan", "isinf", "isfinite", "logical_not"]
PAIRWISE = [
    "add", "subtract", "multiply", "divide", "true_divide", "floor_divide", "power", "maximum", "minimum", "mod",
    "remainder", "arctan2", "hypot", "fmax", "fmin",
]  # fmt: skip
COMPARING = [
    "equal", "not_equal", "less", "less_equal", "greater", "greater_equal", "isclose", "logical_and", "logical_or",
    "logical_xor",
]  # fmt: skip
REDUCING = {
    "mean": "float", "std": "float", "var": "float", "median": "float", "nanmean": "float", "sum": None, "max": None,
    "min": None, "amax": None, "amin": None, "nansum": None, "nanmax": None, "nanmin": None, "all": "bool",
    "any": "bool", "argmax": "int", "argmin": "int", "count_nonzero": "int",
}  # fmt: skip
INTEGERS = ["int64", "int32", "int16", "int8", "uint8"]

op("numpy.concatenate")(cat)
op("numpy.stack")(stack)
op("numpy.vstack")(vstack)
op("numpy.hstack")(hstack)
op("numpy.swapaxes")(transpose)
op("numpy.moveaxis")(moveaxis)
op("numpy.tile")(tile)


def array(call: Call, value: Value) -> Tensor:
    """A value as numpy sees it: lists are arrays."""
    if isinstance(value, (Sequence, Repeated)):
        return Tensor(nested(call, value), kind_of(value))
    return tensor(call, value)


def entrywise(call: Call, value: Value, kind: str | None) -> Value:
    if isinstance(value, (Number, Literal, Opaque)):
        return Computed(value)
    made = array(call, value)
    return Tensor(made.shape, kind or made.dtype)


@op(*(f"numpy.{name}" for name in ENTRYWISE))
def real(call: Call, x: Value, *rest: Value, **options: Value) -> Value:
    return entrywise(call, x, "float")


@op(*(f"numpy.{name}" for name in KIND_KEPT))
def same_kind(call: Call, x: Value, *rest: Value, **options: Value) -> Value:
    return entrywise(call, x, None)


@op(*(f"numpy.{name}" for name in INTEGERS))
def to_integer(call: Call, x: Value) -> Value:
    return x if isinstance(x, Number) else entrywise(call, x, "int")


@op(*(f"numpy.{name}" for name in PREDICATES))
def predicate(call: Call, x: Value, *rest: Value, **options: Value) -> Value:
    return entrywise(call, x, "bool")


@op(*(f"numpy.{name}" for name in (*PAIRWISE, *COMPARING)))
def pairwise(call: Call, x1: Value, x2: Value, *rest: Value, **options: Value) -> Value:
    if all(isinstance(value, (Number, Literal, Opaque)) for value in (x1, x2)):
        return Computed(x1, x2)
    kind = "bool" if call.name.rpartition(".")[2] in COMPARING else None
    return Tensor(broadcast(call, array(call, x1), array(call, x2)), kind)


@op("numpy.where")
def where(call: Call, condition: Value, *choices: Value) -> Tensor:
    """With two choices they all broadcast; alone, the condition gives indices."""
    if len(choices) != 2:
        raise Unresolved("as many indices as there are entries that hold")
    return Tensor(broadcast(call, *(array(call, value) for value in (condition, *choices))))


@op(*(f"numpy.{name}" for name in REDUCING))
def reduction(
    call: Call, a: Value, axis: Axes | None = None, *rest: Value, keepdims: bool = False, **options: Value
) -> Tensor:
    return Tensor(reduced(call, array(call, a), axis, keepdims), REDUCING[call.name.rpartition(".")[2]])


@op("numpy.average")
def average(call: Call, a: Value, axis: Axes | None = None, *rest: Value, **options: Value) -> Tensor:
    return Tensor(reduced(call, array(call, a), axis, keepdim=False), "float")


@op("numpy.linalg.norm")
def norm(call: Call, x: Value, ord: Value | None = None, axis: Axes | None = None, keepdims: bool = False) -> Tensor:
    return Tensor(reduced(call, array(call, x), axis, keepdims), "float")


@op("numpy.cumsum", "numpy.cumprod")
def running(call: Call, a: Value, axis: int | None = None, *rest: Value, **options: Value) -> Tensor:
    """Without an axis, of all entries in a row."""
    made = array(call, a)
    if axis is None:
        return _in_a_row(call, made)
    checked_dim(call, made, axis)
    return made


def _in_a_row(call: Call, made: Tensor) -> Tensor:
    return Tensor(reshaped(call, made, Shape((Axis(constant(-1)),))), made.dtype)


@op("numpy.sort", "numpy.argsort", "numpy.flip", "numpy.roll")
def reordered(call: Call, a: Value, *rest: Value, **options: Value) -> Tensor:
    made = array(call, a)
    return Tensor(made.shape, "int" if call.name.endswith("argsort") else made.dtype)


@op("numpy.reshape")
def reshape(call: Call, a: Value, shape: Shape, *rest: Value, **options: Value) -> Tensor:
    made = array(call, a)
    return Tensor(reshaped(call, made, shape), made.dtype)


@op("numpy.ravel")
def ravel(call: Call, a: Value, *rest: Value) -> Tensor:
    return _in_a_row(call, array(call, a))


@op("numpy.transpose")
def transposed(call: Call, a: Value, axes: Axes | None = None) -> Tensor:
    """Backwards where no order is given."""
    made = array(call, a)
    return ordered(call, made, tuple(reversed(range(len(call.known_axes(made))))) if axes is None else axes)


@op("numpy.ndarray.transpose")
def method_transpose(call: Call, input: Tensor, *axes: Axes) -> Tensor:
    """The same as a method, which takes the order in one piece or in several."""
    return transposed(call, input, tuple(index for group in axes for index in group) if axes else None)


@op("numpy.dot", "numpy.matmul")
def dot(call: Call, a: Value, b: Value) -> Tensor:
    """Vectors and matrices multiply alike; where there are more axes, `dot` pairs the last with the last but one."""
    left, right = array(call, a), array(call, b)
    if call.name.endswith("dot") and not {len(call.known_axes(left)), len(call.known_axes(right))} <= {1, 2}:
        raise Unresolved("a product over other axes")
    return matmul(call, left, right)


@op("numpy.expand_dims")
def expand_dims(call: Call, a: Value, axis: int) -> Tensor:
    made = array(call, a)
    return Tensor(inserted(call, made, axis, Axis(constant(1), Origin.INSERTED, call.site)), made.dtype)


@op("numpy.broadcast_to")
def broadcast_to(call: Call, input: Tensor, shape: Shape) -> Tensor:
    return Tensor(expanded(call, input, shape), input.dtype)


@op("numpy.repeat")
def repeat(call: Call, a: Value, repeats: Value, axis: int | None = None) -> Tensor:
    """Each entry several times, along an axis or all in a row."""
    return repeat_interleave(call, array(call, a), repeats, axis)


@op("numpy.array_equal", "numpy.allclose", "numpy.isscalar")
def judged(call: Call, *values: Value, **options: Value) -> Value:
    return Opaque(reason="a condition")


@op("numpy.random.choice")
def choice(call: Call, a: Value, size: Shape = SCALAR, *rest: Value, **options: Value) -> Tensor:
    """Entries that are drawn: so many."""
    inner = call.known_axes(a)[1:] if isinstance(a, Tensor) else ()
    return Tensor(joined((size, Shape(inner))), "int" if isinstance(a, Number) else None)
