"""Events with every size as it is known by then, for people to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from shapeguard.dims import Dim
from shapeguard.shapes.axis import Axis
from shapeguard.shapes.shape import Shape

if TYPE_CHECKING:
    from shapeguard.events import Event
    from shapeguard.shapes.store import Store


def settled(event: Event, store: Store) -> Event:
    """The event with the sizes in it replaced by what the path knows them to be."""
    return type(event)(*(_settled(part, store) for part in event))


def _settled(part: Any, store: Store) -> Any:
    if isinstance(part, Dim):
        return store.facts.simplify(part)
    if isinstance(part, Axis):
        axis = part.resized(store.facts.simplify(part.size))
        return axis._replace(factors=_settled(part.factors, store)) if part.factors else axis
    if isinstance(part, Shape):
        shape = store.resolve(part)
        return shape.with_axes(_settled(shape.leading, store), _settled(shape.trailing, store))
    if not isinstance(part, tuple):
        return part
    items = [_settled(item, store) for item in part]
    return tuple(items) if type(part) is tuple else type(part)(*items)
