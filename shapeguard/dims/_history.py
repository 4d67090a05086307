"""What a path has learned, step by step, so that paths which part and join again share what came before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from shapeguard.dims._learning import with_minimum_zero, with_zero
from shapeguard.dims._verdict import Verdict

if TYPE_CHECKING:
    from shapeguard.dims._dim import Dim
    from shapeguard.dims._state import State


class Learned(NamedTuple):
    """`dim` is 0 (an equation), or not negative."""

    dim: Dim
    equation: bool

    def into(self, state: State) -> State:
        return with_zero(state, self.dim) if self.equation else with_minimum_zero(state, self.dim)


class Step:
    """The state after learning one thing on top of `parent`."""

    __slots__ = ("_by_value", "depth", "learned", "parent", "state")

    def __init__(self, state: State, parent: Step | None = None, learned: Learned | None = None) -> None:
        self.state: Final = state
        self.parent: Final = parent
        self.learned: Final = learned
        self.depth: Final[int] = 0 if parent is None else parent.depth + 1
        self._by_value: State | None = None

    @property
    def by_value(self) -> State:
        """The state with known values in place of their symbols; the very same one where no symbol has a value."""
        if self._by_value is None:
            if self.parent is None or self.learned is None:
                self._by_value = self.state
            else:
                before, dim = self.parent.by_value, self.learned.dim.valued
                unvalued = before is self.parent.state and dim is self.learned.dim
                self._by_value = self.state if unvalued else Learned(dim, self.learned.equation).into(before)
        return self._by_value

    def holds(self, learned: Learned) -> bool:
        dim = self.state.normal(learned.dim)
        if learned.equation:
            return self.state.verdict(dim) is Verdict.EQUAL
        least = self.state.bounds.lower(dim)
        return least is not None and least >= 0

    def refutes(self, learned: Learned) -> bool:
        """Whether known values contradict it, which symbols alone might not."""
        dim = self.by_value.normal(learned.dim.valued)
        if learned.equation:
            return self.by_value.verdict(dim) is Verdict.DIFFERENT
        most = self.by_value.bounds.upper(dim)
        return most is not None and most < 0


def learn(step: Step, learned: Learned) -> Step:
    state = learned.into(step.state)
    if state is step.state or step.refutes(learned):
        return step
    return Step(state, step, learned)


def meet(left: Step, right: Step) -> Step:
    """What holds after both."""
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


def _weakened(step: Step, learned: Learned, other: Step) -> Step:
    """Learn as much of it as holds after `other` too: of an equation, bounds may be left."""
    if other.holds(learned):
        return learn(step, learned)
    for dim in (learned.dim, -learned.dim) if learned.equation else (learned.dim,):
        least = other.state.bounds.lower(other.state.normal(dim))
        if least is not None:
            step = learn(step, Learned(dim - min(least, 0), equation=False))
    return step


def _common_ancestor(left: Step, right: Step) -> Step:
    while left is not right:
        deeper = left if left.depth >= right.depth else right
        assert deeper.parent is not None
        if deeper is left:
            left = deeper.parent
        else:
            right = deeper.parent
    return left


def _since(step: Step, ancestor: Step) -> list[Learned]:
    learned = []
    while step is not ancestor:
        assert step.parent is not None
        assert step.learned is not None
        learned.append(step.learned)
        step = step.parent
    return learned[::-1]
