"""Indices that hold one entry for each item, and pick all of them of every item."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.picking import PicksForAll
from shapeguard.shapes.values import Sequence, Slice, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

LEAST_ITEMS = 3  # whose number is written: 1 and 2 are the same by accident


def report_every_row(call: Call, input: Tensor, index: Value) -> None:
    """Report `q[:, actions]` of one action for each row of `q`, which gives all of the actions for each row."""
    if not isinstance(index, Sequence) or len(index.items) < 2 or call.name == "operator.setitem":
        return
    whole, picks = index.items[:2]
    if not isinstance(picks, Tensor) or picks.dtype == "bool" or not (isinstance(whole, Slice) and whole.is_whole):
        return
    axes, entries = call.axes(input), call.axes(picks)
    if axes is None or entries is None or len(entries) != 1 or len(axes) < 2:
        return
    rows, columns, count = axes[0].size, axes[1].size, entries[0].size
    facts = call.store.facts
    if axes[0] is entries[0] and not facts.simplify(columns).named:
        return  # the rows were picked with the same index: both axes of a matrix get a new order
    certain = count.constant is None or count.constant >= LEAST_ITEMS
    if certain and facts.same(rows, count) and not facts.same(columns, count):
        call.report(PicksForAll(call.name, axes, entries))
