"""Operations between tensors, entry by entry: the shape is what the operands broadcast to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.axes import SqueezeAll
from shapeguard.events.broadcasting import BroadcastMismatch
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.dtypes import promoted
from shapeguard.ops.following import followed
from shapeguard.ops.registry import op
from shapeguard.ops.units import divided
from shapeguard.shapes.past import Squeezed
from shapeguard.shapes.shape import SCALAR
from shapeguard.shapes.values import NONE, Opaque, Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape
    from shapeguard.shapes.values import Value

ARITHMETIC = [
    "add",
    "sub",
    "subtract",
    "mul",
    "multiply",
    "floor_divide",
    "remainder",
    "fmod",
    "pow",
    "maximum",
    "minimum",
    "fmax",
    "fmin",
    "gcd",
    "lcm",
    "rsub",
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "bitwise_left_shift",
    "bitwise_right_shift",
]
REAL = [
    "true_divide",
    "atan2",
    "arctan2",
    "hypot",
    "copysign",
    "nextafter",
    "ldexp",
    "logaddexp",
    "logaddexp2",
    "xlogy",
    "heaviside",
    "float_power",
    "igamma",
    "igammac",
    "complex",
    "polar",
]
SPECIAL = ["xlog1py", "xlogy", "zeta", "gammainc", "gammaincc"]
POLYNOMIALS = [
    "chebyshev_polynomial_t",
    "chebyshev_polynomial_u",
    "chebyshev_polynomial_v",
    "chebyshev_polynomial_w",
    "hermite_polynomial_h",
    "hermite_polynomial_he",
    "laguerre_polynomial_l",
    "legendre_polynomial_p",
    "shifted_chebyshev_polynomial_t",
    "shifted_chebyshev_polynomial_u",
    "shifted_chebyshev_polynomial_v",
    "shifted_chebyshev_polynomial_w",
]
COMPARISONS = [
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "not_equal",
    "isclose",
    "logical_and",
    "logical_or",
    "logical_xor",
]
OPERATORS = ["add", "sub", "mul", "floordiv", "mod", "pow", "and_", "or_", "xor", "lshift", "rshift"]
COMPARING = ["eq", "ne", "lt", "le", "gt", "ge"]
IN_PLACE = ["add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor", "lshift", "rshift"]


@op(*ARITHMETIC)
def arithmetic(call: Call, input: Value, other: Value, alpha: Value | None = None) -> Tensor:
    return combined(call, tensor(call, input), tensor(call, other))


@op(*REAL, *(f"torch.special.{name}" for name in SPECIAL + POLYNOMIALS))
def real(call: Call, input: Tensor, other: Tensor) -> Tensor:
    return combined(call, input, other, dtype="float")


@op("div", "divide")
def divide(call: Call, input: Tensor, other: Tensor, *, rounding_mode: Value | None = None) -> Tensor:
    return combined(call, input, other, dtype="float" if rounding_mode is None else promoted(input, other))


@op(*COMPARISONS)
def comparison(call: Call, input: Tensor, other: Tensor, rtol: Value | None = None, atol: Value | None = None,
               equal_nan: Value | None = None) -> Tensor:  # fmt: skip
    return combined(call, input, other, dtype="bool")


def combined(call: Call, input: Tensor, *others: Tensor, dtype: str | None = None) -> Tensor:
    """The operands broadcast; what works in place must keep the shape of the first."""
    result = broadcast(call, input, *others)
    squeezed = [operand for operand in (input, *others) if type(operand.past) is Squeezed]
    if len(squeezed) == 1 and result is squeezed[0].shape:
        return Tensor(result, dtype or promoted(input, *others), squeezed[0].past)
    if len(squeezed) == 1 and result.rank != 0:
        _take_back(call, squeezed[0])
    if call.name.endswith("_") and call.name.startswith("torch."):
        return kept_in_place(call, input, result, others[0])
    found = Tensor(result, dtype or promoted(input, *others))
    return followed(call, input, others[0], found) if len(others) == 1 else found


def _take_back(call: Call, squeezed: Tensor) -> None:
    """What lost its batch of one item broadcasts as before to what has one."""
    if call.retract is not None and type(squeezed.past) is Squeezed:
        call.retract(SqueezeAll, squeezed.past.site)


def kept_in_place(call: Call, input: Tensor, result: Shape, other: Tensor) -> Tensor:
    """The receiver of an operation in place, whose shape `result` must have.

    Raises:
        Unresolved: it has not (which is reported).
    """
    before, after = call.axes(input), result.axes
    if before is None or after is None:
        return Tensor(input.shape, input.dtype)
    grown = len(after) if len(after) > len(before) else first_grown(call, before, after)
    if grown is not None:
        call.report(BroadcastMismatch(call.name, (before, call.known_axes(other)), grown))
        raise Unresolved("a result that does not fit in place")
    return Tensor(input.shape, input.dtype)


def first_grown(call: Call, before: tuple[Axis, ...], after: tuple[Axis, ...]) -> int | None:
    """The axis (from the right, from 1) where `after` is larger than `before`."""
    for i, (old, new) in enumerate(zip(before, after, strict=True)):
        if call.store.differ(old.size, new.size):
            return len(before) - i
    return None


@op(*(f"operator.{name}" for name in OPERATORS))
def operator(call: Call, input: Tensor, other: Tensor) -> Tensor:
    """An operator with a tensor on either side."""
    return combined(call, input, other)


@op("operator.truediv")
def true_division(call: Call, input: Tensor, other: Tensor) -> Tensor:
    return combined(call, input, other, dtype="float")


@op(*(f"operator.{name}" for name in COMPARING))
def comparing(call: Call, input: Tensor, other: Tensor) -> Tensor:
    return combined(call, input, other, dtype="bool")


@op(*(f"operator.i{name}" for name in IN_PLACE))
def in_place(call: Call, input: Tensor, other: Tensor) -> Tensor:
    """`x += y`: the result must have the shape of `x`."""
    result = kept_in_place(call, input, broadcast(call, input, other), other)
    return (divided(call, input, other, result) or result) if call.name == "operator.itruediv" else result


@op("addcmul", "addcdiv")
def add_product(call: Call, input: Tensor, tensor1: Tensor, tensor2: Tensor, *, value: Value | None = None) -> Tensor:
    return combined(call, input, tensor1, tensor2)


@op("lerp")
def lerp(call: Call, input: Tensor, end: Tensor, weight: Tensor) -> Tensor:
    return combined(call, input, end, weight)


@op("clamp", "clip")
def clamp(call: Call, input: Tensor, min: Value = NONE, max: Value = NONE) -> Tensor:
    bounds = [_bound(call, bound) for bound in (min, max) if bound is not NONE]
    if not bounds:
        call.refuse("neither a minimum nor a maximum is given", input)
    return combined(call, input, *bounds)


@op("clamp_min")
def clamp_min(call: Call, input: Tensor, min: Value) -> Tensor:
    return combined(call, input, _bound(call, min))


@op("clamp_max")
def clamp_max(call: Call, input: Tensor, max: Value) -> Tensor:
    return combined(call, input, _bound(call, max))


def _bound(call: Call, value: Value) -> Tensor:
    """What values are kept above or below; one of which nothing is known is assumed to be a number."""
    assumed = call.assume and isinstance(value, Opaque) and not value.used_as_tensor
    return Tensor(SCALAR) if assumed else tensor(call, value)


@op("torch.where")
def where(call: Call, condition: Tensor, input: Tensor | None = None, other: Tensor | None = None) -> Value:
    """Entries of one or the other; with a condition alone, the places where it holds."""
    if input is None or other is None:
        from shapeguard.ops.masking import nonzero

        return nonzero(call, condition, as_tuple=True)
    past = None
    if call.axes(other) == ():
        from shapeguard.ops.masking import masked_evenly

        past = masked_evenly(call, input, condition)
    return Tensor(broadcast(call, condition, input, other), promoted(input, other), past)


@op("torch.Tensor.where")
def where_method(call: Call, input: Tensor, condition: Tensor, other: Tensor) -> Tensor:
    return Tensor(broadcast(call, condition, input, other), promoted(input, other))


@op("dist")
def dist(call: Call, input: Tensor, other: Tensor, p: Value | None = None) -> Tensor:
    broadcast(call, input, other)
    return Tensor(SCALAR, "float")


@op("torch.broadcast_tensors", "torch.functional.broadcast_tensors")
def broadcast_tensors(call: Call, *tensors: Value) -> Sequence:
    parts = tensors[0].items if len(tensors) == 1 and isinstance(tensors[0], Sequence) else tensors
    operands = [tensor(call, part) for part in parts]
    shape = broadcast(call, *operands)
    return Sequence([Tensor(shape, part.dtype) for part in operands])
