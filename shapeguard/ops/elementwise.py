"""Operations on one tensor that leave its shape as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import tensor
from shapeguard.ops.dtypes import DTYPES, dtype_of
from shapeguard.ops.editing import checked_dim
from shapeguard.ops.registry import op
from shapeguard.ops.strides import first
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.past import NEGATED, PACKED, WAVE, Outer, Packed, Total, lasting
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import Record, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.past import Past
    from shapeguard.shapes.values import Value

SAME_KIND = [
    "abs",
    "absolute",
    "neg",
    "negative",
    "positive",
    "sgn",
    "sign",
    "square",
    "relu",
    "clone",
    "detach",
    "nan_to_num",
    "bitwise_not",
    "round",
    "floor",
    "ceil",
    "trunc",
    "fix",
    "frac",
    "conj",
    "conj_physical",
    "resolve_conj",
    "resolve_neg",
    "dropout",
    "alpha_dropout",
    "feature_dropout",
    "feature_alpha_dropout",
    "threshold",
    "real",
    "imag",
    "alias_copy",
    "detach_copy",
    "bernoulli",
    "rrelu",
    "prelu",
    "selu",
    "celu",
    "hardshrink",
    "fill",
    "tril_",
    "triu_",
]
REAL = [
    "acos",
    "acosh",
    "angle",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctanh",
    "asin",
    "asinh",
    "atan",
    "atanh",
    "cos",
    "cosh",
    "deg2rad",
    "digamma",
    "erf",
    "erfc",
    "erfinv",
    "exp",
    "exp2",
    "expm1",
    "i0",
    "lgamma",
    "log",
    "log10",
    "log1p",
    "log2",
    "logit",
    "mvlgamma",
    "rad2deg",
    "reciprocal",
    "rsqrt",
    "sigmoid",
    "sin",
    "sinc",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
]
METHODS = [
    "to",
    "float",
    "double",
    "half",
    "bfloat16",
    "cfloat",
    "cdouble",
    "chalf",
    "cpu",
    "cuda",
    "type",
    "requires_grad_",
    "detach_",
    "zero_",
    "normal_",
    "uniform_",
    "random_",
    "exponential_",
    "geometric_",
    "cauchy_",
    "log_normal_",
    "pin_memory",
    "share_memory_",
    "retain_grad_",
    "rename",
    "fill_diagonal_",
    "apply_",
    "map_",
    "refine_names",
    "exponential",
    "uniform",
    "cauchy",
    "geometric",
    "log_normal",
    "coalesce",
    "to_dense",
    "data",
    "astype",
    "copy",
]
SPECIAL_REAL = [
    "airy_ai",
    "bessel_j0",
    "bessel_j1",
    "bessel_y0",
    "bessel_y1",
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcx",
    "erfinv",
    "exp2",
    "expit",
    "expm1",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log1p",
    "log_ndtr",
    "logit",
    "modified_bessel_i0",
    "modified_bessel_i1",
    "modified_bessel_k0",
    "modified_bessel_k1",
    "multigammaln",
    "ndtr",
    "ndtri",
    "psi",
    "scaled_modified_bessel_k0",
    "scaled_modified_bessel_k1",
    "sinc",
    "spherical_bessel_j0",
    "round",
]
PREDICATES = ["isnan", "isinf", "isfinite", "isposinf", "isneginf", "isreal", "signbit", "logical_not"]
ALONG = ["cumsum", "cumprod", "logcumsumexp"]
TO_INTEGER = ("long", "int", "short", "char")


@op(*SAME_KIND)
def same_kind(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    return Tensor(input.shape, input.dtype, _kept(call.name.rpartition(".")[2].rstrip("_"), input.past))


def _kept(name: str, past: Past | None) -> Past | None:
    """What is still worth knowing of a tensor's past."""
    if name == "square" and isinstance(past, Outer):
        return past._replace(summable=True)
    if (kept := lasting(past)) is not None:
        return kept
    if name in ("neg", "negative", "detach") and isinstance(past, (Outer, Total)):
        return past
    return NEGATED if name in ("neg", "negative") else None


