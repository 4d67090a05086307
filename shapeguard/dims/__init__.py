"""One axis' size: symbols with an optional known value, polynomials over them, facts about them, comparison."""

from shapeguard.dims._atoms import Label, Quotient, Symbol, moment
from shapeguard.dims._broadcast import broadcast_size
from shapeguard.dims._dim import Dim, constant, symbol
from shapeguard.dims._division import exact_quotient
from shapeguard.dims._extrema import may_be
from shapeguard.dims._facts import Facts
from shapeguard.dims._limits import largest, smallest
from shapeguard.dims._verdict import Verdict

__all__ = [
    "Dim",
    "Facts",
    "Label",
    "Quotient",
    "Symbol",
    "Verdict",
    "broadcast_size",
    "constant",
    "exact_quotient",
    "largest",
    "may_be",
    "moment",
    "smallest",
    "symbol",
]
