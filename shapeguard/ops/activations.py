"""Activations and dropout: entry by entry, or along an axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.events.axes import ImplicitAxis, MaskedEvenly, NormalisesBatch, NormalisesOne
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.editing import axis_at, checked_dim, replaced
from shapeguard.ops.layer import Layer, report_features
from shapeguard.ops.registry import layer, op
from shapeguard.ops.shuffling import divisible
from shapeguard.ops.units import is_euclidean, scaled
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.batches import is_batch
from shapeguard.shapes.past import Masked, lasting
from shapeguard.shapes.shape import known
from shapeguard.shapes.values import NONE, Number, Tensor, Value
from shapeguard.shapes.values import integer as number

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.shape import Shape

MODULES = [
    "ReLU",
    "ReLU6",
    "RReLU",
    "LeakyReLU",
    "ELU",
    "SELU",
    "CELU",
    "GELU",
    "SiLU",
    "Mish",
    "Sigmoid",
    "Tanh",
    "LogSigmoid",
    "Softplus",
    "Softsign",
    "Softshrink",
    "Hardshrink",
    "Tanhshrink",
    "Hardtanh",
    "Hardswish",
    "Hardsigmoid",
    "Threshold",
    "Dropout",
    "AlphaDropout",
    "FeatureAlphaDropout",
]
FUNCTIONS = [
    "relu",
    "relu6",
    "rrelu",
    "leaky_relu",
    "elu",
    "selu",
    "celu",
    "gelu",
    "silu",
    "mish",
    "sigmoid",
    "tanh",
    "logsigmoid",
    "softplus",
    "softsign",
    "softshrink",
    "hardshrink",
    "tanhshrink",
    "hardtanh",
    "hardswish",
    "hardsigmoid",
    "threshold",
    "dropout",
    "alpha_dropout",
    "feature_alpha_dropout",
]


@layer(*(f"torch.nn.{name}" for name in MODULES))
class Activation(Layer):
    def __init__(self, call: Call, *settings: Value, **options: Value) -> None:
        pass


@op(*(f"torch.nn.functional.{name}{place}" for name in FUNCTIONS for place in ("", "_")))
def activation(call: Call, input: Tensor, *settings: Value, **options: Value) -> Tensor:
    return Tensor(input.shape, input.dtype, lasting(input.past))


DROPOUT_RANKS = {"dropout1d": (2, 3), "Dropout1d": (2, 3)}


@op("torch.nn.functional.dropout1d", "torch.nn.functional.dropout2d", "torch.nn.functional.dropout3d")
def dropout_channels(call: Call, input: Tensor, *settings: Value, **options: Value) -> Tensor:
    """Whole channels are dropped; only the form for one spatial axis insists on the rank."""
    ranks = DROPOUT_RANKS.get(call.name.rpartition(".")[2])
    rank = call.shape(input).rank
    if ranks is not None and rank is not None:
        call.rank_in(input, *ranks)
    return Tensor(input.shape, input.dtype)


@layer("torch.nn.Dropout1d", "torch.nn.Dropout2d", "torch.nn.Dropout3d")
class DropoutChannels(Activation):
    def forward(self, call: Call, input: Tensor) -> Tensor:
        return dropout_channels(call, input)


def checked(call: Call, input: Tensor, axis: Value) -> None:
    """Report an axis that is known and that the tensor does not have."""
    if isinstance(axis, Number) and axis.dim.value is not None:
        checked_dim(call, input, axis.dim.value)


@op(
    "softmax", "log_softmax", "softmin", "torch.special.softmax", "torch.special.log_softmax",
    "torch.nn.functional.softmax", "torch.nn.functional.log_softmax", "torch.nn.functional.softmin",
)  # fmt: skip
def softmax(call: Call, input: Tensor, dim: Value = NONE, *rest: Value, **options: Value) -> Tensor:
    checked(call, input, dim)
    report_batch(call, input, dim)
    axes = call.axes(input) if dim is NONE and call.name.startswith("torch.nn.") else None
    if axes is not None:
        dim = number(0 if len(axes) in (0, 1, 3) else 1)
        if len(axes) > 2:
            call.report(ImplicitAxis(call.name, axes, 0 if len(axes) == 3 else 1))
    return Tensor(_normalised(call, input, dim), "float")


def report_batch(call: Call, input: Tensor, dim: Value) -> None:
    """Report an axis that is asked for to normalise over, is not the last, and is the batch."""
    index = dim.dim.value if isinstance(dim, Number) else None
    shape = call.shape(input)
    axis = None if index is None else shape.axis(index)
    if index is None or axis is None or axis is shape.axis(-1) or axis.is_one:
        return
    others = (other for other in (*shape.leading, *shape.trailing) if other is not axis)
    if _is_batch(call, axis) and not any(_is_batch(call, other) for other in others):
        call.report(NormalisesBatch(call.name, shape, index))


def _is_batch(call: Call, axis: Axis) -> bool:
    return is_batch(axis.resized(call.store.facts.simplify(axis.size)))


def _normalised(call: Call, input: Tensor, dim: Value) -> Shape:
    """The shape, with the axis marked whose entries sum to 1."""
    index = dim.dim.value if isinstance(dim, Number) else None
    shape = call.shape(input)
    axis = None if index is None else shape.axis(index)
    if index is None or axis is None:
        return input.shape
    if axis.is_one:
        call.report(NormalisesOne(call.name, shape, index))
    if isinstance(input.past, Masked) and axis is shape.axis(-1):
        call.report(MaskedEvenly(input.past.operation, (shape, input.past.mask), -1), input.past.site)
    return replaced(call, input, index, Axis(axis.size, Origin.NORMALISED, call.site, axis.factors))


@op("torch.nn.functional.gumbel_softmax")
def gumbel_softmax(
    call: Call, logits: Tensor, tau: Value = NONE, hard: Value = NONE, eps: Value = NONE, dim: Value = number(-1)
) -> Tensor:
    checked(call, logits, dim)
    return Tensor(logits.shape, "float")


@op("torch.nn.functional.normalize")
def normalize(call: Call, input: Tensor, p: Value = NONE, dim: Value = NONE, eps: Value = NONE) -> Tensor:
    if dim is NONE:
        report_features(call, input)
    checked(call, input, number(1) if dim is NONE else dim)
    report_batch(call, input, dim)
    along = number(1) if dim is NONE else dim
    if is_euclidean(p) and isinstance(along, Number) and along.dim.constant is not None:
        return Tensor(scaled(call, input, along.dim.constant), input.dtype)
    return Tensor(input.shape, input.dtype)


@layer("torch.nn.Softmax", "torch.nn.LogSoftmax", "torch.nn.Softmin")
class Softmax(Layer):
    def __init__(self, call: Call, dim: Value = NONE) -> None:
        self.dim = dim

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return softmax(call, input, self.dim)


@layer("torch.nn.Softmax2d")
class Softmax2d(Layer):
    def forward(self, call: Call, input: Tensor) -> Tensor:
        if call.axes(input) is not None:
            call.rank_in(input, 3, 4)
        return Tensor(input.shape, "float")


@op("torch.nn.functional.glu")
def glu(call: Call, input: Tensor, dim: int = -1) -> Tensor:
    """One half gates the other."""
    axis = axis_at(call, input, dim)
    if axis is None:
        call.refuse("a number has no halves", input)
    divisible(call, input, axis.size, constant(2))
    return Tensor(replaced(call, input, dim, axis.resized(call.store.facts.simplify(axis.size // 2))), input.dtype)


@layer("torch.nn.GLU")
class GLU(Layer):
    def __init__(self, call: Call, dim: int = -1) -> None:
        self._dim = dim

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return glu(call, input, self._dim)


def sloped(call: Call, input: Tensor, count: Dim) -> Tensor:
    """One slope for all, or one for each channel (the axis at 1, or the only one)."""
    call.family, call.operands = "layer", (input,)
    lower = call.store.facts.lower(count)
    axes = call.axes(input)
    if axes is not None and lower is not None and lower > 1:
        if not axes:
            call.refuse("a number has no channels", input)
        channels = axes[1].size if len(axes) > 1 else constant(1)
        call.demand(count, channels, "num_parameters", input, 1 - len(axes) if len(axes) > 1 else -1)
    return Tensor(input.shape, input.dtype)


@layer("torch.nn.PReLU")
class PReLU(Layer):
    def __init__(self, call: Call, num_parameters: Dim = constant(1), init: Value = NONE) -> None:
        self.num_parameters = num_parameters
        self.parameter("weight", known((num_parameters,)))

    def forward(self, call: Call, input: Tensor) -> Tensor:
        return sloped(call, input, self.num_parameters)


@op("torch.nn.functional.prelu", "prelu")
def prelu(call: Call, input: Tensor, weight: Tensor) -> Tensor:
    axes = call.axes(weight)
    if axes is None:
        return Tensor(input.shape, input.dtype)
    if len(axes) > 1:
        call.report_rank(weight, "0 or 1")
        raise Unresolved("a weight of another rank")
    return sloped(call, input, axes[0].size if axes else constant(1))
