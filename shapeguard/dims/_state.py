"""What a path knows, in the form that rewrites: substitutions, equations with a leading term, bounds."""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, Final

from shapeguard.dims._atoms import Atom, Quotient, Symbol, symbols_of
from shapeguard.dims._bounds import Bounds
from shapeguard.dims._dim import Dim
from shapeguard.dims._division import floor_divide
from shapeguard.dims._extrema import extreme
from shapeguard.dims._intern import remember
from shapeguard.dims._terms import common_factor, content, divide, without
from shapeguard.dims._verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from shapeguard.dims._terms import Monomial

_STEPS = 32  # of reduction
_ROUNDS = 4  # of rewriting, until nothing changes
_NESTED = 8  # operands of atoms within operands of atoms
_WORK = 200  # operands altogether, since rules may feed each other


class Rule:
    """`dim` is 0, used to replace its leading term; `exact` is the quotient `x//y` where it says `y*(x//y) == x`."""

    __slots__ = ("coefficient", "dim", "exact", "lead", "needed")

    def __init__(self, dim: Dim, exact: Quotient | None) -> None:
        self.lead: Monomial = max((each for each in dim.terms if each), key=_prominence)
        self.dim = dim if dim.terms[self.lead] > 0 else -dim
        self.coefficient = self.dim.terms[self.lead]
        self.exact = exact
        self.needed = symbols_of(self.lead)


def _prominence(monomial: Monomial) -> tuple[object, ...]:
    """Orders monomials by their heaviest, then youngest atom: what a rule puts in never contains what it takes out."""
    return tuple(sorted(((atom.weight, atom.key) for atom in monomial), reverse=True))


