"""What the first state that a recurrent network is given tells of its input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.events.sizes import Crossed
from shapeguard.ops.conversion import Unresolved
from shapeguard.shapes.values import Sequence, Tensor

if TYPE_CHECKING:
    from shapeguard.ops.call import Call
    from shapeguard.shapes.values import Value

WITH_BATCH = 3  # axes of input and state
STATE_BATCH = 1


def learn_rank(call: Call, x: Tensor, hx: Value) -> None:
    """The input has as many axes as the state, where the rank of only that is known."""
    state = _first(hx)
    rank = None if state is None else call.shape(state).rank
    if call.shape(x).rank is None and rank in (WITH_BATCH - 1, WITH_BATCH):
        call.store.fix_rank(call.shape(x), rank)


def check_state_batch(call: Call, x: Tensor, hx: Value, batch_first: bool | None) -> None:
    """Report a state whose batch is the size of what the layer takes for the sequence.

    Raises:
        Unresolved: it is.
    """
    state, axes = _first(hx), call.axes(x)
    states = None if state is None else call.axes(state)
    if states is None or axes is None or batch_first is None or not len(axes) == len(states) == WITH_BATCH:
        return
    batch, length = (0, 1) if batch_first else (1, 0)
    size, same = states[STATE_BATCH].size, call.store.facts.same
    if size.constant is None and same(size, axes[length].size) and not same(size, axes[batch].size):
        at, belongs = batch - len(axes), length - len(axes)
        call.report(Crossed(call.name, (call.shape(x),), 0, at, belongs, size, axes[batch].size))
        raise Unresolved("a state for another axis")


def _first(hx: Value) -> Tensor | None:
    state = hx.items[0] if isinstance(hx, Sequence) and hx.items else hx
    return state if isinstance(state, Tensor) else None
