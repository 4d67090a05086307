"""Recurrent networks: a sequence in, a sequence and the last states out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, dim, tensor
from shapeguard.ops.editing import replaced
from shapeguard.ops.layer import Layer, flag, produced, report_sequence_first
from shapeguard.ops.packing import Packed
from shapeguard.ops.registry import layer
from shapeguard.ops.sequences import sequenced
from shapeguard.ops.states import check_state_batch, learn_rank
from shapeguard.ops.windows import at_least
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.shape import Run, Shape
from shapeguard.shapes.values import FALSE, NONE, TRUE, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call

NO_SIZE = constant(0)
ONE_LAYER = constant(1)
STATE_AXES = ("the number of layers", "the number of states", "hidden_size")


class Recurrent(Layer):
    """What `RNN`, `GRU` and `LSTM` share."""

    states = 1

    def _set(
        self, call: Call, sizes: tuple[Dim, Dim, Dim], num_layers: Dim, batch_first: Value, bidirectional: Value
    ) -> None:
        self.input_size, self.hidden_size, self.proj_size = sizes
        self.num_layers, self.batch_first, self.bidirectional = num_layers, batch_first, bidirectional
        self._directions = dim(call, bidirectional) + 1
        if self.proj_size.value is None:
            self._state = call.fresh()
        else:
            self._state = self.proj_size if self.proj_size.value else self.hidden_size
        for name in ("input_size", "hidden_size", "num_layers"):
            at_least(call, getattr(self, name), 1, f"{name} is not positive")
        if self.proj_size.value and call.store.facts.lower(self.proj_size - self.hidden_size) in range(1 << 30):
            call.refuse("proj_size is not smaller than hidden_size")

    def forward(self, call: Call, input: Value, hx: Value = NONE) -> Value:
        call.family = "layer"
        if isinstance(input, Packed):
            data = input.items[0]
            assert isinstance(data, Tensor)
            call.operands = (data,)
            (_, features) = call.rank_in(data, 2)
            call.demand(self.input_size, features.size, "input_size", data, -1)
            out: Value = input.with_features(replaced(call, data, -1, self._features(call)))
            return Sequence((out, self._last(call, Shape((input.batch,)), hx)))
        x = tensor(call, input)
        call.operands = (x,)
        learn_rank(call, x, hx)
        call.assume_rank(x, 3)
        shape = call.shape(x)
        if shape.rank is not None or shape.minimum_rank > 2:
            shape = Shape(call.rank_in(x, 2, 3))
        report_sequence_first(call, x, flag(self.batch_first))
        shape = call.store.grow(shape, 0, 1)
        last = shape.axis(-1)
        if last is not None:
            call.demand(self.input_size, last.size, "input_size", x, -1)
        check_state_batch(call, x, hx, flag(self.batch_first))
        out = Tensor(self._output(call, x, shape), "float")
        out = sequenced(call, x, out, flag(self.batch_first), attends=False)
        return Sequence((out, self._last(call, self._batch(call, shape), hx)))

    def _features(self, call: Call) -> Axis:
        return produced(call, call.store.facts.simplify(self._directions * self._state))

    def _output(self, call: Call, x: Tensor, shape: Shape) -> Shape:
        if shape.run is not None and not shape.trailing:
            return Shape((), Run(), (self._features(call),))
        return replaced(call, x, -1, self._features(call))

    def _batch(self, call: Call, shape: Shape) -> Shape:
        """The axes of a state between its layers and its features."""
        if shape.axes is None:
            return Shape((), Run())
        if len(shape.axes) == 2:
            return Shape(())
        first = flag(self.batch_first)
        return Shape((Axis(call.fresh()) if first is None else shape.axes[0 if first else 1],))

    def _last(self, call: Call, batch: Shape, hx: Value) -> Value:
        """The last states, which the first ones, where given, must look like."""
        count = Axis(call.store.facts.simplify(self._directions * self.num_layers), Origin.LAYER, call.site)
        sizes = (self._state, self.hidden_size)[: self.states]
        shapes = [batch.with_axes((count, *batch.leading), (*batch.trailing, Axis(size))) for size in sizes]
        given = hx.items if isinstance(hx, Sequence) else (hx,)
        for value, shape in zip(given, shapes, strict=False):
            if isinstance(value, Tensor):
                demand_state(call, value, shape)
        states = [Tensor(shape, "float") for shape in shapes]
        return states[0] if len(states) == 1 else Sequence(states)


def demand_state(call: Call, state: Tensor, expected: Shape) -> None:
    axes = call.axes(state)
    if axes is None or expected.axes is None:
        return
    call.operands = (*call.operands, state)
    if len(axes) != len(expected.axes):
        call.report_rank(state, str(len(expected.axes)))
        raise Unresolved("a state of another rank")
    names = STATE_AXES[-len(axes) :]
    for index, (name, wanted, axis) in enumerate(zip(names, expected.axes, axes, strict=True)):
        call.demand(wanted.size, axis.size, name, state, index - len(axes))


@layer("torch.nn.RNN")
class RNN(Recurrent):
    def __init__(
        self, call: Call, input_size: Dim, hidden_size: Dim, num_layers: Dim = ONE_LAYER, nonlinearity: Value = NONE,
        bias: Value = TRUE, batch_first: Value = FALSE, dropout: Value = NONE, bidirectional: Value = FALSE,
    ) -> None:  # fmt: skip
        self._set(call, (input_size, hidden_size, NO_SIZE), num_layers, batch_first, bidirectional)


@layer("torch.nn.GRU")
class GRU(Recurrent):
    def __init__(
        self, call: Call, input_size: Dim, hidden_size: Dim, num_layers: Dim = ONE_LAYER, bias: Value = TRUE,
        batch_first: Value = FALSE, dropout: Value = NONE, bidirectional: Value = FALSE,
    ) -> None:  # fmt: skip
        self._set(call, (input_size, hidden_size, NO_SIZE), num_layers, batch_first, bidirectional)


@layer("torch.nn.LSTM")
class LSTM(Recurrent):
    states = 2

    def __init__(
        self, call: Call, input_size: Dim, hidden_size: Dim, num_layers: Dim = ONE_LAYER, bias: Value = TRUE,
        batch_first: Value = FALSE, dropout: Value = NONE, bidirectional: Value = FALSE, proj_size: Dim = NO_SIZE,
    ) -> None:  # fmt: skip
        self._set(call, (input_size, hidden_size, proj_size), num_layers, batch_first, bidirectional)


@layer("torch.nn.RNNCell", "torch.nn.GRUCell")
class Cell(Layer):
    """One step."""

    states = 1

    def __init__(self, call: Call, input_size: Dim, hidden_size: Dim, *rest: Value, **options: Value) -> None:
        self.input_size, self.hidden_size = input_size, hidden_size

    def forward(self, call: Call, input: Tensor, hx: Value = NONE) -> Value:
        call.family, call.operands = "layer", (input,)
        shape = call.shape(input)
        if shape.rank is not None or shape.minimum_rank > 1:
            shape = Shape(call.rank_in(input, 1, 2))
        shape = call.store.grow(shape, 0, 1)
        features = shape.axis(-1)
        if features is None:
            raise Unresolved("a tensor of unknown rank")
        call.demand(self.input_size, features.size, "input_size", input, -1)
        result = Tensor(replaced(call, input, -1, produced(call, self.hidden_size)), "float")
        for value in hx.items if isinstance(hx, Sequence) else (hx,):
            if isinstance(value, Tensor):
                demand_state(call, value, call.shape(result))
        return result if self.states == 1 else Sequence((result, result))


@layer("torch.nn.LSTMCell")
class LSTMCell(Cell):
    states = 2
