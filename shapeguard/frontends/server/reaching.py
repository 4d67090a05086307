"""Which bindings of a name a use of it may mean: all of them that nothing rules out."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from shapeguard.frontends.server.scopes import Place, Scope


def reaching(use: Place) -> Sequence[Place]:
    """The bindings that the value of a name may come from, the nearest above it first; none where it is a builtin."""
    own = use.scope.bindings.get(use.name, ()) if use.name not in use.scope.elsewhere else ()
    inner = [place for place in own if place.within is not None and place.within in use.loops]
    if inner:
        return inner[-1:]
    own = [place for place in own if place.within is None]
    if not own:
        return _outer(use.name, use.scope.parent)
    before = sorted((place for place in own if _is_before(place, use)), key=lambda place: place.order, reverse=True)
    last = next((index for index, place in enumerate(before) if _is_certain(place, use)), None)
    found = before if last is None else before[: last + 1]
    certain = None if last is None else before[last]
    again = [place for place in own if place not in before and _is_carried(place, use, certain)]
    return [*found, *again]


def _outer(name: str, scope: Scope | None) -> Sequence[Place]:
    """The bindings in the nearest function around, or else in the module; classes have no say in their functions."""
    while scope is not None:
        found = [place for place in scope.bindings.get(name, ()) if place.within is None]
        if found and not scope.is_class:
            return found
        scope = scope.parent
    return ()


def _is_before(place: Place, use: Place) -> bool:
    """Whether it stands above the use; what a statement binds is bound after it has used the names in it."""
    if place.statement is use.statement and place.always:
        return isinstance(place.node, ast.arg)
    return place.order < use.order


def _is_certain(place: Place, use: Place) -> bool:
    """Whether the use is only reached through the binding."""
    if not place.always or len(use.path) < len(place.path):
        return False
    *around, (block, index) = place.path
    at = use.path[len(around)]
    if use.path[: len(around)] != tuple(around) or at[0] != block:
        return False
    is_inside = index == at[1] and isinstance(place.statement, (ast.With, ast.AsyncWith))
    return index < at[1] or is_inside


def _is_carried(place: Place, use: Place, certain: Place | None) -> bool:
    """Whether a later binding may reach the use in the next round of a loop around both."""
    return bool(place.loops & use.loops - (frozenset() if certain is None else certain.loops))
