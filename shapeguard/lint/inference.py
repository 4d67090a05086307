"""The shapes that the names of a file are bound to."""

from __future__ import annotations

import os.path
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shapeguard import interpreter
from shapeguard.lint.locate import locate
from shapeguard.lint.project import Folders
from shapeguard.lint.surroundings import surroundings
from shapeguard.lint.wording import Size, Wording, spelled
from shapeguard.ops.declared import declarations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.interpreter import Analysis
    from shapeguard.interpreter.records import Row
    from shapeguard.lint.project import Syntax


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
    path = os.path.abspath(filename)
    project = Folders((path,))
    file = project.lowered(path, text)
    declared = declarations(signatures)
    proven = interpreter.interpret(file, project=project, declarations=declared)
    around = surroundings(path, file.module, project)
    assumed = interpreter.interpret(file, assume=True, around=around, project=project, declarations=declared)
    written = spelled(text)
    without = {(row.site, row.name): shape for row, shape in _shapes(proven, written)}
    rows = _first_lines(project.syntax(path, text, file), [row.site for row in assumed.rows])
    found = []
    for (row, shape), line in zip(_shapes(assumed, written), rows, strict=True):
        evidence = "inferred" if is_proven(without.get((row.site, row.name)), shape) else "assumed"
        found.append(Inferred(line, row.function, row.name, shape, evidence, row.reason))
    return sorted(found, key=lambda item: item.row)


def is_proven(proven: tuple[Size, ...] | None, shape: tuple[Size, ...] | None) -> bool:
    """Whether all that a shape says is proven, if in other names."""
    if proven == shape:
        return True
    if proven is None or shape is None or len(proven) != len(shape) or "..." in (*proven, *shape):
        return False
    pairs = zip(proven, shape, strict=True)
    return all(size is None or size == known or (isinstance(size, str) and known is not None) for known, size in pairs)


def _shapes(found: Analysis, written: frozenset[str]) -> Iterator[tuple[Row, tuple[Size, ...] | None]]:
    functions: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found.rows:
        functions[row.function].append(row)
    wordings = {function: Wording(own, written, found.names) for function, own in functions.items()}
    return ((row, wordings[row.function].shape(row)) for row in found.rows)


def _first_lines(syntax: Syntax, sites: list[int]) -> list[int]:
    ordered = sorted(set(sites))
    spans = dict(zip(ordered, locate(syntax.tree, [syntax.node(site) for site in ordered]), strict=True))
    return [spans[site].start.row for site in sites]
