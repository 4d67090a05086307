"""What is known on a path of the program: equations, divisibility, bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from shapeguard.dims._history import Learned, Step, learn, meet
from shapeguard.dims._state import EMPTY
from shapeguard.dims._verdict import Verdict

if TYPE_CHECKING:
    from shapeguard.dims._dim import Dim

_REMEMBERED = 4096


class Facts:
    """Immutable: learning gives new facts, which share what they can with the old ones.

    What is known already, contradicts what is known or can not be used gives the same facts.
    """

    __slots__ = ("_same", "_verdicts", "step")

    EMPTY: ClassVar[Facts]

    def __init__(self, step: Step) -> None:
        self.step: Final = step
        self._verdicts: Final[dict[tuple[Dim, Dim], Verdict]] = {}
        self._same: Final[dict[tuple[Dim, Dim], bool]] = {}

    def equal(self, a: Dim, b: Dim) -> Facts:
        """Learn `a == b`."""
        return self._with(a - b, equation=True)

    def divides(self, d: Dim, n: Dim | int) -> Facts:
        """Learn that `d` is a multiple of `n`."""
        return self._with(n * (d // n) - d, equation=True)

    def at_least(self, d: Dim, minimum: Dim | int) -> Facts:
        """Learn `d >= minimum`."""
        return self._with(d - minimum, equation=False)

    def at_most(self, d: Dim, maximum: Dim | int) -> Facts:
        """Learn `d <= maximum`."""
        return self._with(maximum - d, equation=False)

    def meet(self, other: Facts) -> Facts:
        """What holds on both of two paths."""
        step = meet(self.step, other.step)
        return self if step is self.step else other if step is other.step else Facts(step)

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
            state = self.step.by_value
            known = self._verdicts[key] = state.verdict(state.normal((a - b).valued))
        return known

    def same(self, a: Dim, b: Dim) -> bool:
        """Whether `a` and `b` are equal whatever their symbols are: two sizes that happen to be 4 are not."""
        if a is b:
            return True
        key = (a, b)
        known = self._same.get(key)
        if known is None:
            if len(self._same) >= _REMEMBERED:
                self._same.clear()
            state = self.step.state
            known = self._same[key] = state.verdict(state.normal(a - b)) is Verdict.EQUAL
        return known

    def simplify(self, d: Dim) -> Dim:
        """`d` with symbols replaced by what they are known to equal, and `n*(d//n)` by `d` where `n` divides `d`."""
        return self.step.state.simplified(d)

    def lower(self, d: Dim) -> int | None:
        """The least value that `d` can have, None where nothing bounds it."""
        state = self.step.by_value
        return state.bounds.lower(state.normal(d.valued))

    def upper(self, d: Dim) -> int | None:
        """The greatest value that `d` can have, None where nothing bounds it."""
        state = self.step.by_value
        return state.bounds.upper(state.normal(d.valued))

    def _with(self, dim: Dim, *, equation: bool) -> Facts:
        step = learn(self.step, Learned(dim, equation))
        return self if step is self.step else Facts(step)


Facts.EMPTY = Facts(Step(EMPTY))
