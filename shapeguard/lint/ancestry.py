"""Where the sizes of an inferred shape come from: the lines in which a function first has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import Symbol
from shapeguard.interpreter.together import in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shapeguard.dims import Dim
    from shapeguard.interpreter.records import Row
    from shapeguard.shapes.axis import Axis


class Ancestor(NamedTuple):
    """What says a size, or made an axis, in words; and the line in which it stands, if that is another one of the file."""

    words: str
    row: int | None = None


class Ancestry:
    """The first places of all sizes in one function; `line` gives the row of a site, None for one in another file."""

    def __init__(self, rows: Sequence[Row], line: Callable[[int], int | None]) -> None:
        self._line = line
        self._first: dict[Symbol, Ancestor] = {}
        for row in rows[:1]:
            for name, size in row.numbers.items():
                if size is not None and name != "_":
                    self._add(row.store.facts.simplify(size), Ancestor(f"the integer {name}", line(row.places[name])))
        for row in rows:
            for index, axis in known_axes(row):
                words = f"axis {index} of {row.name.removeprefix('arg:')}"
                self._add(row.store.facts.simplify(axis.size), Ancestor(words, line(row.site)))

    def _add(self, size: Dim, ancestor: Ancestor) -> None:
        if isinstance(size.atom, Symbol):
            self._first.setdefault(size.atom, ancestor)

    def of(self, row: Row) -> tuple[tuple[Ancestor, ...], ...]:
        """For each known axis of a row, from the left, what it comes from."""
        here = self._line(row.site)
        return tuple(tuple(self._of_axis(row, axis, here)) for _, axis in known_axes(row))

    def _of_axis(self, row: Row, axis: Axis, here: int | None) -> Iterator[Ancestor]:
        size = row.store.facts.simplify(axis.size)
        found = [self._first[each] for each in in_order(size) if each in self._first]
        if axis.origin is not None:
            yield _elsewhere(Ancestor(axis.origin.value, None if axis.site is None else self._line(axis.site)), here)
        elif size.value is None and not found:
            yield Ancestor("nothing says this size")
        if size.constant is None:
            yield from dict.fromkeys(_elsewhere(each, here) for each in found)


def _elsewhere(ancestor: Ancestor, here: int | None) -> Ancestor:
    """An ancestor without its line, where that is the line asked about."""
    return ancestor._replace(row=None) if ancestor.row == here else ancestor


def known_axes(row: Row) -> Iterator[tuple[int, Axis]]:
    """The axes that are known, with their index; behind a run of unknown length it counts from the right."""
    if row.shape is not None:
        shape = row.store.resolve(row.shape)
        yield from enumerate(shape.leading)
        yield from enumerate(shape.trailing, start=-len(shape.trailing))
