"""Operations that work entry by entry: the shape stays, or is what the operands broadcast to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events import BroadcastMismatch
from shapeguard.ops.broadcasting import broadcast
from shapeguard.ops.conversion import Unresolved, tensor
from shapeguard.ops.registry import op
from shapeguard.shapes.values import Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

UNARY = """
abs absolute acos acosh angle arccos arccosh arcsin arcsinh arctan arctanh asin asinh atan atanh bitwise_not ceil conj
cos cosh deg2rad digamma erf erfc erfinv exp exp2 expm1 fix floor frac i0 lgamma log log10 log1p log2 logit mvlgamma
nan_to_num neg negative positive rad2deg reciprocal relu round rsqrt sigmoid sgn sign sin sinc sinh sqrt square tan tanh
trunc clone detach contiguous bernoulli selu celu dropout alpha_dropout feature_dropout rrelu prelu threshold
softmax log_softmax cumsum cumprod logcumsumexp resolve_conj resolve_neg clamp_min clamp_max clip clamp
""".split()
PREDICATES = "isnan isinf isfinite isposinf isneginf isreal signbit logical_not".split()
ACTIVATIONS = """
relu relu6 elu selu celu gelu silu mish leaky_relu prelu rrelu softplus softsign tanhshrink softshrink hardshrink
hardtanh hardswish hardsigmoid logsigmoid threshold sigmoid tanh softmin softmax log_softmax gumbel_softmax normalize
dropout dropout1d dropout2d dropout3d alpha_dropout feature_alpha_dropout relu_ elu_ leaky_relu_ hardtanh_ selu_ celu_
threshold_ rrelu_
""".split()
CONVERSIONS = """
to float double half bfloat16 cpu cuda type type_as requires_grad_ contiguous detach_ zero_ fill_ normal_ uniform_
random_ bernoulli_ exponential_ geometric_ cauchy_ log_normal_ clone pin_memory share_memory_ data_ptr_ retain_grad_
xavier_ masked_fill_ index_fill_ fill_diagonal_ tril triu tril_ triu_ flip_ roll_ copy_ apply_ map_ refine_names
""".split()
BINARY = """
add sub subtract mul multiply div divide true_divide floor_divide remainder fmod pow float_power atan2 arctan2 maximum
minimum fmax fmin hypot copysign nextafter ldexp logaddexp logaddexp2 xlogy heaviside bitwise_and bitwise_or bitwise_xor
bitwise_left_shift bitwise_right_shift gcd lcm rsub
""".split()
COMPARISONS = "eq ne lt le gt ge greater greater_equal less less_equal not_equal isclose logical_and logical_or logical_xor"
OPERATORS = "add sub mul truediv floordiv mod pow and_ or_ xor lshift rshift".split()
COMPARING = "eq ne lt le gt ge".split()
IN_PLACE = "add sub mul truediv floordiv mod pow and or xor lshift rshift".split()


@op(*UNARY, *(f"torch.nn.functional.{name}" for name in ACTIVATIONS), *(f"torch.Tensor.{name}" for name in CONVERSIONS))
def same_shape(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    """An operation that leaves the shape as it is."""
    return Tensor(input.shape, input.dtype)


@op("torch.Tensor.bool", *PREDICATES)
def same_shape_bool(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    return Tensor(input.shape, "bool")


@op("torch.Tensor.long", "torch.Tensor.int", "torch.Tensor.short", "torch.Tensor.char", "torch.Tensor.byte")
def same_shape_int(call: Call, input: Tensor) -> Tensor:
    return Tensor(input.shape, "int")


@op(*BINARY)
def binary(call: Call, input: Tensor, other: Tensor, alpha: Value | None = None) -> Tensor:
    return Tensor(broadcast(call, input, other))


@op(*COMPARISONS.split())
def comparison(call: Call, input: Tensor, other: Tensor, rtol: Value | None = None, atol: Value | None = None) -> Tensor:
    return Tensor(broadcast(call, input, other), "bool")


@op(*(f"operator.{name}" for name in OPERATORS))
def operator(call: Call, input: Value, other: Value) -> Tensor:
    """An operator with a tensor on either side."""
    left, right = _operands(call, input, other)
    dtype = "bool" if left.dtype == right.dtype == "bool" else None
    return Tensor(broadcast(call, left, right), dtype)


@op(*(f"operator.{name}" for name in COMPARING))
def comparing(call: Call, input: Value, other: Value) -> Tensor:
    return Tensor(broadcast(call, *_operands(call, input, other)), "bool")


def _operands(call: Call, left: Value, right: Value) -> tuple[Tensor, Tensor]:
    return tensor(call, left), tensor(call, right)


@op(*(f"operator.i{name}" for name in IN_PLACE))
def in_place(call: Call, input: Tensor, other: Tensor) -> Tensor:
    """`x += y`: the result must have the shape of `x`."""
    result = broadcast(call, input, other)
    before, after = call.axes(input), result.axes
    if before is not None and after is not None:
        _demand_same(call, input, other, before, after)
    return Tensor(input.shape, input.dtype)


def _demand_same(call: Call, input: Tensor, other: Tensor, before: tuple, after: tuple) -> None:  # type: ignore[type-arg]
    extra = len(after) - len(before)
    grown = next((i for i, axis in enumerate(before) if call.store.differ(axis.size, after[i + extra].size)), None)
    if extra or grown is not None:
        axis = len(after) if extra else len(before) - (grown or 0)
        call.report(BroadcastMismatch(call.name, (before, call.known_axes(other)), axis))
        raise Unresolved("a result that does not fit in place")


@op("addcmul", "addcdiv", "lerp", "torch.where", "torch.Tensor.where")
def ternary(call: Call, condition: Tensor, input: Tensor | None = None, other: Tensor | None = None) -> Tensor | None:
    if input is None or other is None:
        return None
    return Tensor(broadcast(call, condition, input, other))


@op("torch.Tensor.masked_fill", "torch.Tensor.masked_fill_", "torch.masked_fill")
def masked_fill(call: Call, input: Tensor, mask: Tensor, value: Value) -> Tensor:
    result = broadcast(call, input, mask)
    return Tensor(result, input.dtype) if result.axes is not None else Tensor(input.shape, input.dtype)
