"""The shapes that the names of a file are bound to."""

from __future__ import annotations

import os.path
from typing import TYPE_CHECKING, NamedTuple

from shapeguard import interpreter
from shapeguard.dims import Dim
from shapeguard.lint.locate import locate
from shapeguard.lint.project import Folders
from shapeguard.ops.declared import declarations

if TYPE_CHECKING:
    from shapeguard.dims import Symbol
    from shapeguard.interpreter.records import Row
    from shapeguard.lint.project import Syntax

Size = int | str | None


class Inferred(NamedTuple):
    """A name bound in a statement, and its shape.

    `row` is the statement's first line, from 1. `shape` is None where the rank is not known, else a tuple of integers,
    sizes in the source's own names, None (an unknown size) and "..." (any number of axes). `evidence` is "inferred",
    or "assumed" where the shape rests on a comment or docstring. `reason` says why no more is known, if that is known.
    """

    row: int
    function: str
    name: str
    shape: tuple[Size, ...] | None
    evidence: str
    reason: str | None = None


def infer(text: str, filename: str, signatures: tuple[tuple[str, str], ...] = ()) -> list[Inferred]:
    """The shapes of a file's names, for every way that its functions can be called, in the order of their lines.

    `signatures` are what the user declares of functions, as in the settings.
    """
    project = Folders()
    path = os.path.abspath(filename)
    file = project.lowered(path, text)
    declared = declarations(signatures)
    proven = interpreter.interpret(file, project=project, declarations=declared)
    assumed = interpreter.interpret(file, assume=True, project=project, declarations=declared)
    without = {(row.site, row.name): _shape(row, {}) for row in proven.rows}
    rows = _first_lines(project.syntax(path, text, file), [row.site for row in assumed.rows])
    names: dict[str, dict[str, Symbol]] = {}
    found = []
    for row, line in zip(assumed.rows, rows, strict=True):
        shape = _shape(row, names.setdefault(row.function, {}))
        known = without.get((row.site, row.name))
        evidence = "inferred" if known == shape else "assumed"
        found.append(Inferred(line, row.function, row.name, shape, evidence, row.reason))
    return sorted(found, key=lambda item: item.row)


def _first_lines(syntax: Syntax, sites: list[int]) -> list[int]:
    ordered = sorted(set(sites))
    spans = dict(zip(ordered, locate(syntax.tree, [syntax.node(site) for site in ordered]), strict=True))
    return [spans[site].start.row for site in sites]


def _shape(row: Row, names: dict[str, Symbol]) -> tuple[Size, ...] | None:
    """A shape as plain data; a name that means several sizes in its function stands for none of them."""
    if row.shape is None:
        return None
    shape = row.store.resolve(row.shape)
    leading = tuple(_size(row, axis.size, names) for axis in shape.leading)
    if shape.run is None:
        return leading
    return (*leading, "...", *(_size(row, axis.size, names) for axis in shape.trailing))


def _size(row: Row, size: Dim, names: dict[str, Symbol]) -> Size:
    size = row.store.facts.simplify(size)
    if size.value is not None:
        return size.value
    for symbol in size.symbols:
        name = symbol.name
        if name is None or not _same(row, names.setdefault(name, symbol), symbol):
            return None
        if name in row.numbers and not _means(row, name, symbol):
            return None
    return size.names


def _same(row: Row, known: Symbol, symbol: Symbol) -> bool:
    """Whether two sizes that have one name are one size here."""
    return known is symbol or row.store.equal(Dim.of_atom(known), Dim.of_atom(symbol))


def _means(row: Row, name: str, symbol: Symbol) -> bool:
    """Whether the function's own integer of this name is the symbol."""
    number = row.numbers[name]
    return number is not None and row.store.equal(number, Dim.of_atom(symbol))
