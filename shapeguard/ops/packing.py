"""Sequences of different lengths in one tensor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import constant
from shapeguard.ops.conversion import Unresolved, dim, tensor
from shapeguard.ops.layer import as_batch, flag
from shapeguard.ops.registry import op
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape
from shapeguard.shapes.values import FALSE, NONE, Record, Repeated, Sequence, Tensor, Value

if TYPE_CHECKING:
    from shapeguard.ops.call import Call

RNN = "torch.nn.utils.rnn"


class Packed(Record):
    """A `PackedSequence`: all steps of all sequences below each other."""

    __slots__ = ("batch",)

    def __init__(self, data: Tensor, steps: Tensor, order: Tensor, batch: Axis) -> None:
        super().__init__(data=data, batch_sizes=steps, sorted_indices=order, unsorted_indices=order)
        self.batch = batch

    def with_features(self, shape: Shape) -> Packed:
        """The same sequences with other features."""
        _, steps, order, _ = self.items
        assert isinstance(steps, Tensor)
        assert isinstance(order, Tensor)
        return Packed(Tensor(shape, "float"), steps, order, self.batch)


def packed(call: Call, batch: Axis, features: tuple[Axis, ...]) -> Packed:
    data = Tensor(Shape((Axis(call.fresh()), *features)), "float")
    return Packed(data, Tensor(Shape((Axis(call.fresh()),)), "int"), Tensor(Shape((batch,)), "int"), batch)


@op(f"{RNN}.pack_padded_sequence")
def pack_padded_sequence(
    call: Call, input: Tensor, lengths: Value, batch_first: Value = FALSE, enforce_sorted: Value = NONE
) -> Value:
    """`(T, B, *)`, or `(B, T, *)`, packed; one length for each sequence."""
    axes = call.known_axes(input)
    first = flag(batch_first)
    if len(axes) < 2 or first is None:
        raise Unresolved("a batch that is not known")
    batch = axes[0 if first else 1]
    if isinstance(lengths, Tensor):
        call.operands = (lengths,)
        call.demand(batch.size, call.rank_in(lengths, 1)[0].size, "the batch", lengths, -1)
    return packed(call, batch, axes[2:])


@op(f"{RNN}.pad_packed_sequence")
def pad_packed_sequence(
    call: Call, sequence: Value, batch_first: Value = FALSE, padding_value: Value = NONE, total_length: Value = NONE
) -> Value:
    """As many steps as the longest sequence has, or `total_length`."""
    first = flag(batch_first)
    if not isinstance(sequence, Packed) or first is None:
        raise Unresolved("sequences that are not known")
    time = Axis(call.fresh() if total_length is NONE else dim(call, total_length))
    data = sequence.items[0]
    assert isinstance(data, Tensor)
    leading = (sequence.batch, time) if first else (time, sequence.batch)
    padded = Tensor(Shape((*leading, *call.known_axes(data)[1:])), data.dtype)
    return Sequence((padded, Tensor(Shape((sequence.batch,)), "int")))


def listed(call: Call, sequences: Value) -> tuple[Axis, tuple[Axis, ...], Axis]:
    """The batch, the features and the longest length of a list of sequences."""
    if isinstance(sequences, Repeated):
        size = call.fresh() if sequences.length is None else sequences.length
        return as_batch(Axis(size)), call.known_axes(tensor(call, sequences.element))[1:], Axis(call.fresh())
    if not isinstance(sequences, Sequence) or not sequences.items:
        raise Unresolved("an unknown number of sequences")
    rows = [call.known_axes(tensor(call, item)) for item in sequences.items]
    if any(not row or len(row) != len(rows[0]) for row in rows):
        raise Unresolved("sequences of different ranks")
    lengths = [row[0].size.value for row in rows]
    longest = max((length for length in lengths if length is not None), default=0)
    time = call.fresh() if None in lengths else constant(longest)
    return as_batch(Axis(constant(len(rows)))), rows[0][1:], Axis(time)


@op(f"{RNN}.pad_sequence")
def pad_sequence(
    call: Call, sequences: Value, batch_first: Value = FALSE, padding_value: Value = NONE, padding_side: Value = NONE
) -> Tensor:
    batch, features, time = listed(call, sequences)
    first = flag(batch_first)
    if first is None:
        raise Unresolved("a batch that is not known")
    return Tensor(Shape((*((batch, time) if first else (time, batch)), *features)), None)


@op(f"{RNN}.pack_sequence")
def pack_sequence(call: Call, sequences: Value, enforce_sorted: Value = NONE) -> Value:
    batch, features, _ = listed(call, sequences)
    return packed(call, batch, features)
