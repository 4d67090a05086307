"""Parts of axes that are put together anew: whether all of them are in one order."""

from __future__ import annotations

from functools import cache
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from shapeguard.dims import Quotient
from shapeguard.events.views import Arranged, MergedUnevenly
from shapeguard.ops.einops_patterns import DOTS, InvalidPattern, parse
from shapeguard.ops.strides import first

if TYPE_CHECKING:
    from collections.abc import Hashable

    from shapeguard.ops.call import Call
    from shapeguard.ops.einops_patterns import Group
    from shapeguard.shapes.axis import Axis
    from shapeguard.shapes.shape import Shape
    from shapeguard.shapes.values import Tensor

FEWEST_PARTS = 3  # that can have something between them
TWO = 2


class Part(NamedTuple):
    """One part of an axis, or of axes that belong together, and which of them it is."""

    whole: Hashable
    number: int


Merged: TypeAlias = "list[Part | None]"  # None: what is no part


class Uneven(NamedTuple):
    """The groups whose parts disagree, by their numbers; one if there is something else between its parts."""

    groups: tuple[int, ...]


def uneven(groups: list[Merged]) -> Uneven | None:
    """Two groups that hold parts of the same two axes in different orders, or one with something between them.

    Of `(h p1) (w p2)`, `(h w) (p1 p2)` has all parts in the order of their axes; in `(h w) (p2 p1)` those of the rows lie
    before those of the columns once, and once behind them; `(h p2) (w p1)` takes the first part of one axis for the
    second one of the other.
    """
    for i, group in enumerate(groups):
        if _has_between(group):
            return Uneven((i,))
    for (i, one), (j, other) in combinations(enumerate(groups), 2):
        mine, theirs = _single(one), _single(other)
        for a, b in combinations([whole for whole in mine if whole in theirs], 2):
            order = mine[a][0] < mine[b][0], theirs[a][0] < theirs[b][0]
            ascends = mine[a][1] < theirs[a][1], mine[b][1] < theirs[b][1]
            if order[0] != order[1] or ascends[0] != ascends[1]:
                return Uneven((i, j))
    return None


def _single(group: Merged) -> dict[Hashable, tuple[int, int]]:
    """Of each axis with one part in the group the place of that part in it, and its number among the axis' parts."""
    wholes = [part.whole for part in group if part is not None]
    return {
        part.whole: (place, part.number)
        for place, part in enumerate(group)
        if part is not None and wholes.count(part.whole) == 1
    }


def _has_between(group: Merged) -> bool:
    """Whether what is no part lies between single parts of two axes."""
    places = [place for place, part in enumerate(group) if part is not None]
    if len(group) < FEWEST_PARTS or len(places) != TWO or places[1] - places[0] == 1:
        return False
    one, other = group[places[0]], group[places[1]]
    return one is not None and other is not None and one.whole != other.whole


# -- patterns ------------------------------------------------------------------------------------------------------------


def check_pattern(call: Call, text: str, *, alone: bool = False) -> None:
    """Report a pattern that splits axes and merges their parts unevenly; unless it is `alone`, others are held against it."""
    found = _of_pattern(text)
    if found is None:
        return
    split, merged, fault = found
    if fault is not None:
        call.report(MergedUnevenly(call.name, tuple(merged[i] for i in fault.groups), between=len(fault.groups) == 1))
    elif not alone:
        call.report(Arranged(call.name, split, merged))


@cache
def _of_pattern(text: str) -> tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...], Uneven | None] | None:
    """What a pattern splits and merges, and whether it does so unevenly; None where it does neither."""
    try:
        left, right = parse(text)
    except InvalidPattern:
        return None
    split, merged = ([names for group in side if len(names := _names(group)) > 1] for side in (left, right))
    if not split and not merged:
        return None
    parts = {name: Part(number, i) for number, names in enumerate(split) for i, name in enumerate(names)}
    wholes = {name for group in left if not group.in_parentheses for name in _names(group)}
    groups: list[Merged] = [
        [parts.get(name) for name in names] if all(name in parts or name in wholes for name in names) else []
        for names in merged
    ]
    return tuple(split), tuple(merged), uneven(groups)


def _names(group: Group) -> tuple[str, ...]:
    """The names in a group; none of it counts where it has numbers or dots."""
    names = tuple(atom for atom in group.atoms if isinstance(atom, str) and atom != DOTS)
    return names if len(names) == len(group.atoms) else ()


# -- views ---------------------------------------------------------------------------------------------------------------


def check_regrouped(call: Call, input: Tensor, result: Shape) -> None:
    """Report a view of moved axes that merges some of them unevenly.

    Axes of one size, or with one divisor, belong together: an image of `(h, w)` patches of `(p, p)` pixels has two each.
    """
    moved = first(input)
    before = None if moved is None or result.run is not None else call.store.resolve(moved).axes
    if before is None:
        return
    groups = [axis.factors for axis in result.leading if len(axis.factors) > 1]
    places = {id(axis): place for place, axis in enumerate(before)}
    if len(groups) < TWO or len(places) != len(before):
        return
    kinds = [_kind(call, axis) for axis in before]
    parts: list[Part | None] = [
        Part(kind, kinds[:place].count(kind)) if kind is not None and kinds.count(kind) == TWO else None
        for place, kind in enumerate(kinds)
    ]
    if any(id(axis) not in places for group in groups for axis in group):
        return
    merged: list[Merged] = [[parts[places[id(axis)]] for axis in group] for group in groups]
    found = uneven(merged) or _uneven_pairs(merged)
    if found is not None:
        told = tuple(tuple(axis.size for axis in groups[i]) for i in found.groups)
        call.report(MergedUnevenly(call.name, told, between=len(told) == 1))


def _kind(call: Call, axis: Axis) -> Hashable | None:
    size = call.store.facts.simplify(axis.size)
    if size.constant is not None:
        return None
    return ("//", size.atom.denominator) if isinstance(size.atom, Quotient) else size


def _uneven_pairs(groups: list[Merged]) -> Uneven | None:
    """Groups that each hold both axes of a kind: once in their order and once in the other, or with others between."""
    pairs = [(i, group, pair) for i, group in enumerate(groups) if (pair := _pair(group)) is not None]
    if len(pairs) < TWO:
        return None
    for i, group, pair in pairs:
        if group.index(pair[1]) - group.index(pair[0]) > 1:
            return Uneven((i,))
    ascending = {pair[0].number < pair[1].number for _, _, pair in pairs}
    return None if len(ascending) == 1 else Uneven((pairs[0][0], pairs[1][0]))


def _pair(group: Merged) -> tuple[Part, Part] | None:
    parts = [part for part in group if part is not None]
    return (parts[0], parts[1]) if len(parts) == TWO and parts[0].whole == parts[1].whole else None
