"""The size of an axis that two operands share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims._dim import constant
from shapeguard.dims._extrema import extreme
from shapeguard.dims._intern import remember
from shapeguard.dims._verdict import Verdict

if TYPE_CHECKING:
    from shapeguard.dims._dim import Dim
    from shapeguard.dims._facts import Facts


def broadcast_size(a: Dim, b: Dim, facts: Facts) -> Dim | None:
    """The size to which `a` and `b` broadcast, None where they never do: both different from 1 and from each other."""
    if a is b:
        return a
    key = (a, b)
    if key in facts.broadcasts:
        return facts.broadcasts[key]
    return remember(facts.broadcasts, key, _broadcast(a, b, facts))


def _broadcast(a: Dim, b: Dim, facts: Facts) -> Dim | None:
    one = constant(1)
    a_is_one, b_is_one = facts.compare(a, one), facts.compare(b, one)
    if a_is_one is Verdict.EQUAL:
        return b
    if b_is_one is Verdict.EQUAL:
        return a
    verdict = facts.compare(a, b)
    if verdict is Verdict.EQUAL or a_is_one is b_is_one is Verdict.DIFFERENT:
        plain = b if b.constant is not None else a
        return None if verdict is Verdict.DIFFERENT else plain
    if a_is_one is Verdict.DIFFERENT:
        return a
    return b if b_is_one is Verdict.DIFFERENT else extreme("join", (a, b))
