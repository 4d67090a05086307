"""What two paths learned since they parted, and what is left of it where they join again."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims._learning import with_minimum_zero, with_zero

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from shapeguard.dims._atoms import Symbol
    from shapeguard.dims._dim import Dim
    from shapeguard.dims._facts import Facts
    from shapeguard.dims._state import State


MOST_TERMS, MOST_WEIGHT = 2, 6  # of what is kept of one path: that a size is another one


class Learned(NamedTuple):
    """`dim` is 0 (an equation), or not negative."""

    dim: Dim
    equation: bool

    def into(self, state: State) -> State:
        return with_zero(state, self.dim) if self.equation else with_minimum_zero(state, self.dim)


def meet(left: Facts, right: Facts) -> Facts:
    """What holds on both paths."""
    ancestor = _common_ancestor(left, right)
    of_left, of_right = _since(left, ancestor), _since(right, ancestor)
    if all(map(right.holds, of_left)):
        return left
    if all(map(left.holds, of_right)):
        return right
    met = ancestor
    for learned in of_left:
        met = _weakened(met, learned, right)
    for learned in of_right:
        met = _weakened(met, learned, left)
    return met


def together(
    left: Facts, right: Facts, conditions: Collection[object], beside: Callable[[Symbol, Symbol], bool]
) -> Facts:
    """What holds on both paths, and what one of them learned of a size without a name that the other says nothing of.

    What is among the `conditions` of a path holds on that path only, and so does what the other path says of a size
    `beside` it: the channels come last on one path, in the second place on the other.
    """
    ancestor = _common_ancestor(left, right)
    met = meet(left, right)
    of_left, of_right = _since(left, ancestor), _since(right, ancestor)
    for mine, theirs, other in ((of_left, of_right, right), (of_right, of_left, left)):
        said = {symbol for learned in theirs if learned.equation for symbol in learned.dim.symbols}
        solved = [_solved(learned) for learned in theirs]
        for learned in mine:
            if learned.equation and learned not in conditions and _is_told_alone(learned, said, other):
                own = _solved(learned)
                rivals = [each for each in solved if own and each and each[1] is own[1]]
                if own is None or not any(beside(own[0], symbol) for symbol, _ in rivals):
                    met = met.learn(learned)
    return met


def _solved(learned: Learned) -> tuple[Symbol, Dim] | None:
    """The one size without a name in an equation, and what it is equal to."""
    nameless = [symbol for symbol in learned.dim.symbols if learned.equation and symbol.name is None]
    parts = learned.dim.linear_in(nameless[0]) if len(nameless) == 1 else None
    if parts is None or parts[0].constant not in (1, -1):
        return None
    return nameless[0], -parts[1] if parts[0].constant == 1 else parts[1]


def _is_told_alone(learned: Learned, said: Collection[Symbol], other: Facts) -> bool:
    """Whether an equation is about a size without a name of which another path, that has `said` things, knows nothing."""
    if len(learned.dim.terms) > MOST_TERMS or learned.dim.weight > MOST_WEIGHT:
        return False
    nameless = [symbol for symbol in learned.dim.symbols if symbol.name is None]
    return bool(nameless) and not any(symbol in said or symbol in other.state.substitutions for symbol in nameless)


def _weakened(facts: Facts, learned: Learned, other: Facts) -> Facts:
    """Learn as much of it as holds on the other path too: of an equation, bounds may be left."""
    if other.holds(learned):
        return facts.learn(learned)
    for dim in (learned.dim, -learned.dim) if learned.equation else (learned.dim,):
        least = other.state.bounds.lower(other.state.normal(dim))
        if least is not None:
            facts = facts.learn(Learned(dim - min(least, 0), equation=False))
    return facts


def _common_ancestor(left: Facts, right: Facts) -> Facts:
    while left is not right:
        deeper = left if left.depth >= right.depth else right
        assert deeper.parent is not None
        if deeper is left:
            left = deeper.parent
        else:
            right = deeper.parent
    return left


def _since(facts: Facts, ancestor: Facts) -> list[Learned]:
    learned = []
    while facts is not ancestor:
        assert facts.parent is not None
        assert facts.learned is not None
        learned.append(facts.learned)
        facts = facts.parent
    return learned[::-1]
