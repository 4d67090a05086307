"""Rounds of taking what functions are called with as what they are made for, where nothing else is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from shapeguard.interpreter.callsites import outline
from shapeguard.interpreter.mentions import Mentions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from shapeguard.dims import Symbol
    from shapeguard.interpreter import Surroundings, ir
    from shapeguard.interpreter.callsites import Passed, Settled
    from shapeguard.interpreter.interpreter import Interpreter
    from shapeguard.interpreter.records import Row
    from shapeguard.interpreter.together import Names

    Told: TypeAlias = "dict[int, dict[str, object]]"  # by the site of the function, by parameter

# Two carry the names of sizes along; more are made while they tell how many axes there are, or which modules.
LEAST, MOST = 2, 6


class Pass(NamedTuple):
    """What running a function for all its calls at once gave, where that has no other effect."""

    rows: Sequence[Row]
    passed: Sequence[Settled]


def in_rounds(
    first: Interpreter, make: Callable[..., Interpreter], module: ir.Module, around: Surroundings
) -> Interpreter:
    """The interpreter of the last round, each of which starts from what the calls of the one before it passed."""
    interpreter = first
    known: Told = {}
    known_ranks: Told = {}
    mentions = Mentions(module, around.modules, around.unread)  # costs next to nothing where none are around
    for index in range(MOST):
        before = interpreter
        passed, names = before.calls.passed(mentions)
        told, ranks = _outlines(passed, names), _outlines(passed, {})
        if told == known or (index >= LEAST and ranks == known_ranks):
            break
        interpreter = make(passed=passed, names=names, around=() if index else around.modules)
        if index:
            interpreter.calls.take_from_elsewhere(before.calls)
            interpreter.known = _unchanged(before, known, told)
            interpreter.calls.names |= {**before.calls.names, **names}
        interpreter.run()
        known, known_ranks = told, ranks
    return interpreter


def _unchanged(before: Interpreter, known: Told, told: Told) -> Mapping[int, Pass]:
    """The functions that need not be run again: nothing else is passed to them, nor to any constructor."""
    changed = {site for site in known.keys() | told.keys() if known.get(site) != told.get(site)}
    if not changed.isdisjoint(before.calls.constructors):
        return {}
    return {site: done for site, done in before.done.items() if done is not None and site not in changed}


def _outlines(passed: Passed, names: Names) -> Told:
    found: Told = {}
    for site, values in passed.items():
        places: dict[Symbol, int] = {}
        found[site] = {name: outline(value, names, places) for name, value in values.items()}
    return found
