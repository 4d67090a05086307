"""What several calls of a function pass, taken together: sizes that are one in all calls stay one."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from shapeguard.dims import Dim, Symbol, symbol

if TYPE_CHECKING:
    from collections.abc import Mapping

Sizes: TypeAlias = "tuple[Dim, ...]"
Place: TypeAlias = "tuple[str, *tuple[int, ...]]"  # a parameter, and where in its items
Names: TypeAlias = "dict[Symbol, str]"  # what callers call the sizes of arguments


class Together:
    """The sizes of arguments that all calls of one function agree on.

    They are sizes of the function's own, which have no names, so that it can give them some; `names` are those that
    they have where the calls are.
    """

    def __init__(self, known: Names) -> None:
        self.sizes: dict[Place, Sizes | None] = {}  # None where the number of axes differs
        self.names: Names = {}
        self._known = known
        self._nameless: dict[Dim, Dim] = {}  # what stands for expressions of the call under way

    def add(self, call: Mapping[Place, Sizes | None]) -> None:
        """Add what a call passes; numbers are left out, since the function is not made for them."""
        pairs: dict[tuple[Dim | None, Dim], Dim] = {}
        self._nameless = self._alone(call)
        for place, sizes in sorted(call.items(), key=lambda each: each[0] not in self.sizes):
            known = self.sizes.get(place, ())
            if place not in self.sizes and sizes is not None:
                self.sizes[place] = tuple(_as_before(size, pairs) or self._both(None, size, pairs) for size in sizes)
            elif sizes is None or known is None or len(known) != len(sizes):
                self.sizes[place] = None
            else:
                self.sizes[place] = tuple(self._both(*pair, pairs) for pair in zip(known, sizes, strict=True))

    def _alone(self, call: Mapping[Place, Sizes | None]) -> dict[Dim, Dim]:
        """The expressions in which nothing has a name, nor occurs in another size: they are as good as any symbol."""
        found = {size for sizes in call.values() for size in sizes or () if size.value is None}
        uses = Counter(each for size in found for each in size.symbols)
        return {
            size: symbol(None, minimum=0)
            for size in found
            if not isinstance(size.atom, Symbol)
            and not any(uses[each] > 1 or each.name or each in self._known for each in size.symbols)
        }

    def _both(self, known: Dim | None, size: Dim, pairs: dict[tuple[Dim | None, Dim], Dim]) -> Dim:
        """The size that is `known` in the calls before, and `size` in this one."""
        if size.value is not None:
            size = symbol(None)
        elif size in self._nameless:
            size = self._nameless[size]
        found = pairs.get((known, size))
        if found is None:
            found = pairs[known, size] = self._common(known, size, pairs)
        return found

    def _common(self, known: Dim | None, size: Dim, pairs: dict[tuple[Dim | None, Dim], Dim]) -> Dim:
        before, now = None if known is None else known.atom, size.atom
        if isinstance(now, Symbol) and known is None:
            return self._symbol(None, now)
        if isinstance(now, Symbol) and isinstance(before, Symbol):
            return self._symbol(before, now)
        parts = dict.fromkeys(in_order(size)) if known is None else self._alike(known, size)
        if parts is None:
            return symbol(None)
        mine = {
            each: self._both(None if part is None else Dim.of_atom(part), Dim.of_atom(each), pairs)
            for each, part in parts.items()
        }
        return size.substitute(mine)

    def _symbol(self, before: Symbol | None, now: Symbol) -> Dim:
        made = symbol(None, minimum=_least(before, now))
        atom = made.atom
        assert isinstance(atom, Symbol)
        name = (before and self.names.get(before)) or now.name or self._known.get(now)
        if name is not None:
            self.names[atom] = name
        return made

    def _alike(self, known: Dim, size: Dim) -> dict[Symbol, Symbol] | None:
        """Which symbols of an expression are which of a known one, if both are the same but for that."""
        by_name = {self.names.get(each): each for each in in_order(known)}
        parts = {each: by_name.get(each.name or self._known.get(each)) for each in in_order(size)}
        found = {each: part for each, part in parts.items() if part is not None}
        if len(found) < len(parts) or None in by_name:
            return None
        renamed = size.substitute({each: Dim.of_atom(part) for each, part in found.items()})
        return found if renamed is known else None


def _as_before(size: Dim, pairs: Mapping[tuple[Dim | None, Dim], Dim]) -> Dim | None:
    """What stands for a size in the arguments that earlier calls had, too, if that is one size in all of them.

    Those calls passed no such argument as the one that has it, too.
    """
    found = {mine for (known, theirs), mine in pairs.items() if theirs is size and known is not None}
    return found.pop() if len(found) == 1 and size.constant is None else None


def in_order(size: Dim) -> list[Symbol]:
    """The symbols of a size in the order in which they were made, so that runs agree on which takes a name first."""
    return sorted(size.symbols, key=lambda each: each.key)


def _least(a: Symbol | None, b: Symbol) -> int | None:
    low = b.minimum if a is None else a.minimum
    return None if low is None or b.minimum is None else min(low, b.minimum)
