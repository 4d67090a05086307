"""Tables of a module whose entries are laid along the first axis of a tensor, which a layer then takes for the batch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.broadcasting import TableMet
from shapeguard.events.sequences import BatchPooled
from shapeguard.shapes.axis import Axis, Origin
from shapeguard.shapes.past import Along, Cut
from shapeguard.shapes.values import Number, Sequence, Slice, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

AXES = 3  # of a table that has its place for the batch


def with_cut(input: Tensor, index: Value, result: Tensor) -> Tensor:
    """The first entries of a table of positions, which remembers along which axis they lie."""
    if result.past is not None:
        return result
    items = index.items if isinstance(index, Sequence) else (index,)
    axes = input.shape.axes
    if axes is None or len(axes) != AXES or Ellipsis in [getattr(item, "value", None) for item in items]:
        return result
    for place, item in enumerate(items[:2]):
        if _cuts(item) and axes[place].origin is Origin.TABLE and axes[1 - place].is_one:
            return Tensor(result.shape, result.dtype, Cut(place))
    return result


def _cuts(item: Value) -> bool:
    """Whether an index takes the first entries, a number of them that is not written."""
    if not isinstance(item, Slice) or item.lower is not None or item.step is not None or item.upper is None:
        return False
    return not (isinstance(item.upper, Number) and item.upper.dim.constant is not None)


def along(call: Call, left: Tensor, right: Tensor, result: Tensor) -> Tensor | None:
    """The sum of a tensor and entries of a table, which lie along an axis of it; None for another one."""
    for table, other in ((left, right), (right, left)):
        place = table.past.place if isinstance(table.past, Cut) else _place(table)
        if place is not None and call.shape(other).rank in (None, AXES) and _place(other) is None:
            return Tensor(result.shape, result.dtype, Along(call.name, call.shape(table), place, call.site))
    return None


def _place(tensor: Tensor) -> int | None:
    """Along which axis the entries of a whole table lie, None for what is no table of positions."""
    axes = tensor.shape.axes
    if axes is None or len(axes) != AXES or axes[2].origin is not Origin.TABLE:
        return None
    places = [place for place in (0, 1) if axes[place].origin is Origin.TABLE and axes[1 - place].is_one]
    return places[0] if places else None


def report_along(call: Call, input: Tensor, batch_first: bool) -> None:
    """Report a table whose entries lie along what the layer at hand takes for the batch."""
    past = input.past
    if not isinstance(past, Along) or past.table.axes is None:
        return
    if past.place == 0 and batch_first:
        batch = Axis(past.table.axes[0].size, Origin.BATCH)
        other = (batch, Axis(call.fresh()), past.table.axes[-1])
        call.report(TableMet(past.operation, (other, past.table.axes), 1, -AXES), past.site)
    elif past.place == 1 and not batch_first:
        call.report(BatchPooled(call.name, call.shape(input), "positions were added along"))
