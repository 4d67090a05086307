"""The first axes of a view that are assumed to be those of the tensor: `k.view(batch, -1, heads, width)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.dims import Symbol, exact_quotient

if TYPE_CHECKING:
    from shapeguard.dims import Dim
    from shapeguard.ops.call import Call


def is_nameless(call: Call, size: Dim) -> bool:
    """Whether a size is a symbol for which there is no name, not even where the function under analysis is called."""
    atom = size.atom
    return isinstance(atom, Symbol) and size.names is None and size.value is None and atom not in call.outside


def assume_kept(call: Call, before: tuple[Dim, ...], after: tuple[Dim, ...]) -> None:
    """Learn that first axes without names are the named ones in their places, where a view leaves them as they are."""
    before, after = (tuple(map(call.store.facts.simplify, sizes)) for sizes in (before, after))
    for mine, theirs in zip(before[: _kept(call, before, after)], after, strict=False):
        if is_nameless(call, mine) and theirs.names is not None and theirs.value is None:
            call.store.learn_equal(mine, theirs)


def _kept(call: Call, before: tuple[Dim, ...], after: tuple[Dim, ...]) -> int:
    """How many first axes stay: all but the last one, which heads are taken out of, or one before another that stays.

    To be others, entries of them would have to move across an axis that stays, or parts of heads.
    """
    if len(before) > 1 and len(after) == len(before) + 1 and _splits(call, before[-1], *after[-2:]):
        return len(before) - 1
    if len(before) > 1 and len(after) > 1 and before[1].value != 1 and call.store.equal(before[1], after[1]):
        return 1
    return 0


def _splits(call: Call, size: Dim, first: Dim, second: Dim) -> bool:
    """Whether an axis is two others, of which a view may leave one open."""
    if -1 not in (first.constant, second.constant):
        return call.store.equal(size, first * second)
    rest = exact_quotient(size, second if first.constant == -1 else first)
    return rest is not None and rest.value != 1
