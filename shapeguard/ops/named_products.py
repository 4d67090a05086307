"""Views that show one size to be a product of others, such as the number of rows to be height times width."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from shapeguard.dims import Symbol

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call


def names_one_size(call: Call, total: Dim, wanted: Dim) -> bool:
    """Whether two numbers of elements are the same just if one size, which has a name, is the product of others.

    All other sizes are the same ones in both. Were it otherwise, the view would fit by accident only.
    """
    before, after = (call.store.facts.simplify(size) for size in (total, wanted))
    if len(before.terms) != 1 or len(after.terms) != 1:
        return False
    [(mine, number)], [(theirs, other)] = before.terms.items(), after.terms.items()
    left, right = Counter(mine) - Counter(theirs), Counter(theirs) - Counter(mine)
    if number != other or not left or not right:
        return False
    alone = (next(iter(side)) for side in (left, right) if side.total() == 1)
    if not any(isinstance(atom, Symbol) and atom.name is not None for atom in alone):
        return False
    several = [atom for side in (left, right) if side.total() > 1 for atom in side]
    # where nothing names the others, one of them may be that size, and the rest be 1
    return not several or any(not isinstance(atom, Symbol) or atom.name is not None for atom in several)
