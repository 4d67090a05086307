"""`//` in normal form.

What divides is divided, what is left of a constant divisor lies between 0 and it, and a quotient of quotients is one
quotient. Only a divisor known to be positive is taken apart; by any other the quotient is an atom.
"""

from __future__ import annotations

from math import gcd
from typing import TYPE_CHECKING

from shapeguard.dims._atoms import Quotient, quotient
from shapeguard.dims._bounds import STRUCTURAL
from shapeguard.dims._terms import common_factor, content, divide, without

if TYPE_CHECKING:
    from shapeguard.dims._dim import Dim


def floor_divide(numerator: Dim, denominator: Dim, *, positive: bool = False) -> Dim:
    """`numerator // denominator`; `positive` says that the caller knows the denominator to be."""
    divisor = denominator.constant
    if divisor is not None and divisor < 0:
        numerator, denominator, divisor = -numerator, -denominator, -divisor
    if divisor == 1 or numerator.constant == 0:
        return numerator
    if divisor and numerator.constant is not None:
        return numerator.of({(): numerator.constant // divisor} if numerator.constant // divisor else {})
    if positive or STRUCTURAL.positive(denominator):
        return _divided(numerator, denominator)
    if STRUCTURAL.positive(-denominator):
        return _divided(-numerator, -denominator)
    return numerator.of_atom(quotient(numerator, denominator))


def exact_quotient(numerator: Dim, denominator: Dim) -> Dim | None:
    """The other factor of a product that has `denominator` among its factors, None where it has not."""
    whole, rest = divide(numerator.terms, denominator.terms)
    return None if rest else numerator.of(whole)


def _divided(numerator: Dim, denominator: Dim) -> Dim:
    whole, rest = divide(numerator.terms, denominator.terms)
    if not rest:
        return numerator.of(whole)
    if not whole or (len(denominator.terms) > 1 and len(rest) >= len(numerator.terms)):
        return _of_rest(numerator, denominator)
    return numerator.of(whole) + _of_rest(numerator.of(rest), denominator)


def _of_rest(numerator: Dim, denominator: Dim) -> Dim:
    """The same, of a numerator that has no multiple of the denominator in it."""
    reduced = _cancelled(numerator, denominator) or _merged(numerator, denominator)
    if reduced is not None:
        return floor_divide(*reduced, positive=True)
    atom = quotient(numerator, denominator)
    low, high = STRUCTURAL.range(atom)
    if low is not None and low == high:
        return numerator.of({(): low} if low else {})
    return numerator.of_atom(atom)


def _cancelled(numerator: Dim, denominator: Dim) -> tuple[Dim, Dim] | None:
    """`(g*n + c)//(g*d)` is `n//d` for an integer `0 <= c < g`, and `(s*n)//(s*d)` for sizes `s`."""
    variable = [coefficient for monomial, coefficient in numerator.terms.items() if monomial]
    shared = gcd(content(denominator.terms), *variable)
    common = common_factor([*numerator.terms, *denominator.terms])
    factor = tuple(atom for atom in common if STRUCTURAL.never_negative(atom))
    if shared == 1 and not factor:
        return None
    parts = []
    for dim in (numerator, denominator):
        terms = {(without(monomial, factor) or ()): each // shared for monomial, each in dim.terms.items()}
        parts.append(dim.of({monomial: coefficient for monomial, coefficient in terms.items() if coefficient}))
    return parts[0], parts[1]


def _merged(numerator: Dim, denominator: Dim) -> tuple[Dim, Dim] | None:
    """`(x//a + y)//b` is `(x + a*y)//(a*b)`."""
    inner = [
        monomial[0]
        for monomial, coefficient in numerator.terms.items()
        if coefficient == 1 and len(monomial) == 1 and isinstance(monomial[0], Quotient)
    ]
    if len(inner) != 1:
        return None
    atom = inner[0]
    assert isinstance(atom, Quotient)
    offset = numerator - numerator.of_atom(atom)
    if offset.constant != 0 and atom.denominator.constant is None:
        return None
    if not STRUCTURAL.positive(atom.denominator):
        return None
    return atom.numerator + atom.denominator * offset, atom.denominator * denominator
