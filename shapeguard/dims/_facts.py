"""What is known on a path of the program: equations, divisibility, bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, NamedTuple

from shapeguard.dims._learning import with_minimum_zero, with_zero
from shapeguard.dims._state import EMPTY, State
from shapeguard.dims._verdict import Verdict

if TYPE_CHECKING:
    from shapeguard.dims._dim import Dim

_REMEMBERED = 4096


class _Learned(NamedTuple):
    """`dim` is 0 (an equation), or not negative."""

    dim: Dim
    equation: bool

    def into(self, state: State) -> State:
        return with_zero(state, self.dim) if self.equation else with_minimum_zero(state, self.dim)


class Facts:
    """Immutable: learning gives new facts, which share what they can with the old ones."""

    __slots__ = ("_depth", "_learned", "_parent", "_same", "_state", "_valued", "_verdicts")

    EMPTY: ClassVar[Facts]

    def __init__(self, state: State, parent: Facts | None = None, learned: _Learned | None = None) -> None:
        self._state: Final = state
        self._parent: Final = parent
        self._learned: Final = learned
        self._depth: Final[int] = 0 if parent is None else parent._depth + 1
        self._valued: State | None = state if parent is None else None
        self._verdicts: Final[dict[tuple[Dim, Dim], Verdict]] = {}
        self._same: Final[dict[tuple[Dim, Dim], bool]] = {}

    def equal(self, a: Dim, b: Dim) -> Facts:
        """Learn `a == b`. A contradiction, or what can not be used, gives the same facts."""
        return self._with(_Learned(a - b, equation=True))

    def divides(self, d: Dim, n: Dim | int) -> Facts:
        """Learn that `d` is a multiple of `n`."""
        return self._with(_Learned(n * (d // n) - d, equation=True))

    def at_least(self, d: Dim, minimum: Dim | int) -> Facts:
        return self._with(_Learned(d - minimum, equation=False))

    def at_most(self, d: Dim, maximum: Dim | int) -> Facts:
        return self._with(_Learned(maximum - d, equation=False))

    def compare(self, a: Dim, b: Dim) -> Verdict:
        """Compare by value: sizes with a known value count as that number."""
        if a is b:
            return Verdict.EQUAL
        if a.constant is not None and b.constant is not None:
            return Verdict.DIFFERENT
        key = (a, b)
        known = self._verdicts.get(key)
        if known is None:
            if len(self._verdicts) >= _REMEMBERED:
                self._verdicts.clear()
            state = self._by_value()
            known = self._verdicts[key] = state.verdict(state.normal((a - b).valued))
        return known

    def same(self, a: Dim, b: Dim) -> bool:
        """Whether `a` and `b` are equal whatever the symbols are: two sizes of known value 4 are not the same size."""
        if a is b:
            return True
        key = (a, b)
        known = self._same.get(key)
        if known is None:
            if len(self._same) >= _REMEMBERED:
                self._same.clear()
            known = self._same[key] = self._state.verdict(self._state.normal(a - b)) is Verdict.EQUAL
        return known

    def simplify(self, d: Dim) -> Dim:
        """`d` with symbols replaced by what they are known to equal, and `n*(d//n)` by `d` where `n` divides `d`."""
        return self._state.simplified(d)

    def lower(self, d: Dim) -> int | None:
        """The least value that `d` can have, None where nothing bounds it."""
        state = self._by_value()
        return state.bounds.lower(state.normal(d.valued))

    def upper(self, d: Dim) -> int | None:
        """The greatest value that `d` can have, None where nothing bounds it."""
        state = self._by_value()
        return state.bounds.upper(state.normal(d.valued))

    def meet(self, other: Facts) -> Facts:
        """What holds on both of two paths."""
        ancestor = self._common_ancestor(other)
        mine, theirs = self._since(ancestor), other._since(ancestor)
        if all(other._holds(learned) for learned in mine):
            return self
        if all(self._holds(learned) for learned in theirs):
            return other
        met = ancestor
        for learned in mine:
            met = met._with_weakened(learned, other)
        for learned in theirs:
            met = met._with_weakened(learned, self)
        return met

    def _with(self, learned: _Learned) -> Facts:
        state = learned.into(self._state)
        if state is self._state or self._contradicts(learned):
            return self
        return Facts(state, self, learned)

    def _contradicts(self, learned: _Learned) -> bool:
        """Whether the known values refute what symbols alone do not."""
        state = self._by_value()
        dim = state.normal(learned.dim.valued)
        if learned.equation:
            return state.verdict(dim) is Verdict.DIFFERENT
        most = state.bounds.upper(dim)
        return most is not None and most < 0

    def _by_value(self) -> State:
        """The state with known values in place of symbols; the same one where no symbol has a value."""
        pending = []
        facts = self
        while facts._valued is None:
            pending.append(facts)
            assert facts._parent is not None
            facts = facts._parent
        for each in reversed(pending):
            parent, learned = each._parent, each._learned
            assert parent is not None
            assert learned is not None
            state = parent._by_value()
            valued = learned.dim.valued
            if state is parent._state and valued is learned.dim:
                each._valued = each._state
            else:
                each._valued = _Learned(valued, learned.equation).into(state)
        assert self._valued is not None
        return self._valued

    def _common_ancestor(self, other: Facts) -> Facts:
        left, right = self, other
        while left is not right:
            if left._depth >= right._depth:
                assert left._parent is not None
                left = left._parent
            else:
                assert right._parent is not None
                right = right._parent
        return left

    def _since(self, ancestor: Facts) -> list[_Learned]:
        learned = []
        facts = self
        while facts is not ancestor:
            assert facts._learned is not None
            assert facts._parent is not None
            learned.append(facts._learned)
            facts = facts._parent
        return learned[::-1]

    def _holds(self, learned: _Learned) -> bool:
        dim = self._state.normal(learned.dim)
        if learned.equation:
            return self._state.verdict(dim) is Verdict.EQUAL
        least = self._state.bounds.lower(dim)
        return least is not None and least >= 0

    def _with_weakened(self, learned: _Learned, other: Facts) -> Facts:
        """Learn as much of `learned` as holds on the other path too; an equation may leave bounds."""
        if other._holds(learned):
            return self._with(learned)
        facts = self
        for dim in (learned.dim, -learned.dim) if learned.equation else (learned.dim,):
            least = other._state.bounds.lower(other._state.normal(dim))
            if least is not None:
                facts = facts._with(_Learned(dim - min(least, 0), equation=False))
        return facts


Facts.EMPTY = Facts(EMPTY)
