"""What is known on a path of the program: equations, divisibility, bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from shapeguard.dims._history import Learned, meet, together
from shapeguard.dims._intern import remember
from shapeguard.dims._state import EMPTY, State
from shapeguard.dims._verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from shapeguard.dims._atoms import Symbol
    from shapeguard.dims._dim import Dim


class Facts:
    """Immutable: learning gives new facts, which share what they can with the old ones.

    What is known already, contradicts what is known or can not be used gives the same facts.
    """

    __slots__ = ("_agree", "_by_value", "_same", "_verdicts", "broadcasts", "depth", "learned", "parent", "state")

    EMPTY: ClassVar[Facts]

    def __init__(self, state: State, parent: Facts | None = None, learned: Learned | None = None) -> None:
        """The state after learning one thing on top of `parent`; users start from `Facts.EMPTY`."""
        self.state: Final = state
        self.parent: Final = parent
        self.learned: Final = learned
        self.depth: Final[int] = 0 if parent is None else parent.depth + 1
        self._by_value: State | None = None
        self._verdicts: Final[dict[tuple[Dim, Dim], Verdict]] = {}
        self._agree: Final[dict[tuple[Dim, Dim], bool]] = {}
        self._same: Final[dict[tuple[Dim, Dim], bool]] = {}
        self.broadcasts: Final[dict[tuple[Dim, Dim], Dim | None]] = {}

    def equal(self, a: Dim, b: Dim) -> Facts:
        """Learn `a == b`."""
        return self.learn(Learned(a - b, equation=True))

    def divides(self, d: Dim, n: Dim | int) -> Facts:
        """Learn that `d` is a multiple of `n`."""
        return self.learn(Learned(n * (d // n) - d, equation=True))

    def at_least(self, d: Dim, minimum: Dim | int) -> Facts:
        """Learn `d >= minimum`."""
        return self.learn(Learned(d - minimum, equation=False))

    def at_most(self, d: Dim, maximum: Dim | int) -> Facts:
        """Learn `d <= maximum`."""
        return self.learn(Learned(maximum - d, equation=False))

    def meet(self, other: Facts) -> Facts:
        """What holds on both of two paths."""
        return meet(self, other)

    def together(self, other: Facts, conditions: Collection[object], beside: Callable[[Symbol, Symbol], bool]) -> Facts:
        """What holds on both of two paths, or was learned on one and is none of its conditions; an assumption.

        `beside` tells whether two sizes are of one shape: there they are no two facts, but alternatives.
        """
        return together(self, other, conditions, beside)

    def since(self, before: Facts) -> Iterator[Learned]:
        """What was learned after `before`, from which these facts come."""
        facts: Facts | None = self
        while facts is not None and facts is not before:
            if facts.learned is not None:
                yield facts.learned
            facts = facts.parent

    def compare(self, a: Dim, b: Dim) -> Verdict:
        """Compare by value: sizes with a known value count as that number."""
        if a is b:
            return Verdict.EQUAL
        if a.constant is not None and b.constant is not None:
            return Verdict.DIFFERENT
        key = (a, b)
        known = self._verdicts.get(key)
        if known is None:
            state = self.by_value
            difference = state.normal(a.valued) - state.normal(b.valued)
            known = remember(self._verdicts, key, state.verdict(state.normal(difference)))
        return known

    def agree(self, a: Dim, b: Dim) -> bool:
        """Whether `a` and `b` are equal by value, as far as rewriting shows: cheaper than to compare them."""
        if a is b:
            return True
        if a.constant is not None and b.constant is not None:
            return False
        key = (a, b)
        known = self._agree.get(key)
        if known is None:
            state = self.by_value
            difference = state.normal(a.valued) - state.normal(b.valued)
            known = remember(self._agree, key, state.normal(difference).constant == 0)
        return known

    def same(self, a: Dim, b: Dim) -> bool:
        """Whether `a` and `b` are equal whatever their symbols are: two sizes that happen to be 4 are not."""
        if a is b:
            return True
        key = (a, b)
        known = self._same.get(key)
        if known is None:
            state = self.state
            mine, theirs = state.normal(a), state.normal(b)
            equal = mine is theirs or (bool(state.rules) and state.normal(mine - theirs).constant == 0)
            known = remember(self._same, key, equal)
        return known

    def simplify(self, d: Dim) -> Dim:
        """`d` with symbols replaced by what they are known to equal, and `n*(d//n)` by `d` where `n` divides `d`."""
        return self.state.simplified(d)

    def lower(self, d: Dim) -> int | None:
        """The least value that `d` can have, None where nothing bounds it."""
        state = self.by_value
        return state.bounds.lower(state.normal(d.valued))

    def upper(self, d: Dim) -> int | None:
        """The greatest value that `d` can have, None where nothing bounds it."""
        state = self.by_value
        return state.bounds.upper(state.normal(d.valued))

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

    def learn(self, learned: Learned) -> Facts:
        state = learned.into(self.state)
        return self if state is self.state or self._refutes(learned) else Facts(state, self, learned)

    def holds(self, learned: Learned) -> bool:
        dim = self.state.normal(learned.dim)
        if learned.equation:
            return self.state.verdict(dim) is Verdict.EQUAL
        least = self.state.bounds.lower(dim)
        return least is not None and least >= 0

    def _refutes(self, learned: Learned) -> bool:
        """Whether known values contradict it, which symbols alone might not."""
        if self.by_value is self.state and learned.dim.valued is learned.dim:
            return False  # or the state would not have taken it in
        dim = self.by_value.normal(learned.dim.valued)
        if learned.equation:
            return self.by_value.verdict(dim) is Verdict.DIFFERENT
        most = self.by_value.bounds.upper(dim)
        return most is not None and most < 0


Facts.EMPTY = Facts(EMPTY)
