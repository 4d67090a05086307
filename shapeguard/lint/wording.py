"""Sizes in the words of a function's source: its own integers, and `x.shape[0]` for what nothing else names."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.dims import Dim, symbol
from shapeguard.interpreter.together import in_order

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapeguard.dims import Symbol
    from shapeguard.interpreter.records import Row

Size = int | str | None
_SPELLED = re.compile(r"(?<![\w.])(?:len\([\w.]+\)|[\w.]+\.(?:shape\[-?\d+\]|size\(-?\d+\)|size\(\)\[-?\d+\]))")


_DOTTED = re.compile(r"(?<![\w.])(?:self(?:\.\w+){2,}|(?!self\.)\w+(?:\.\w+)+)")


class Expression(NamedTuple):
    """A text that stands for a size, of the argument `parameter` if it says no more than that there is such an axis."""

    text: str
    parameter: str | None = None


def spelled(text: str) -> set[str]:
    """Expressions such as `x.shape[0]` that stand in a source, and what it writes with `self.` only."""
    dotted = set(_DOTTED.findall(text))
    own = {name for name in dotted if name.startswith("self.") and name.removeprefix("self.") not in dotted}
    return own.union(_SPELLED.findall(text))


class Wording:
    """How the sizes in the rows of one function are written.

    A name that means several sizes stands for the first of them only. What has no name is written as the integer that
    it is bound to, as an expression of the source, by the name that callers have for it, or as the axis of an argument.
    """

    def __init__(self, rows: Sequence[Row], written: set[str], names: Mapping[Symbol, str]) -> None:
        self._written = written
        self._names: dict[str, Symbol] = {}
        self._texts: dict[Dim, Expression] = {}
        self._symbols: dict[str, Dim] = {}
        axes = list(_axes(rows, written))
        for size, expression in (*_integers(rows), *(found for found in axes if found[1].parameter is None)):
            self._texts.setdefault(size, expression)
        self._borrow(rows, names)
        for size, expression in axes:
            self._texts.setdefault(size, expression)

    def _borrow(self, rows: Sequence[Row], names: Mapping[Symbol, str]) -> None:
        """Call sizes that have no names as callers do, where that cannot be mistaken."""
        taken = {each.name for row in rows for size in _sizes(row).values() for each in size.symbols}
        taken |= {expression.text for expression in self._texts.values()}
        for row in rows:
            for size in _sizes(row).values():
                for each in in_order(size):
                    name = names.get(each)
                    if name is not None and name not in taken and name not in row.numbers:
                        taken.add(name)
                        self._texts.setdefault(Dim.of_atom(each), Expression(name))

    def shape(self, row: Row) -> tuple[Size, ...] | None:
        """A shape as plain data."""
        if row.shape is None:
            return None
        shape = row.store.resolve(row.shape)
        leading = tuple(self._size(row, axis.size) for axis in shape.leading)
        if shape.run is None:
            return leading
        return (*leading, "...", *(self._size(row, axis.size) for axis in shape.trailing))

    def _size(self, row: Row, size: Dim) -> Size:
        simple = row.store.facts.simplify(size)
        if simple.value is not None:
            return simple.value
        for form in (simple, size):
            if all(self._stands(row, each) for each in in_order(form)):
                return self._own(form).names
        found = self._texts.get(simple)
        if found is not None and found.parameter is None:
            return found.text
        return self._substituted(row, simple) or self._text(row, simple)

    def _own(self, size: Dim) -> Dim:
        """A size in which `config.width` is `self.config.width`, where the source writes nothing else."""
        own = {each: f"self.{each.name}" for each in size.symbols if f"self.{each.name}" in self._written}
        if not own:
            return size
        return size.substitute({each: self._symbols.setdefault(name, symbol(name)) for each, name in own.items()})

    def _stands(self, row: Row, symbol: Symbol) -> bool:
        """Whether a symbol has a name that means this size here, and no other."""
        name = symbol.name
        if name is None or not _same(row, self._names.setdefault(name, symbol), symbol):
            return False
        return name not in row.numbers or _means(row, name, symbol)

    def _text(self, row: Row, size: Dim) -> str | None:
        found = self._texts.get(size)
        if found is None or found.parameter == row.name:
            return None
        return found.text

    def _substituted(self, row: Row, size: Dim) -> str | None:
        """A size of which only some symbols have names of their own."""
        replaced: dict[Symbol, Dim] = {}
        for each in in_order(size):
            if not self._stands(row, each):
                text = self._text(row, Dim.of_atom(each))
                if text is None:
                    return None
                replaced[each] = self._symbols.setdefault(text, symbol(text))
        return size.substitute(replaced).names


def _same(row: Row, known: Symbol, symbol: Symbol) -> bool:
    """Whether two sizes that have one name are one size here."""
    return known is symbol or row.store.equal(Dim.of_atom(known), Dim.of_atom(symbol))


def _means(row: Row, name: str, symbol: Symbol) -> bool:
    """Whether the function's own integer of this name is the symbol."""
    number = row.numbers[name]
    return number is not None and row.store.equal(number, Dim.of_atom(symbol))


def _integers(rows: Sequence[Row]) -> Iterator[tuple[Dim, Expression]]:
    """The sizes that the function binds to a name, to one of them only."""
    for name, size in rows[0].numbers.items() if rows else ():
        simple = None if size is None or name == "_" else rows[0].store.facts.simplify(size)
        if simple is not None and simple.value is None:
            yield simple, Expression(name)


def _axes(rows: Sequence[Row], written: set[str]) -> Iterator[tuple[Dim, Expression]]:
    """The axes of names that are bound to tensors which all have that axis; first those that the source writes."""
    bindings: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        bindings[row.name.removeprefix("arg:")].append(row)
    others: list[tuple[Dim, Expression]] = []
    for name, bound in bindings.items():
        if name in ("_", "return") or name in bound[0].numbers:
            continue
        for index, size in _common([_sizes(row) for row in bound]):
            text = next((text for text in _forms(name, index) if text in written), None)
            if text is not None:
                yield size, Expression(text)
            elif bound[0].name != name:
                others.append((size, Expression(f"{name}.shape[{index}]", bound[0].name)))
    yield from others


def _sizes(row: Row) -> dict[int, Dim]:
    """The sizes of the axes that are known, by index from the left, then from the right."""
    if row.shape is None:
        return {}
    shape = row.store.resolve(row.shape)
    trailing = shape.leading if shape.run is None else shape.trailing
    axes = {**dict(enumerate(shape.leading)), **dict(enumerate(trailing, start=-len(trailing)))}
    return {index: row.store.facts.simplify(axis.size) for index, axis in axes.items()}


def _common(shapes: Sequence[dict[int, Dim]]) -> Iterator[tuple[int, Dim]]:
    """What all shapes agree on, but for numbers."""
    for index, size in shapes[0].items():
        if size.value is None and all(sizes.get(index) is size for sizes in shapes):
            yield index, size


def _forms(name: str, index: int) -> tuple[str, ...]:
    """How a source may write the size of an axis."""
    forms = f"{name}.shape[{index}]", f"{name}.size({index})", f"{name}.size()[{index}]"
    return (*forms, f"len({name})") if index == 0 else forms
