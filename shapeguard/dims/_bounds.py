"""The least and greatest value a polynomial can take, from the minimum of its symbols and from what a path knows.

Two steps: every atom is written as its least value plus something that is never negative, which bounds a polynomial
at once; and where that is too coarse, an atom is replaced by what it is defined from (`y*(x//y)` lies between
`x - y + 1` and `x`, a maximum is one of its operands), so that terms can cancel.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING, TypeAlias

from shapeguard.dims._atoms import Atom, Extremum, Quotient, Symbol, symbols_of
from shapeguard.dims._intern import remember
from shapeguard.dims._terms import by_key, times

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from shapeguard.dims._dim import Dim
    from shapeguard.dims._terms import Monomial, Terms

Range: TypeAlias = tuple[int | None, int | None]

_DEPTH = 3
_INSIDE = 1  # depth for an atom's operands: forms are left out, since one may contain the atom itself
_FEW = 6  # forms, of which several are tried together
_DEGREE = 6
_TERMS = 24


class Bounds:
    """Bounds of sizes, given ranges of `atoms` and of `forms` (without constant term) and the `exact` quotients."""

    __slots__ = ("_in_some_form", "_known", "_touched", "atoms", "exact", "forms")

    def __init__(
        self,
        atoms: Mapping[Atom, Range] | None = None,
        forms: Mapping[Dim, Range] | None = None,
        exact: frozenset[Quotient] = frozenset(),
    ) -> None:
        self.atoms: Mapping[Atom, Range] = atoms or {}
        self.forms: Mapping[Dim, Range] = forms or {}
        self.exact = exact
        self._touched: frozenset[Symbol] | None = None
        self._in_some_form = frozenset(monomial for form in self.forms for monomial in form.terms)
        self._known: dict[tuple[Dim, int], int | None] = {}

    @property
    def touched(self) -> frozenset[Symbol]:
        """Of sizes without these symbols no more is known than what they are made of tells."""
        if self._touched is None:
            found = symbols_of(self.atoms).union(symbols_of(self.exact))
            self._touched = found.union(*(form.symbols for form in self.forms)) if self.forms else found
        return self._touched

    def lower(self, dim: Dim, depth: int = _DEPTH) -> int | None:
        """The greatest known integer that `dim` is never below."""
        if dim.constant is not None:
            return dim.constant
        if depth == _DEPTH and self.touched.isdisjoint(dim.symbols):
            return dim.least
        return self.worked_out(dim, depth)

    def worked_out(self, dim: Dim, depth: int = _DEPTH) -> int | None:
        """The same, not remembered by the size itself."""
        if dim.plain and self._in_some_form.isdisjoint(dim.terms):
            return self.at_once(dim.terms)
        key = (dim, depth)
        if key in self._known:
            return self._known[key]
        best = self.at_once(dim.terms)
        if depth and len(dim.terms) <= _TERMS:
            forms = depth > (_INSIDE if len(self.forms) <= _FEW else _DEPTH - 1)
            for scale, cases in self._replacements(dim, forms=forms):
                bound: int | None = None
                for case in cases:
                    of_case = self.lower(case, depth - 1)
                    if of_case is None:
                        bound = None
                        break
                    bound = of_case if bound is None else min(bound, of_case)
                if bound is not None:
                    bound = -(-bound // scale)
                    best = bound if best is None else max(best, bound)
        return remember(self._known, key, best)

    def upper(self, dim: Dim, depth: int = _DEPTH) -> int | None:
        """The least known integer that `dim` is never above."""
        if depth == _DEPTH and self.touched.isdisjoint(dim.symbols):
            return dim.most
        least = self.worked_out(-dim, depth)
        return None if least is None else -least

    def positive(self, dim: Dim, depth: int = _DEPTH) -> bool:
        least = self.lower(dim, depth)
        return least is not None and least > 0

    def never_negative(self, atom: Atom) -> bool:
        low = self.range(atom)[0]
        return low is not None and low >= 0

    def at_once(self, terms: Terms) -> int | None:
        """A lower bound without looking for anything that cancels."""
        for monomial in terms:
            if len(monomial) > 1:
                return self._shifted(terms)
        total = 0
        for monomial, coefficient in terms.items():
            if monomial:
                extreme = self.range(monomial[0])[0 if coefficient > 0 else 1]
                if extreme is None:
                    return None
                coefficient *= extreme  # noqa: PLW2901 - what the term is at least
            total += coefficient
        return total

    def _shifted(self, terms: Terms) -> int | None:
        """Likewise, of terms with products: each atom is its least value and what it has more than that."""
        shifted: Terms = {}
        for monomial, coefficient in terms.items():
            if not self._shift_into(shifted, monomial, coefficient):
                return None
        total = shifted.pop((), 0)
        for monomial, coefficient in shifted.items():
            if coefficient < 0:
                width = self._width(monomial)
                if width is None:
                    return None
                total += coefficient * width
        return total

    def _shift_into(self, shifted: Terms, monomial: Monomial, coefficient: int) -> bool:
        """Add `coefficient * monomial` with every atom `a` written as `least + a`, the new `a` never negative."""
        if len(monomial) > _DEGREE:
            return coefficient > 0 and all(map(self.never_negative, monomial))
        expanded: Terms = {(): coefficient}
        for atom in monomial:
            least = self.range(atom)[0]
            if least is None:
                return False
            wider = {times(each, (atom,)): factor for each, factor in expanded.items()}
            if least:
                for each, factor in expanded.items():
                    wider[each] = wider.get(each, 0) + least * factor
            expanded = wider
        for each, factor in expanded.items():
            shifted[each] = shifted.get(each, 0) + factor
        return True

    def _width(self, monomial: Monomial) -> int | None:
        width = 1
        for atom in monomial:
            low, high = self.range(atom)
            if low is None or high is None:
                return None
            width *= high - low
        return width

    def range(self, atom: Atom) -> Range:
        low: int | None
        high: int | None
        if isinstance(atom, Symbol):
            low, high = atom.minimum, None
        elif isinstance(atom, Quotient):
            low, high = self._quotient_range(atom)
        else:
            low, high = self._extremum_range(atom)
        known = self.atoms.get(atom) if self.atoms else None
        if known is None:
            return low, high
        least, greatest = known
        if low is None or (least is not None and least > low):
            low = least
        if high is None or (greatest is not None and greatest < high):
            high = greatest
        return low, high

    def _quotient_range(self, atom: Quotient) -> Range:
        smallest, largest = self.lower(atom.denominator, _INSIDE), self.upper(atom.denominator, _INSIDE)
        if smallest is None or smallest <= 0:
            return None, None
        low, high = self.lower(atom.numerator, _INSIDE), self.upper(atom.numerator, _INSIDE)
        if low is not None:
            low = low // smallest if low < 0 else 0 if largest is None else low // largest
        if high is not None:
            high = high // smallest if high >= 0 else -1 if largest is None else high // largest
        return low, high

    def _extremum_range(self, atom: Extremum) -> Range:
        lows = [self.lower(operand, _INSIDE) for operand in atom.operands]
        highs = [self.upper(operand, _INSIDE) for operand in atom.operands]
        known_lows = [low for low in lows if low is not None]
        known_highs = [high for high in highs if high is not None]
        all_low, all_high = len(known_lows) == len(lows), len(known_highs) == len(highs)
        if atom.kind == "max" or (atom.kind == "join" and all_low and min(known_lows) >= 1):
            return max(known_lows, default=None), max(known_highs) if all_high else None
        if atom.kind == "min":
            return min(known_lows) if all_low else None, min(known_highs, default=None)
        return min(known_lows) if all_low else None, max(known_highs) if all_high else None

    def _replacements(self, dim: Dim, *, forms: bool) -> Iterator[tuple[int, tuple[Dim, ...]]]:
        """Pairs `scale, cases` with `scale * dim >= min(cases)`."""
        compound = {atom for monomial in dim.terms for atom in monomial if not isinstance(atom, Symbol)}
        for atom in sorted(compound, key=by_key, reverse=True):
            split = dim.linear_in(atom)
            if split is None:
                continue
            factor, rest = split
            alone = atom.symbols.isdisjoint(rest.symbols) and atom.symbols.isdisjoint(factor.symbols)
            if alone and not self.forms and atom not in self.exact:
                continue  # nothing could cancel
            if isinstance(atom, Quotient):
                yield from self._of_quotient(atom, factor, rest)
            else:
                yield from self._of_extremum(atom, factor, rest)
        for form, (low, high) in self.forms.items() if forms else ():
            yield from self._of_form(dim, form, low, high)

    def _sign(self, dim: Dim) -> int:
        least = self.lower(dim, 0)
        if least is not None and least >= 0:
            return 1
        most = self.lower(-dim, 0)
        return -1 if most is not None and most >= 0 else 0

    def _of_quotient(self, atom: Quotient, factor: Dim, rest: Dim) -> Iterator[tuple[int, tuple[Dim, ...]]]:
        numerator, denominator = atom.numerator, atom.denominator
        if not self.positive(denominator, _INSIDE):
            return
        scale = 1
        if factor.constant is not None and denominator.constant is not None:
            scale = denominator.constant // gcd(factor.constant, denominator.constant)
        share = (factor * scale).exactly_over(denominator)
        if share is None:
            return
        sign = self._sign(share)
        if sign < 0 or atom in self.exact:
            yield scale, (share * numerator + rest * scale,)
        elif sign > 0:
            yield scale, (share * (numerator - denominator + 1) + rest * scale,)

    def _of_extremum(self, atom: Extremum, factor: Dim, rest: Dim) -> Iterator[tuple[int, tuple[Dim, ...]]]:
        sign = self._sign(factor)
        if atom.kind == "min":
            sign = -sign
        cases = tuple(factor * operand + rest for operand in atom.operands)
        ordered = atom.kind != "join" or all(self.positive(operand, _INSIDE) for operand in atom.operands)
        if sign > 0 and ordered:
            for case in cases:
                yield 1, (case,)
        else:
            yield 1, cases

    def _of_form(self, dim: Dim, form: Dim, low: int | None, high: int | None) -> Iterator[tuple[int, tuple[Dim, ...]]]:
        for monomial, inside in form.terms.items():
            coefficient = dim.terms.get(monomial)
            if coefficient is None:
                continue
            shared = gcd(coefficient, inside)
            scale, factor = abs(inside) // shared, coefficient // shared
            if inside < 0:
                factor = -factor
            extreme = low if factor > 0 else high
            if extreme is not None:
                yield scale, (dim * scale - form * factor + factor * extreme,)


STRUCTURAL = Bounds()
