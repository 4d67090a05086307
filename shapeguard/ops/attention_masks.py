"""What attention asks of its masks: the lengths of queries and keys, and the heads of each item side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import Verdict
from shapeguard.events.sizes import Crossed
from shapeguard.events.views import MergedOtherwise
from shapeguard.ops.conversion import Unresolved
from shapeguard.ops.demands import demand_shape
from shapeguard.shapes.axis import Axis

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Tensor


class Scores(NamedTuple):
    """The axes of the scores of one attention; `batch` is None where there is none."""

    batch: Axis | None
    heads: Dim
    length: Axis
    source: Axis


def demand_masks(call: Call, queries: Tensor, scores: Scores, mask: Tensor | None, padding: Tensor | None) -> None:
    """Hold a mask of scores `(L, S)` or `(N * heads, L, S)`, and one of keys `(N, S)`, against the scores of `queries`.

    Raises:
        Unresolved: they do not fit (which is reported).
    """
    if padding is not None:
        call.operands = (queries, padding)
        keys = (scores.source,) if scores.batch is None else (scores.batch, scores.source)
        demand_shape(call, padding, keys, "the shape of the mask")
    if mask is None or call.shape(mask).rank is None:
        return
    heads = Axis(scores.heads if scores.batch is None else scores.batch.size * scores.heads)
    wanted: tuple[Axis, ...] = (scores.length, scores.source)
    if call.shape(mask).rank != len(wanted):
        wanted = (heads, *wanted)
    _check_batch(call, queries, scores, mask)
    call.operands = (mask,)
    demand_shape(call, mask, wanted, "the shape of the mask")
    _check_heads(call, scores, mask)


def _check_batch(call: Call, queries: Tensor, scores: Scores, mask: Tensor) -> None:
    """Report a mask of as many rows and columns as the batch has items, where the sequence has another length.

    Raises:
        Unresolved: it has.
    """
    axes, shape = call.known_axes(mask), call.shape(queries)
    if scores.batch is None or len(axes) != 2 or shape.axes is None:
        return
    size, length = scores.batch.size, scores.length.size
    of_batch = all(call.store.facts.same(axis.size, size) for axis in axes)
    if of_batch and size.constant is None and call.store.compare(size, length) is Verdict.UNKNOWN:
        places = [shape.axes.index(axis) - len(shape.axes) for axis in (scores.length, scores.batch)]
        call.report(Crossed(call.name, (shape, call.shape(mask)), 0, places[0], places[1], size, length))
        raise Unresolved("a mask that fits by accident only")


def _check_heads(call: Call, scores: Scores, mask: Tensor) -> None:
    """Report a mask for each item and head that holds the items of one head side by side, not the heads of one item."""
    axes, same = call.known_axes(mask), call.store.facts.same
    if scores.batch is None or len(axes) != 3 or len(axes[0].factors) != 2:
        return
    outer, inner = axes[0].factors
    batch, heads = scores.batch.size, scores.heads
    if same(outer.size, heads) and same(inner.size, batch) and not same(heads, batch):
        wanted = Axis(axes[0].size, None, None, (scores.batch, Axis(heads)))
        found = Axis(axes[0].size, None, axes[0].site, (Axis(heads), scores.batch))
        rest = (scores.length, scores.source)
        call.report(MergedOtherwise(call.name, ((wanted, *rest), (found, *rest)), -3), axes[0].site)