@op(*REAL, *(f"torch.special.{name}" for name in SPECIAL_REAL))
def real(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    wave = WAVE if call.name.rpartition(".")[2] in ("sin", "cos") else None
    return Tensor(input.shape, "float", lasting(input.past) or wave)


@op(*(f"torch.Tensor.{name}" for name in METHODS), "torch.zero_")
def method(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    """Conversions and fillings; a dtype among the arguments counts."""
    name = call.name.rpartition(".")[2]
    named = [dtype_of(value, None) for value in (*rest, *options.values())]
    known = [kind for kind in (DTYPES.get(name), *named) if kind is not None]
    plain = name.endswith("_") or name in ("cpu", "cuda", "pin_memory") or not (rest or options)
    return Tensor(input.shape, known[0] if known else input.dtype if plain else None, lasting(input.past))


@op("torch.Tensor.bool", *PREDICATES)
def predicate(call: Call, input: Tensor, *rest: Value, **options: Value) -> Tensor:
    return Tensor(input.shape, "bool")


@op("isin")
def isin(call: Call, input: Value, test_elements: Value, **options: Value) -> Tensor:
    """Whether each entry of the first occurs in the second."""
    return Tensor(tensor(call, input).shape, "bool")


@op(*(f"torch.Tensor.{name}" for name in TO_INTEGER))
def to_integer(call: Call, input: Tensor, **options: Value) -> Tensor:
    return Tensor(input.shape, "int")


@op(*ALONG)
def along(call: Call, input: Tensor, dim: int | None = None, *rest: Value, **options: Value) -> Tensor:
    """One axis is worked on; the shape stays."""
    if dim is not None:
        checked_dim(call, input, dim)
    kept = call.name.rpartition(".")[2].startswith("cum") and input.dtype != "bool"
    return Tensor(input.shape, input.dtype if kept else None)


@op("contiguous")
def contiguous(call: Call, input: Tensor, **options: Value) -> Tensor:
    moved = first(input)
    return Tensor(input.shape, input.dtype, PACKED if moved is None else Packed(moved))


@op("cummax", "cummin")
def running_extreme(call: Call, input: Tensor, dim: int) -> Record:
    checked_dim(call, input, dim)
    return Record(values=Tensor(input.shape, input.dtype), indices=Tensor(input.shape, "int"))


@op("frexp")
def frexp(call: Call, input: Tensor) -> Record:
    return Record(mantissa=Tensor(input.shape, "float"), exponent=Tensor(input.shape, "int"))


@op("torch.Tensor.polygamma", "torch.Tensor.polygamma_")
def polygamma_method(call: Call, input: Tensor, n: Value) -> Tensor:
    return Tensor(input.shape, "float")


@op("torch.polygamma", "torch.special.polygamma")
def polygamma(call: Call, n: Value, input: Tensor) -> Tensor:
    return Tensor(input.shape, "float")


@op("renorm")
def renorm(call: Call, input: Tensor, p: Value, dim: int, maxnorm: Value) -> Tensor:
    """At least two axes."""
    shape = call.shape(input)
    if shape.rank is not None and shape.rank < 2:
        call.report_rank(input, "at least 2")
        return call.unknown()
    checked_dim(call, input, dim)
    return Tensor(input.shape, input.dtype)


@op("torch.Tensor.type_as", "torch.Tensor.__copy__")
def type_as(call: Call, input: Tensor, other: Tensor | None = None) -> Tensor:
    return Tensor(input.shape, input.dtype if other is None else other.dtype)


@op("torch.nonzero_static", "torch.Tensor.nonzero_static")
def nonzero_static(call: Call, input: Tensor, *, size: Value, fill_value: Value | None = None) -> Tensor:
    """As many rows as asked for, a column for each axis."""
    from shapeguard.ops.conversion import dim

    return Tensor(Shape((Axis(dim(call, size)), Axis(constant(len(call.known_axes(input)))))), "int")
