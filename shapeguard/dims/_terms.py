"""Arithmetic on the terms of a polynomial: a dict from monomials (sorted tuples of atoms) to non-zero integers."""

from __future__ import annotations

from functools import reduce
from math import gcd
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from shapeguard.dims._atoms import Atom

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Monomial: TypeAlias = tuple[Atom, ...]
Terms: TypeAlias = dict[Monomial, int]

by_key = attrgetter("key")


def times(left: Monomial, right: Monomial) -> Monomial:
    if not left:
        return right
    return tuple(sorted(left + right, key=by_key)) if right else left


def without(monomial: Monomial, factor: Monomial) -> Monomial | None:
    """`monomial / factor`, None where it does not divide."""
    rest = list(monomial)
    for atom in factor:
        if atom not in rest:
            return None
        rest.remove(atom)
    return tuple(rest)


def order(monomial: Monomial) -> tuple[Any, ...]:
    """A monomial order (graded, compatible with products) that depends on structure only."""
    return (len(monomial), *(atom.key for atom in monomial))


def add_into(total: Terms, terms: Mapping[Monomial, int], factor: int = 1, monomial: Monomial = ()) -> None:
    """Add `factor * monomial * terms` to `total`, in place."""
    for each, coefficient in terms.items():
        product = times(each, monomial)
        coefficient = total.get(product, 0) + factor * coefficient  # noqa: PLW2901  # the term's new coefficient
        if coefficient:
            total[product] = coefficient
        else:
            total.pop(product, None)


def divide(terms: Terms, divisor: Terms) -> tuple[Terms, Terms]:
    """Quotient and remainder with `terms == quotient * divisor + remainder`.

    Coefficients of the remainder on multiples of the leading monomial lie between 0 and the leading coefficient, so
    that the remainder is the same for all `terms` that differ by a multiple of a one-term divisor.
    """
    lead = max(divisor, key=order) if len(divisor) > 1 else next(iter(divisor))
    rest = {monomial: coefficient for monomial, coefficient in divisor.items() if monomial != lead}
    quotient: Terms = {}
    remainder: Terms = {}
    work = dict(terms)
    while work:
        monomial = max(work, key=order) if rest else next(iter(work))
        coefficient = work.pop(monomial)
        cofactor = without(monomial, lead)
        if cofactor is None:
            remainder[monomial] = coefficient
            continue
        multiple, left = divmod(coefficient, divisor[lead])
        if left:
            remainder[monomial] = left
        if multiple:
            quotient[cofactor] = multiple
            add_into(work, rest, -multiple, cofactor)
    return quotient, remainder


def content(terms: Mapping[Monomial, int]) -> int:
    """The greatest common divisor of all coefficients."""
    return gcd(*terms.values())


def common_factor(monomials: Iterable[Monomial]) -> Monomial:
    """The greatest monomial that divides all of them."""
    return reduce(_shared, monomials)


def _shared(left: Monomial, right: Monomial) -> Monomial:
    if not left or not right:
        return ()
    rest = list(right)
    shared = []
    for atom in left:
        if atom in rest:
            rest.remove(atom)
            shared.append(atom)
    return tuple(shared)
