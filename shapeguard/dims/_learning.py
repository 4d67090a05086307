"""How a state takes in what a path learns: as a substitution where a symbol stands alone, else as a rule or a bound."""

from __future__ import annotations

from math import lcm
from typing import TYPE_CHECKING

from shapeguard.dims._atoms import Quotient, Symbol, symbols_of
from shapeguard.dims._bounds import Bounds
from shapeguard.dims._dim import Dim
from shapeguard.dims._state import Rule, State
from shapeguard.dims._terms import content, order
from shapeguard.dims._verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from shapeguard.dims._bounds import Range

_PATIENCE = 8  # how deep learning one thing may make others be learned anew


def with_zero(state: State, dim: Dim, patience: int = _PATIENCE) -> State:
    """Learn that `dim` is 0. What is known already, contradicts what is known or is of no use changes nothing."""
    dim = state.normal(dim)
    if dim.constant is not None or not patience or state.verdict(dim) is not Verdict.UNKNOWN:
        return state
    dim = state.primitive(dim)
    symbol = _replaceable(dim)
    if symbol is not None:
        return _with_substitution(state, symbol, dim, patience - 1)
    dim, exact = _as_division(state, dim)
    if exact is not None:
        stronger = _common_multiple(state, exact)
        if stronger is not None:
            state = with_zero(state, stronger, patience - 1)
            return with_zero(state, dim, patience - 1)
    state = _with_rule(state, Rule(dim, exact), patience - 1)
    if exact is not None and exact.denominator.constant is not None and state.bounds.positive(exact.numerator):
        state = with_minimum_zero(state, exact.numerator - exact.denominator, patience - 1)
    return state


def with_minimum_zero(state: State, dim: Dim, patience: int = _PATIENCE) -> State:
    """Learn that `dim` is not negative, likewise."""
    dim = state.normal(dim)
    if dim.constant is not None or not patience:
        return state
    least, most = state.bounds.lower(dim), state.bounds.upper(dim)
    if (least is not None and least >= 0) or (most is not None and most < 0):
        return state
    return with_zero(state, dim, patience - 1) if most == 0 else _with_bound(state, dim, patience - 1)


def _replaceable(dim: Dim) -> Symbol | None:
    """The symbol to solve for: one without a name, else one without a value, else the youngest."""
    candidates = [
        monomial[0]
        for monomial, coefficient in dim.terms.items()
        if len(monomial) == 1 and abs(coefficient) == 1 and isinstance(monomial[0], Symbol)
    ]
    alone = [each for each in candidates if not any(each in symbols_of(m) for m in dim.terms if m != (each,))]
    return max(alone, key=lambda symbol: (symbol.name is None, symbol.value is None, symbol.key), default=None)


def _with_substitution(state: State, symbol: Symbol, dim: Dim, patience: int) -> State:
    replacement = Dim.of_atom(symbol) - dim * dim.terms[symbol,]
    replaced = {symbol: replacement}
    substitutions = {each: target.substitute(replaced) for each, target in state.substitutions.items()}
    new = _without_affected(state, {**substitutions, **replaced}, lambda each: each.substitute(replaced), patience)
    return new if symbol.minimum is None else with_minimum_zero(new, replacement - symbol.minimum, patience)


def _as_division(state: State, dim: Dim) -> tuple[Dim, Quotient | None]:
    """Where `dim` times something is `y*(x//y) - x`: that, and the quotient which leaves no rest."""
    for atom in {atom for monomial in dim.terms for atom in monomial if isinstance(atom, Quotient)}:
        split = dim.linear_in(atom)
        share = split and atom.denominator.exactly_over(split[0])
        if split and share and state.normal(share * split[1] + atom.numerator).constant == 0:
            return atom.denominator * Dim.of_atom(atom) - atom.numerator, atom
    return dim, None


def _common_multiple(state: State, exact: Quotient) -> Dim | None:
    """`6 | h`, where `2 | h` is known and `3 | h` is learned."""
    divisor = exact.denominator.constant
    for rule in state.rules:
        other = rule.exact
        if divisor is None or other is None or other.numerator is not exact.numerator:
            continue
        known = other.denominator.constant
        if known is not None and lcm(known, divisor) not in {known, divisor}:
            multiple = lcm(known, divisor)
            return multiple * (exact.numerator // multiple) - exact.numerator
    return None


def _with_rule(state: State, rule: Rule, patience: int) -> State:
    alone = State({}, (rule,), Bounds(exact=_exact([rule])))
    return _without_affected(state, state.substitutions, alone.normal, patience, rule)


def _with_bound(state: State, dim: Dim, patience: int) -> State:
    """`dim >= 0` bounds `dim` without its constant term, by its content and with a positive leading coefficient."""
    offset = dim.terms.get((), 0)
    form = dim - offset
    factor = content(form.terms)
    if form.terms[max(form.terms, key=order)] < 0:
        factor = -factor
    form = Dim.of({monomial: coefficient // factor for monomial, coefficient in form.terms.items()})
    atom = form.atom
    atoms, forms = dict(state.bounds.atoms), dict(state.bounds.forms)
    low, high = forms.get(form, (None, None)) if atom is None else atoms.get(atom, (None, None))
    if factor > 0:
        least = -(offset // factor)
        low = least if low is None else max(low, least)
    else:
        most = offset // -factor
        high = most if high is None else min(high, most)
    if low is not None and low == high:
        return with_zero(state, form - low, patience)
    if atom is None:
        forms[form] = low, high
    else:
        atoms[atom] = low, high
    return State(state.substitutions, state.rules, Bounds(atoms, forms, state.bounds.exact))


def _without_affected(
    state: State,
    substitutions: Mapping[Symbol, Dim],
    rewrite: Callable[[Dim], Dim],
    patience: int,
    rule: Rule | None = None,
) -> State:
    """The state with new substitutions or a new rule, and everything that they rewrite learned anew."""
    rules = [each for each in state.rules if rewrite(each.dim) is each.dim]
    equations = [rewrite(each.dim) for each in state.rules if rewrite(each.dim) is not each.dim]
    if rule is not None:
        rules.append(rule)
    minima: list[Dim] = []
    atoms = dict(state.bounds.atoms)
    forms = dict(state.bounds.forms)
    for atom, limits in state.bounds.atoms.items():
        dim = Dim.of_atom(atom)
        if rewrite(dim) is not dim:
            del atoms[atom]
            minima += _inequalities(dim, limits)
    for form, limits in state.bounds.forms.items():
        if rewrite(form) is not form:
            del forms[form]
            minima += _inequalities(form, limits)
    new = State(substitutions, tuple(rules), Bounds(atoms, forms, _exact(rules)))
    for equation in equations:
        new = with_zero(new, equation, patience)
    for minimum in minima:
        new = with_minimum_zero(new, minimum, patience)
    return new


def _exact(rules: Iterable[Rule]) -> frozenset[Quotient]:
    return frozenset(rule.exact for rule in rules if rule.exact is not None)


def _inequalities(dim: Dim, limits: Range) -> list[Dim]:
    low, high = limits
    return [each for each in (low is not None and dim - low, high is not None and high - dim) if each]
