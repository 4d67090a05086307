"""Layers that run along the first axis, and code behind them that takes the second one for the sequence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.sequences import BatchPooled
from shapeguard.ops.tables import report_along
from shapeguard.shapes.past import Sequenced
from shapeguard.shapes.values import Literal, Number, Sequence, Slice, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

BATCH = 1  # of `(length, batch, features)`
LAST, FIRST = -1, 0


def sequenced(call: Call, input: Tensor, result: Tensor, batch_first: bool | None, *, attends: bool) -> Tensor:
    """The result of a layer that took `input` for `(length, batch, features)`; `attends`: it may pool in its first place."""
    if batch_first is not None:
        report_along(call, input, batch_first)
    shape = call.shape(input)
    if batch_first is not False or shape.rank not in (3, None):
        return result
    return Tensor(result.shape, result.dtype, Sequenced(call.name, shape, call.site, attends))


def report_pooled(call: Call, input: Tensor, dim: tuple[int, ...] | None) -> None:
    """Report items of a batch that are reduced to one, where a sequence is what one reduces."""
    if isinstance(input.past, Sequenced) and dim is not None and _is_batch(call, input, dim):
        call.report(BatchPooled(input.past.operation, input.past.shape, "what follows reduces"), input.past.site)


def report_step(call: Call, input: Tensor, index: Value) -> None:
    """Report the last item of a batch that is taken where the last step of a sequence is what one takes."""
    if not isinstance(input.past, Sequenced) or not isinstance(index, Sequence):
        return
    whole, at = (*index.items[:2], None, None)[:2]
    if isinstance(whole, Literal) and whole.value is ... and len(index.items) > BATCH + 1:
        return
    place = at.dim.constant if isinstance(at, Number) else None
    meant = place == LAST or (place == FIRST and input.past.attends)
    if meant and isinstance(whole, Slice) and whole.is_whole:
        call.report(
            BatchPooled(input.past.operation, input.past.shape, "what follows takes one entry of"), input.past.site
        )


def _is_batch(call: Call, input: Tensor, dim: tuple[int, ...]) -> bool:
    rank = call.shape(input).rank
    return dim == (BATCH,) or (rank is not None and dim == (BATCH - rank,))
