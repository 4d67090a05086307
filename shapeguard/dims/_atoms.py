"""What a polynomial is made of: symbols, and the operations that do not expand (`//`, `min`, `max`, a broadcast)."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from shapeguard.dims._intern import Interned

if TYPE_CHECKING:
    from collections.abc import Iterable
    from weakref import ref

    from shapeguard.dims._dim import Dim

Kind: TypeAlias = Literal["max", "min", "join"]
Atom: TypeAlias = "Symbol | Quotient | Extremum"

_serials = count()


class Label(str):
    """A name that the pattern of one operation gives a size: another pattern may give the same size another one."""

    __slots__ = ()


class _Atom:
    """One indivisible factor. Equal atoms are the same object; `key` orders them by structure, never by address.

    `dim` is the expression that is nothing but this atom, as long as somebody uses it.
    """

    __slots__ = ("__weakref__", "dim", "key", "weight")

    dim: ref[Dim] | None
    key: tuple[Any, ...]
    weight: int


class Symbol(_Atom):
    """An unknown size, at least `minimum` (None: any integer), with a value where one is known."""

    __slots__ = ("minimum", "name", "value")

    def __init__(self, name: str | None, value: int | None, minimum: int | None) -> None:
        self.name: Final = name
        self.value: Final = value
        self.minimum: Final = minimum if value is None or minimum is None else min(minimum, value)
        self.dim = None
        self.key = (0, next(_serials))
        self.weight = 1

    def __repr__(self) -> str:
        return f"<Symbol {self.name or '?'}>"


def moment() -> int:
    """A number that the keys of symbols made from now on exceed, and no other's do."""
    return next(_serials)


class Quotient(_Atom):
    """`numerator // denominator`, rounded down."""

    __slots__ = ("denominator", "numerator", "symbols")

    def __init__(self, numerator: Dim, denominator: Dim) -> None:
        self.numerator: Final = numerator
        self.denominator: Final = denominator
        self.symbols: Final = numerator.symbols | denominator.symbols
        self.dim = None
        self.key = (1, numerator.key, denominator.key)
        self.weight = 1 + numerator.weight + denominator.weight


class Extremum(_Atom):
    """The largest or smallest of its operands, or (`join`) the size they broadcast to: all equal but for ones."""

    __slots__ = ("kind", "operands", "symbols")

    def __init__(self, kind: Kind, operands: frozenset[Dim]) -> None:
        self.kind: Final = kind
        self.operands: Final = tuple(sorted(operands, key=lambda operand: operand.key))
        self.symbols: Final = frozenset[Symbol]().union(*(operand.symbols for operand in operands))
        self.dim = None
        self.key = (2, kind, *(operand.key for operand in self.operands))
        self.weight = 1 + sum(operand.weight for operand in operands)


_quotients: Interned[Quotient] = Interned()
_extrema: Interned[Extremum] = Interned()


def quotient(numerator: Dim, denominator: Dim) -> Quotient:
    key = (numerator, denominator)
    return _quotients.get(key) or _quotients.add(key, Quotient(numerator, denominator))


def extremum(kind: Kind, operands: frozenset[Dim]) -> Extremum:
    key = (kind, operands)
    return _extrema.get(key) or _extrema.add(key, Extremum(kind, operands))


def symbols_of(atoms: Iterable[Atom]) -> frozenset[Symbol]:
    found: set[Symbol] = set()
    for atom in atoms:
        if isinstance(atom, Symbol):
            found.add(atom)
        else:
            found |= atom.symbols
    return frozenset(found)
