"""The shapes that the names of a file are bound to."""

from __future__ import annotations

import os.path
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shapeguard import interpreter
from shapeguard.lint.ancestry import Ancestry, known_axes
from shapeguard.lint.locate import locate
from shapeguard.lint.project import Folders
from shapeguard.lint.size_words import size_words
from shapeguard.lint.surroundings import surroundings
from shapeguard.lint.wording import Size, Wording, spelled
from shapeguard.ops.declared import declarations

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from shapeguard.interpreter import Analysis
    from shapeguard.interpreter.records import Row
    from shapeguard.lint.ancestry import Ancestor
    from shapeguard.lint.project import Syntax


class Inferred(NamedTuple):
    """A name bound in a statement, and its shape.

    `row` is the statement's first line, from 1. `shape` is None where the rank is not known, else a tuple of integers,
    sizes in the source's own names, None (an unknown size) and "..." (any number of axes). `evidence` is "inferred",
    or "assumed" where the shape rests on a comment or docstring. `reason` says why no more is known, if that is known,
    and `origins` what each axis that is known comes from.
    """

    row: int
    function: str
    name: str
    shape: tuple[Size, ...] | None
    evidence: str
    reason: str | None = None
    origins: tuple[tuple[Ancestor, ...], ...] = ()


def infer(
    text: str, filename: str, signatures: tuple[tuple[str, str], ...] = (), project: Folders | None = None
) -> list[Inferred]:
    """The shapes of a file's names, for every way that its functions can be called, in the order of their lines.

    `signatures` are what the user declares of functions, as in the settings; `project` keeps what is imported.
    """
    path = os.path.abspath(filename)
    project = project or Folders((path,))
    file = project.lowered(path, text)
    declared = declarations(signatures)
    proven = interpreter.interpret(file, project=project, declarations=declared)
    around = surroundings(path, file.module, project)
    assumed = interpreter.interpret(
        file, assume=True, around=around, project=project, declarations=declared, words=size_words(text)
    )
    written = spelled(text)
    without = {(row.site, row.name): shape for row, shape in _shapes(proven, written)}
    line = _lines(project.syntax(path, text, file), file.sites, assumed.rows)
    origins = {function: Ancestry(rows, line.get) for function, rows in _functions(assumed).items()}
    found = []
    for row, shape in _shapes(assumed, written):
        evidence = "inferred" if is_proven(without.get((row.site, row.name)), shape) else "assumed"
        come_from = origins[row.function].of(row)
        found.append(Inferred(line[row.site], row.function, row.name, shape, evidence, row.reason, come_from))
    return sorted(found, key=lambda item: item.row)


def is_proven(proven: tuple[Size, ...] | None, shape: tuple[Size, ...] | None) -> bool:
    """Whether all that a shape says is proven, if in other names."""
    if proven == shape:
        return True
    if proven is None or shape is None or len(proven) != len(shape) or "..." in (*proven, *shape):
        return False
    pairs = zip(proven, shape, strict=True)
    return all(size is None or size == known or (isinstance(size, str) and known is not None) for known, size in pairs)


def _shapes(found: Analysis, written: set[str]) -> Iterator[tuple[Row, tuple[Size, ...] | None]]:
    wordings = {function: Wording(own, written, found.names) for function, own in _functions(found).items()}
    return ((row, wordings[row.function].shape(row)) for row in found.rows)


def _functions(found: Analysis) -> Mapping[str, list[Row]]:
    functions: defaultdict[str, list[Row]] = defaultdict(list)
    for row in found.rows:
        functions[row.function].append(row)
    return functions


def _lines(syntax: Syntax, own: range, rows: Sequence[Row]) -> dict[int, int]:
    """The first lines of all sites of this file that the rows speak of."""
    spoken_of = {site for row in rows for site in _sites(row)}
    ordered = sorted(site for site in spoken_of if site in own)
    spans = locate(syntax.tree, [syntax.node(site) for site in ordered])
    return {site: span.start.row for site, span in zip(ordered, spans, strict=True)}


def _sites(row: Row) -> Iterator[int]:
    yield row.site
    yield from row.places.values()
    yield from (axis.site for _, axis in known_axes(row) if axis.site is not None)
