"""Numbers as products of other numbers: which axes a literal size may have been made from."""

from __future__ import annotations

from collections import Counter
from itertools import accumulate, combinations, takewhile
from math import prod
from operator import mul
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable

Group: TypeAlias = "Counter[Hashable]"  # the factors of one axis, whose order within it is not known
MOST_NUMBERS = 6  # of which products are looked for


def split_numbers(groups: list[Group], others: list[Group]) -> bool:
    """Write numbers of `groups` as products of those that only `others` have: 49 as 7 and 7; say whether any was."""
    mine, theirs = _numbers(groups), _numbers(others)
    missing, parts = mine - theirs, list((theirs - mine).elements())
    if not missing or len(parts) > MOST_NUMBERS:
        return False
    found = False
    for group in groups:
        for number in [factor for factor in group if isinstance(factor, int) and missing[factor]]:
            chosen = _product_of(number, parts)
            if chosen is not None:
                group.subtract([number])
                group.update(chosen)
                groups[groups.index(group)] = +group
                for part in chosen:
                    parts.remove(part)
                found = True
    return found


def _numbers(groups: list[Group]) -> Counter[int]:
    return Counter(factor for group in groups for factor in group.elements() if isinstance(factor, int))


def _product_of(number: int, parts: list[int]) -> tuple[int, ...] | None:
    """Two or more of the parts whose product the number is."""
    for count in range(2, len(parts) + 1):
        for chosen in combinations(parts, count):
            if prod(chosen) == number:
                return chosen
    return None


def crosses(before: list[Group], after: list[Group]) -> bool:
    """Whether some last axis holds parts of two axes of the other list, without either being cut evenly.

    (64, 7, 7) viewed as (49, 64) does; (16, 4, 4) as (4, 64) does not: it cuts the 16 into 4 times 4.
    """
    boundaries = sorted({*_boundaries(before), *_boundaries(after)})
    return any(larger % smaller for smaller, larger in zip(boundaries, boundaries[1:], strict=False))


def _boundaries(groups: list[Group]) -> list[int]:
    """How many entries the last one, two, three... axes hold, as far as they are numbers."""
    sizes = [prod(number for number in group.elements() if isinstance(number, int)) for group in reversed(groups)]
    known = takewhile(lambda group: all(isinstance(factor, int) for factor in group), reversed(groups))
    return list(accumulate(sizes[: sum(1 for _ in known)], mul))
