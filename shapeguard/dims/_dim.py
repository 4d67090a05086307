"""The size of an axis: an integer polynomial in normal form. The same expression is the same object."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Final
from weakref import ref

from shapeguard.dims._atoms import Atom, Quotient, Symbol, symbols_of
from shapeguard.dims._bounds import STRUCTURAL
from shapeguard.dims._division import floor_divide
from shapeguard.dims._extrema import extreme
from shapeguard.dims._intern import Interned, remember
from shapeguard.dims._terms import Terms, add_into, divide
from shapeguard.dims._text import render

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Any

    from shapeguard.dims._verdict import Verdict

_TERMS: Final = 64  # beyond these an expression is a size that nothing is known of
_DEGREE: Final = 24
_WEIGHT: Final = 512
_MAGNITUDE: Final = 1 << 256
_KEPT: Final = 4096

_dims: Interned[Dim] = Interned()
_small: dict[int, Dim] = {}
_sums: dict[tuple[Dim, Dim], Dim] = {}
_differences: dict[tuple[Dim, Dim], Dim] = {}
_products: dict[tuple[Dim, Dim], Dim] = {}
_quotients: dict[tuple[Dim, Dim], Dim] = {}


class Dim:
    """An integer polynomial over symbols, quotients and extrema.

    Attributes:
        atom: the atom, where the expression is nothing else.
        constant: the integer, where the expression is a literal.
        terms: coefficients by monomial; not to be changed.
    """

    __slots__ = (
        "__weakref__", "_key", "_least", "_most", "_plain", "_symbols", "_text", "_valued", "_verdict", "_weight",
        "atom", "constant", "terms",
    )  # fmt: skip

    atom: Atom | None
    constant: int | None
    terms: Terms
    _key: tuple[Any, ...]
    _least: int | None
    _most: int | None
    _plain: bool
    _symbols: frozenset[Symbol]
    _text: str
    _valued: Dim | None
    _verdict: Verdict
    _weight: int

    @staticmethod
    def of(terms: Terms) -> Dim:
        """The polynomial with these terms, which must not change any more and have no zero coefficient."""
        if len(terms) <= 1:
            if not terms:
                return constant(0)
            ((monomial, coefficient),) = terms.items()
            if not monomial:
                return constant(coefficient)
            if coefficient == 1 and len(monomial) == 1:
                return _alone(monomial[0], terms)
        key = frozenset(terms.items())
        entry = _dims.entries.get(key)
        if entry is not None and (known := entry()) is not None:
            return known
        return _dims.add(key, _create(terms, None))

    @staticmethod
    def of_atom(atom: Atom) -> Dim:
        return symbol(None, minimum=STRUCTURAL.range(atom)[0]) if atom.weight > _WEIGHT else _alone(atom)

    @property
    def plain(self) -> bool:
        """Whether it has no atoms but symbols."""
        try:
            return self._plain
        except AttributeError:
            self._plain = all(atom.__class__ is Symbol for monomial in self.terms for atom in monomial)
            return self._plain

    @property
    def symbols(self) -> frozenset[Symbol]:
        try:
            return self._symbols
        except AttributeError:
            self._symbols = symbols_of(atom for monomial in self.terms for atom in monomial)
            return self._symbols

    @property
    def value(self) -> int | None:
        """The integer, where every symbol has a known value."""
        return self.constant if self.constant is not None else self.valued.constant

    @property
    def valued(self) -> Dim:
        """The same with the symbols of known value replaced by it."""
        try:
            return self._valued or self
        except AttributeError:
            known = {symbol: constant(symbol.value) for symbol in self.symbols if symbol.value is not None}
            valued = self.substitute(known)
            self._valued = None if valued is self else valued
            return valued

    @property
    def least(self) -> int | None:
        """The greatest integer that it is never below, whatever a path knows."""
        try:
            return self._least
        except AttributeError:
            self._least = STRUCTURAL.worked_out(self)
            return self._least

    @property
    def most(self) -> int | None:
        """The least integer that it is never above, likewise."""
        try:
            return self._most
        except AttributeError:
            least = STRUCTURAL.worked_out(-self)
            self._most = None if least is None else -least
            return self._most

    @property
    def verdict(self) -> Verdict:
        """How it compares with 0, whatever a path knows."""
        try:
            return self._verdict
        except AttributeError:
            from shapeguard.dims._state import EMPTY

            self._verdict = EMPTY.worked_out(self)
            return self._verdict

    @property
    def names(self) -> str | None:
        """The expression in names of the source, None where one of its symbols has none."""
        return str(self) if self.named else None

    @property
    def named(self) -> bool:
        """Whether all its symbols have names in the source."""
        return all([symbol.name for symbol in self.symbols])  # noqa: C419 - a list is faster, for so few

    @property
    def key(self) -> tuple[Any, ...]:
        """Orders expressions by their structure."""
        try:
            return self._key
        except AttributeError:
            self._key = tuple(sorted((tuple(atom.key for atom in monomial), c) for monomial, c in self.terms.items()))
            return self._key

    @property
    def weight(self) -> int:
        """How large the expression is."""
        try:
            return self._weight
        except AttributeError:
            self._weight = sum(1 + sum(atom.weight for atom in monomial) for monomial in self.terms)
            return self._weight

    def __str__(self) -> str:
        try:
            return self._text
        except AttributeError:
            self._text = render(self)
            return self._text

    def __repr__(self) -> str:
        return f"<Dim {self}>"

    def __add__(self, other: Dim | int) -> Dim:
        if other.__class__ is not Dim:
            if not isinstance(other, int):
                return NotImplemented
            other = constant(other)
        key = (self, other)
        known = _sums.get(key)
        return filed(_sums, key, _combined(self, other, 1)) if known is None else known

    __radd__ = __add__

    def __sub__(self, other: Dim | int) -> Dim:
        if other.__class__ is not Dim:
            if not isinstance(other, int):
                return NotImplemented
            other = constant(other)
        if self is other:
            return constant(0)
        key = (self, other)
        known = _differences.get(key)
        return filed(_differences, key, _combined(self, other, -1)) if known is None else known

    def __rsub__(self, other: int) -> Dim:
        return constant(other) - self if isinstance(other, int) else NotImplemented

    def __neg__(self) -> Dim:
        return constant(0) - self

    def __mul__(self, other: Dim | int) -> Dim:
        if other.__class__ is not Dim:
            if not isinstance(other, int):
                return NotImplemented
            other = constant(other)
        key = (self, other)
        known = _products.get(key)
        return filed(_products, key, _multiplied(self, other)) if known is None else known

    __rmul__ = __mul__

    def __floordiv__(self, other: Dim | int) -> Dim:
        if other.__class__ is not Dim:
            if not isinstance(other, int):
                return NotImplemented
            other = constant(other)
        key = (self, other)
        known = _quotients.get(key)
        if known is not None:
            return known
        if other.constant == 0:
            return symbol(None, minimum=None)
        return filed(_quotients, key, floor_divide(self, other))

    def __rfloordiv__(self, other: int) -> Dim:
        return constant(other) // self if isinstance(other, int) else NotImplemented

    def __mod__(self, other: Dim | int) -> Dim:
        """`a - b*(a//b)`, so that `%` and `//` of the same sizes cancel; it prints as `a % b` again."""
        if other.__class__ is not Dim:
            if not isinstance(other, int):
                return NotImplemented
            other = constant(other)
        whole = self // other
        return whole if other.constant == 0 else self - whole * other

    def __rmod__(self, other: int) -> Dim:
        return constant(other) % self if isinstance(other, int) else NotImplemented

    def __pow__(self, exponent: int) -> Dim:
        """A product; of a negative `exponent` nothing is known."""
        if not isinstance(exponent, int):
            return NotImplemented
        if not 0 <= exponent <= _DEGREE:
            return symbol(None, minimum=None)
        return prod([self] * exponent, start=constant(1))

    def linear_in(self, atom: Atom) -> tuple[Dim, Dim] | None:
        """`factor, rest` with `self == factor * atom + rest`; None where it occurs in a higher power."""
        factor: Terms = {}
        rest: Terms = {}
        for monomial, coefficient in self.terms.items():
            if atom not in monomial:
                rest[monomial] = coefficient
                continue
            place = monomial.index(atom)
            others = monomial[:place] + monomial[place + 1 :]
            if atom in others:
                return None
            factor[others] = coefficient
        return Dim.of(factor), Dim.of(rest)

    def exactly_over(self, divisor: Dim) -> Dim | None:
        """`self / divisor` where that is a polynomial."""
        whole, rest = divide(self.terms, divisor.terms)
        return None if rest else Dim.of(whole)

    def map_atoms(self, replacement: Callable[[Atom], Dim | None]) -> Dim:
        """The expression with atoms replaced at its top level; None leaves one as it is."""
        kept: Terms = {}
        changed: list[Dim] = []
        for monomial, coefficient in self.terms.items():
            new = [replacement(atom) for atom in monomial]
            if all(each is None for each in new):
                kept[monomial] = coefficient
                continue
            product = Dim.of(
                {tuple(atom for atom, each in zip(monomial, new, strict=True) if each is None): coefficient}
            )
            for each in new:
                if each is not None:
                    product *= each
            changed.append(product)
        return sum(changed, start=Dim.of(kept)) if changed else self

    def substitute(self, replacements: Mapping[Symbol, Dim]) -> Dim:
        """The expression with symbols replaced, in all places."""
        if self.symbols.isdisjoint(replacements):
            return self

        def replaced(atom: Atom) -> Dim | None:
            if isinstance(atom, Symbol):
                return replacements.get(atom)
            if isinstance(atom, Quotient):
                return atom.numerator.substitute(replacements) // atom.denominator.substitute(replacements)
            return extreme(atom.kind, [operand.substitute(replacements) for operand in atom.operands])

        return self.map_atoms(replaced)


def _alone(atom: Atom, terms: Terms | None = None) -> Dim:
    """The expression that is nothing but an atom: the atom itself knows it."""
    known = None if atom.dim is None else atom.dim()
    if known is None:
        known = _create({(atom,): 1} if terms is None else terms, None)
        known.atom = atom
        atom.dim = ref(known)
    return known


def _create(terms: Terms, number: int | None) -> Dim:
    dim = object.__new__(Dim)
    dim.terms = terms
    dim.constant = number
    dim.atom = None
    return dim


def _collapsed(terms: Terms) -> Dim:
    """A size of its own in place of an expression too large to be worth following."""
    value = 0
    for monomial, coefficient in terms.items():
        factors = [Dim.of_atom(atom).value for atom in monomial]
        known = [factor for factor in factors if factor is not None]
        if len(known) < len(factors):
            return symbol(None, minimum=STRUCTURAL.at_once(terms))
        value += coefficient * prod(known)
    return symbol(None, value=value, minimum=STRUCTURAL.at_once(terms))


def _combined(left: Dim, right: Dim, sign: int) -> Dim:
    """`left + sign * right`."""
    if left.constant is not None and right.constant is not None:
        return constant(left.constant + sign * right.constant)
    if right.constant == 0:
        return left
    terms = dict(left.terms)
    for monomial, coefficient in right.terms.items():
        total = terms.get(monomial, 0) + sign * coefficient
        if total:
            terms[monomial] = total
        else:
            del terms[monomial]
    return Dim.of(terms) if len(terms) <= _TERMS else _collapsed(terms)


def _multiplied(left: Dim, right: Dim) -> Dim:
    if left.constant is not None:
        left, right = right, left
    number = right.constant
    if number is not None:
        if left.constant is not None:
            return constant(left.constant * number)
        if number == 1:
            return left
        terms = {monomial: coefficient * number for monomial, coefficient in left.terms.items()} if number else {}
    else:
        terms = {}
        for monomial, coefficient in right.terms.items():
            add_into(terms, left.terms, coefficient, monomial)
    large = len(terms) > _TERMS or any(len(each) > _DEGREE or abs(c) > _MAGNITUDE for each, c in terms.items())
    return _collapsed(terms) if large else Dim.of(terms)


def filed(table: dict[tuple[Dim, Dim], Dim], key: tuple[Dim, Dim], result: Dim) -> Dim:
    """File a result, unless it is a fresh symbol: how often one is made must not depend on what was forgotten."""
    atom = result.atom
    return result if isinstance(atom, Symbol) and atom.name is None else remember(table, key, result)


def constant(number: int) -> Dim:
    """The size that is this integer."""
    known = _small.get(number)
    if known is not None:
        return known
    number = int(number)
    dim = _dims.get(number) or _dims.add(number, _create({(): number} if number else {}, number))
    if -_KEPT <= number <= _KEPT:
        _small[number] = dim
    return dim


def symbol(name: str | None, *, value: int | None = None, minimum: int | None = 1) -> Dim:
    """A fresh size at every call, `name` in the source (None: anonymous), never below `minimum` (None: any integer)."""
    return _alone(Symbol(name, value, minimum))
