"""Sizes as Python arithmetic, in the names of the source and the way a person would write them."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Any

from shapeguard.dims._atoms import Atom, Quotient, Symbol, symbols_of

if TYPE_CHECKING:
    from shapeguard.dims._dim import Dim
    from shapeguard.dims._terms import Monomial, Terms

_ANONYMOUS = "?"
_PRIMARY = re.compile(r"[\w.]+(?:[(\[][^()\[\]]*[)\]])*")
_SUM, _QUOTIENT, _PRODUCT, _WHOLE = range(4)  # how tightly a text holds together

_Text = tuple[str, int]
_Piece = tuple[int, "Monomial", _Text]  # coefficient, what it is sorted by, text without the sign


def render(dim: Dim) -> str:
    return _sum(dict(dim.terms))[0]


def _sum(terms: Terms) -> _Text:
    """The text of `terms`, which are used up: pairs such as `x - k*(x//k)` are taken out as `x % k`."""
    pieces = [*_remainders(terms), *_folded(terms)]
    pieces += [(coefficient, monomial, _product(abs(coefficient), monomial)) for monomial, coefficient in terms.items()]
    if not pieces:
        return "0", _WHOLE
    pieces.sort(key=_position)
    first, *rest = pieces
    text, level = first[2]
    if first[0] < 0:
        text, level = "-" + _operand(first[2]), _QUOTIENT
    for coefficient, _, (piece, _) in rest:
        text, level = f"{text} {'-' if coefficient < 0 else '+'} {piece}", _SUM
    return text, level


def _position(piece: _Piece) -> tuple[Any, ...]:
    """Names before numbers, then what is added before what is taken away, then by age."""
    coefficient, monomial, _ = piece
    ages = sorted(symbol.key for symbol in symbols_of(monomial))
    return (coefficient < 0, not monomial, ages[:1], -len(monomial), ages, [atom.key for atom in monomial])


def _remainders(terms: Terms) -> list[_Piece]:
    found: list[_Piece] = []
    for monomial in list(terms):
        for atom in monomial:
            if monomial in terms and isinstance(atom, Quotient) and (count := _taken(terms, monomial, atom)):
                text = f"{_operand(_sum(_centred(atom)))} % {_grouped(_sum(dict(atom.denominator.terms)))}"
                found.append((count, (atom,), _scaled(abs(count), [(text, _QUOTIENT)])))
    return found


def _taken(terms: Terms, monomial: Monomial, atom: Quotient) -> int:
    """How many times `x - y*(x//y)` is in `terms`, of which the one at `monomial` is the last; they are taken out."""
    product = atom.denominator * atom.denominator.of_atom(atom)
    inside = product.terms.get(monomial)
    count = -terms[monomial] // inside if inside and len(product.terms) == 1 else 0
    numerator = {each: count * c for each, c in atom.numerator.terms.items()}
    offset = numerator.pop((), 0) if len(numerator) > 1 else 0
    if not count or count * (inside or 0) != -terms[monomial] or not numerator.items() <= terms.items():
        return 0
    for each in (monomial, *numerator):
        del terms[each]
    if offset != terms.get((), 0):
        terms[()] = terms.get((), 0) - offset
    else:
        terms.pop((), None)
    return count


def _centred(atom: Quotient) -> Terms:
    """`7*h % 8` reads `(-h) % 8`."""
    divisor = atom.denominator.constant
    if divisor is None:
        return dict(atom.numerator.terms)
    return {each: c - divisor if 2 * c > divisor else c for each, c in atom.numerator.terms.items()}


def _folded(terms: Terms) -> list[_Piece]:
    """`(h + 1)//2 - 1` reads `(h - 1)//2`: the normal form's positive numerators go back to what was written."""
    found: list[_Piece] = []
    for monomial, coefficient in list(terms.items()):
        atom = monomial[0] if len(monomial) == 1 else None
        if not isinstance(atom, Quotient) or atom.denominator.constant is None:
            continue
        numerator = dict(atom.numerator.terms)
        for each in atom.numerator.terms:
            if terms.get(each) == -coefficient:
                del terms[each]
                numerator[each] -= atom.denominator.constant
        del terms[monomial]
        text = _quotient(numerator, atom.denominator)
        found.append((coefficient, monomial, _scaled(abs(coefficient), [text])))
    return found


def _product(coefficient: int, monomial: Monomial) -> _Text:
    factors = []
    for atom, repeated in groupby(monomial):
        text, power = _atom(atom), len(list(repeated))
        factors.append(text if power == 1 else (f"{_grouped(text)}**{power}", _WHOLE))
    return _scaled(coefficient, factors)


def _scaled(coefficient: int, factors: list[_Text]) -> _Text:
    if coefficient != 1 or not factors:
        factors = [(str(coefficient), _WHOLE), *factors]
    return factors[0] if len(factors) == 1 else ("*".join(map(_grouped, factors)), _PRODUCT)


def _atom(atom: Atom) -> _Text:
    if isinstance(atom, Symbol):
        name = atom.name or _ANONYMOUS
        return name, _WHOLE if name == _ANONYMOUS or _PRIMARY.fullmatch(name) else _SUM
    if isinstance(atom, Quotient):
        return _quotient(dict(atom.numerator.terms), atom.denominator)
    ordered = sorted(atom.operands, key=_age)
    return f"{'min' if atom.kind == 'min' else 'max'}({', '.join(map(render, ordered))})", _WHOLE


def _age(operand: Dim) -> tuple[Any, ...]:
    return (operand.constant is not None, min((symbol.key for symbol in operand.symbols), default=()), operand.key)


def _quotient(numerator: Terms, denominator: Dim) -> _Text:
    return f"{_operand(_sum(numerator))}//{_grouped(_sum(dict(denominator.terms)))}", _QUOTIENT


def _operand(text: _Text) -> str:
    """What stands before `//` or `%` or behind a sign: a plain product needs no parentheses there."""
    return text[0] if text[1] >= _PRODUCT else f"({text[0]})"


def _grouped(text: _Text) -> str:
    return text[0] if text[1] == _WHOLE else f"({text[0]})"