class State:
    """Immutable; what is learned makes a new one."""

    __slots__ = ("_depth", "_normal", "_touched", "_work", "bounds", "rules", "substitutions")

    def __init__(self, substitutions: Mapping[Symbol, Dim], rules: tuple[Rule, ...], bounds: Bounds) -> None:
        self.substitutions = substitutions
        self.rules = rules
        self.bounds = bounds
        self._touched: frozenset[Symbol] | None = None
        self._normal: dict[tuple[Dim, bool], Dim] = {}
        self._depth = 0
        self._work = 0

    @property
    def touched(self) -> frozenset[Symbol]:
        """Sizes without these symbols are in normal form, and no more is known of them than without any facts."""
        if self._touched is None:
            found = self.bounds.touched
            if self.substitutions or self.rules:
                found = found.union(self.substitutions, *(rule.needed for rule in self.rules))
            self._touched = found
        return self._touched

    def normal(self, dim: Dim, *, expand: bool = True) -> Dim:
        """The form in which sizes are compared. `expand`: also use that `y*(x//y)` is `x` inside of other quotients."""
        if dim.constant is not None or self.touched.isdisjoint(dim.symbols):
            return dim
        expand = expand and bool(self.bounds.exact)
        key = (dim, expand)
        known = self._normal.get(key)
        if known is not None:
            return known
        if not self._depth:
            self._work = 0
        elif self._depth >= _NESTED or self._work >= _WORK:
            return dim
        self._depth += 1
        self._work += 1
        try:
            result = self._rewritten(dim, expand=expand)
        finally:
            self._depth -= 1
        return remember(self._normal, key, result)

    def simplified(self, dim: Dim) -> Dim:
        """The shorter of the two forms: `h//2` stays itself although `2*(h//4)` is what it is compared as."""
        if dim.constant is not None or self.touched.isdisjoint(dim.symbols):
            return dim
        short = self.normal(dim, expand=False)
        if not self.bounds.exact:
            return short
        full = self.normal(dim)
        return full if full.weight < short.weight else short

    def _rewritten(self, dim: Dim, *, expand: bool) -> Dim:
        for _ in range(_ROUNDS):
            rewritten = self._reduced(dim.map_atoms(lambda atom: self._replacement(atom, expand=expand)))
            if rewritten is dim:
                break
            dim = rewritten
        return dim

    def _replacement(self, atom: Atom, *, expand: bool) -> Dim | None:
        if isinstance(atom, Symbol):
            return self.substitutions.get(atom)
        if isinstance(atom, Quotient):
            numerator = self.normal(atom.numerator, expand=expand)
            denominator = self.normal(atom.denominator, expand=expand)
            positive = self.bounds.positive(denominator)
            if expand and positive:
                numerator = self._expanded(numerator, denominator)
            new = floor_divide(numerator, denominator, positive=positive)
        else:
            new = extreme(atom.kind, [self.normal(operand, expand=expand) for operand in atom.operands], self.bounds)
        return None if new.atom is atom else new

    def _expanded(self, numerator: Dim, denominator: Dim) -> Dim:
        """Write `x` as `y*(x//y)` where that helps to divide: `(h - 1)//2` needs `h` as `2*(h//2)`."""
        for rule in self.rules:
            exact = rule.exact
            if exact is None or rule.needed.isdisjoint(numerator.symbols):
                continue
            if _related(exact.denominator, denominator):
                numerator = _written_out(numerator, exact)
        return numerator

    def _reduced(self, dim: Dim) -> Dim:
        for _ in range(_STEPS):
            reduced = self._reduced_once(dim)
            if reduced is None:
                break
            dim = reduced
        return dim

    def _reduced_once(self, dim: Dim) -> Dim | None:
        for rule in self.rules:
            if not rule.needed <= dim.symbols:
                continue
            for monomial, coefficient in dim.terms.items():
                if coefficient % rule.coefficient == 0 and len(monomial) >= len(rule.lead):
                    cofactor = without(monomial, rule.lead)
                    if cofactor is not None:
                        return dim - Dim.of({cofactor: coefficient // rule.coefficient}) * rule.dim
        return None

    def verdict(self, dim: Dim) -> Verdict:
        """How `dim`, in normal form, compares with 0."""
        return dim.verdict if self.touched.isdisjoint(dim.symbols) else self.worked_out(dim)

    def worked_out(self, dim: Dim) -> Verdict:
        """The same, not remembered by the size itself."""
        if dim.constant is None:
            dim = self.primitive(dim)
        if dim.constant is not None:
            return Verdict.DIFFERENT if dim.constant else Verdict.EQUAL
        if _never_a_multiple(dim) or (self.rules and _never_a_multiple(self._spread(dim))):
            return Verdict.DIFFERENT
        least, most = self.bounds.lower(dim), self.bounds.upper(dim)
        if (least is not None and least > 0) or (most is not None and most < 0):
            return Verdict.DIFFERENT
        return Verdict.EQUAL if least == 0 == most else Verdict.UNKNOWN

    def _spread(self, dim: Dim) -> Dim:
        """`dim` with `x` written as `y*(x//y)`: a size that 2 divides is not an odd one."""
        for rule in self.rules:
            if rule.exact is not None and not rule.needed.isdisjoint(dim.symbols):
                dim = _written_out(dim, rule.exact)
        return dim

    def primitive(self, dim: Dim) -> Dim:
        """`dim` without the integer and the positive sizes that all its terms share: 0 if and only if `dim` is."""
        shared = content(dim.terms)
        common = common_factor(dim.terms)
        factor = common and tuple(atom for atom in common if (self.bounds.range(atom)[0] or 0) > 0)
        if shared == 1 and not factor:
            return dim
        return Dim.of({(without(monomial, factor) or ()): each // shared for monomial, each in dim.terms.items()})


def _written_out(dim: Dim, exact: Quotient) -> Dim:
    whole, rest = divide(dim.terms, exact.numerator.terms)
    return Dim.of(whole) * exact.denominator * Dim.of_atom(exact) + Dim.of(rest) if whole else dim


def _never_a_multiple(dim: Dim) -> bool:
    """Whether all coefficients share a divisor that the constant term lacks, so that `dim` is never 0."""
    divisor = gcd(*(each for monomial, each in dim.terms.items() if monomial))
    return bool(divisor and dim.terms.get((), 0) % divisor)


def _related(left: Dim, right: Dim) -> bool:
    return gcd(content(left.terms), content(right.terms)) > 1 or bool(common_factor([*left.terms, *right.terms]))


EMPTY: Final = State({}, (), Bounds())
