"""Affine maps of the last axis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.demands import demand_expands, demand_shape
from shapeguard.ops.layer import Layer, produced
from shapeguard.ops.registry import layer, op
from shapeguard.ops.signatures import Bindings, build, match
from shapeguard.shapes.past import PACKED
from shapeguard.shapes.shape import known
from shapeguard.shapes.values import TRUE, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call


@layer("torch.nn.Linear", "torch.nn.modules.linear.NonDynamicallyQuantizableLinear")
class Linear(Layer):
    def __init__(self, call: Call, in_features: Dim, out_features: Dim, bias: Value = TRUE) -> None:
        self.in_features = in_features
        self.out_features = out_features
        self.parameter("weight", known((out_features, in_features)))
        self.parameter("bias", known((out_features,)))

    def forward(self, call: Call, input: Tensor) -> Tensor:
        call.family, call.operands = "layer", (input,)
        bindings = match(call, input, "*batch in_features", Bindings(in_features=self.in_features))
        bindings.axes["out_features"] = produced(call, self.out_features)
        return Tensor(build("*batch out_features", bindings), "float", PACKED)


@layer("torch.nn.LazyLinear")
class LazyLinear(Linear):
    """The first input decides `in_features`."""

    def __init__(self, call: Call, out_features: Dim, bias: Value = TRUE) -> None:
        super().__init__(call, call.fresh(), out_features, bias)


@layer("torch.nn.Bilinear")
class Bilinear(Layer):
    def __init__(self, call: Call, in1_features: Dim, in2_features: Dim, out_features: Dim, bias: Value = TRUE) -> None:
        self.in1_features = in1_features
        self.in2_features = in2_features
        self.out_features = out_features
        self.parameter("weight", known((out_features, in1_features, in2_features)))
        self.parameter("bias", known((out_features,)))

    def forward(self, call: Call, input1: Tensor, input2: Tensor) -> Tensor:  # type: ignore[override]
        call.family, call.operands = "layer", (input1, input2)
        bindings = Bindings(in1_features=self.in1_features, in2_features=self.in2_features)
        match(call, input1, "*batch in1_features", bindings)
        match(call, input2, "*batch in2_features", bindings)
        bindings.axes["out_features"] = produced(call, self.out_features)
        return Tensor(build("*batch out_features", bindings), "float")


@layer("torch.nn.Identity")
class Identity(Layer):
    def __init__(self, call: Call, *args: Value, **options: Value) -> None:
        pass


def _refuse_for_a_vector(call: Call, input: Tensor, weight: Tensor, bias: Tensor) -> None:
    """Torch adds a number to what a weight with one axis makes, and to a matrix not even that."""
    rank, added = call.shape(input).rank, call.shape(bias).rank
    if added:
        call.refuse("a weight with one axis takes no bias but a number", weight, bias)
    elif rank == 2 and added == 0:
        call.refuse("a weight with one axis takes no bias for an input with two axes", input, weight, bias)


@op("torch.nn.functional.linear")
def linear(call: Call, input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """A weight with one axis makes one number of the last axis."""
    call.family, call.operands = "layer", (input, weight)
    shape = call.shape(weight)
    if shape.rank is None and shape.minimum_rank < 2:
        raise Unresolved("a weight of unknown rank")
    if shape.rank == 1:
        bindings = match(call, weight, "in_features", Bindings())
        if bias is not None:
            _refuse_for_a_vector(call, input, weight, bias)
        return Tensor(build("*batch", match(call, input, "*batch in_features", bindings)), "float")
    bindings = match(call, weight, "out_features in_features", Bindings())
    match(call, input, "*batch in_features", bindings)
    result = build("*batch out_features", bindings)
    if bias is not None and result.axes is not None:
        call.operands = (bias,)
        demand_expands(call, bias, result.axes, "the shape of the result")
    return Tensor(result, "float")


@op("torch.nn.functional.bilinear")
def bilinear(call: Call, input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    call.family, call.operands = "layer", (input1, input2, weight)
    bindings = match(call, weight, "out_features in1_features in2_features", Bindings())
    match(call, input1, "*batch in1_features", bindings)
    match(call, input2, "*batch in2_features", bindings)
    if bias is not None:
        call.operands = (weight, bias)
        demand_shape(call, bias, (bindings.axes["out_features"],), "out_features")
    return Tensor(build("*batch out_features", bindings), "float")
