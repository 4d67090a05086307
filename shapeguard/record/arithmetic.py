"""Sizes that are computed from others: `2*d`, `t+1`, `h*w`, by what the code does or by what every call shows."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from shapeguard.dims import constant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapeguard.dims import Dim, Symbol
    from shapeguard.record.columns import Values
    from shapeguard.record.sizes import Size

_FACTORS: Final = (2, 3, 4, 8)
_STEPS: Final = (1, 2, 3)
# Different calls that a formula has to be right in where nothing but calls speaks for it: there are few simple formulas,
# and so many others that three calls agree with one of them by chance.
_FEW: Final = 3
_MANY: Final = 4

Known = tuple["Dim", "Values"]
"""A symbol, and its value in every call."""


def formulas(size: Size, known: Sequence[Known]) -> list[Dim]:
    """The formulas over `known` that hold in every call, where the calls are different enough to tell."""
    usable = [(dim, values) for dim, values in known if _covers(values, size.values)]
    found = []
    for formula, evidence in _candidates(usable):
        if len(size.distinct) >= evidence and holds(formula, size.values, usable):
            found.append(formula)
    return found


def _candidates(known: Sequence[Known]) -> Iterator[tuple[Dim, int]]:
    """Formulas, and in how many different sizes they have to be right."""
    for dim, _ in known:
        for factor in _FACTORS:
            yield dim * factor, _FEW if factor == 2 else _MANY
            yield dim // factor, _FEW if factor == 2 else _MANY
        for step in _STEPS:
            yield dim + step, _FEW if step == 1 else _MANY
            yield dim - step, _FEW if step == 1 else _MANY
    for (left, _), (right, _) in combinations(known, 2):
        for formula in (left + right, left * right, left - right, right - left):
            yield formula, _MANY


def holds(formula: Dim, values: Values, known: Sequence[Known]) -> bool:
    """Whether a formula gives the value in every call that has one."""
    names = formula.symbols
    used: dict[Symbol, Values] = {s: column for dim, column in known for s in dim.symbols if s in names}
    return used.keys() == names and all(
        value is None or evaluate(formula, {s: column[call] for s, column in used.items()}) == value
        for call, value in enumerate(values)
    )


def evaluate(formula: Dim, numbers: Mapping[Symbol, int | None]) -> int | None:
    """The value of a formula, None where it has none."""
    if None in numbers.values():
        return None
    try:
        return formula.substitute({s: constant(number) for s, number in numbers.items() if number is not None}).constant
    except ZeroDivisionError:
        return None


def _covers(values: Values, wanted: Values) -> bool:
    return all(value is not None or size is None for value, size in zip(values, wanted, strict=True))
