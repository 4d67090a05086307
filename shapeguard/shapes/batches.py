"""What the names of sizes say: a batch is called a batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.shapes.axis import Origin

if TYPE_CHECKING:
    from shapeguard.shapes.axis import Axis

BATCH = frozenset(["b", "bs", "bsz", "bsize", "nbatch", "n_batch", "num_batch", "minibatch", "mini_batch"])

LENGTH = frozenset(["t", "s", "l", "n_steps", "num_steps", "max_len", "maxlen", "slen", "bptt"])
LENGTHS = ("seq", "len", "time", "step", "frame", "src", "tgt", "trg")


def is_batch(axis: Axis) -> bool:
    """Whether the axis is called a batch, was taken for one, or has one merged into it as its outermost factor."""
    if axis.factors:
        return is_batch(axis.factors[0])
    return axis.origin is Origin.BATCH or is_called_batch(axis)


def is_called_batch(axis: Axis) -> bool:
    """Whether the source calls the size a batch."""
    if axis.size.atom is not None and axis.size.names is not None:
        return is_batch_name(axis.size.names)
    named = [symbol.name for symbol in axis.size.symbols if symbol.name is not None]
    return any(map(is_batch_name, named)) and len(axis.size.terms) == 1


def is_batch_name(name: str) -> bool:
    """Whether a name is one for batches."""
    last = name.rpartition(".")[2].lower()
    return last in BATCH or last.startswith("batch")


def is_length(axis: Axis) -> bool:
    """Whether the source calls the size the length of a sequence."""
    name = axis.size.names
    last = "" if name is None else name.rpartition(".")[2].lower()
    return last in LENGTH or last.startswith(LENGTHS)
