"""What is known of the names in a file, at every place where they stand."""

from __future__ import annotations

import ast
import re
import warnings
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.frontends.server.occurrences import Occurrences
from shapeguard.frontends.server.reaching import reaching
from shapeguard.lint.diagnostics import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from shapeguard.frontends.server.scopes import Place
    from shapeguard.lint.inference import Inferred

MOST_SHOWN = 5  # bindings that a use may mean
_LINE = re.compile(r"\r\n?|\n")
_NO_TENSOR = "it is no tensor"


class Shown(NamedTuple):
    """A name in the text, what is known of it in Markdown, and its shape where it is bound to that."""

    span: Span
    text: str
    shape: str | None = None


def shown(text: str, inferred: Sequence[Inferred]) -> Iterator[Shown]:
    """The names of which something is known; none where the text cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(text)
        found = Occurrences(tree)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    yield from _Names(text, inferred, found).all()


class _Names:
    def __init__(self, text: str, inferred: Sequence[Inferred], found: Occurrences) -> None:
        self._lines = _LINE.split(text)
        self._found = found
        self._rows: defaultdict[tuple[str, str, int], list[Inferred]] = defaultdict(list)
        self._of_function: defaultdict[tuple[str, int], list[Inferred]] = defaultdict(list)
        self._of_name: defaultdict[str, list[Inferred]] = defaultdict(list)
        for item in inferred:
            self._rows[item.function, item.name, item.row].append(item)
            self._of_name[item.name].append(item)
            if item.name == "return" or item.name.startswith("arg:"):
                self._of_function[item.function, item.row].append(item)

    def all(self) -> Iterator[Shown]:
        for place in self._found.bound:
            known = self._known(place)
            text = _bound(place.name, known)
            if text:
                yield Shown(self._span(place.node, place.name), text, None if _is_annotated(place) else _hint(known))
        for place in self._found.used:
            text = self._used(place)
            if text:
                yield Shown(self._span(place.node, place.name), text)
        yield from self._attributes()
        yield from self._signatures()

    def _known(self, place: Place) -> list[Inferred]:
        """What was inferred of a binding."""
        rows = {place.row, getattr(place.statement, "lineno", 0)}
        if isinstance(place.node, ast.arg):
            return [
                item
                for row in _rows_of(place.scope.node)
                for item in self._rows[place.scope.name, f"arg:{place.name}", row]
            ]
        return [item for row in sorted(rows) for item in self._rows[place.scope.name, place.name, row]]

    def _used(self, place: Place) -> str:
        bindings = reaching(place)
        if len(bindings) > MOST_SHOWN:
            return ""
        known: list[tuple[int, Inferred | None]] = []
        for binding in bindings:
            known += [(binding.row, item) for item in self._known(binding)] or [(binding.row, None)]
        return _may_be(place.name, known)

    def _attributes(self) -> Iterator[Shown]:
        for place in self._found.attributes:
            assert isinstance(place.node, ast.Attribute)
            last = place.node.attr
            if isinstance(place.node.ctx, ast.Store):
                known = [
                    item
                    for item in self._of_name.get(place.name, ())
                    if item.row == place.row and item.function == place.scope.name
                ]
                text = _bound(place.name, known)
                hint = _hint(known)
            else:
                owner = place.scope.name.rpartition(".")[0]
                items = [
                    item
                    for item in self._of_name.get(place.name, ())
                    if owner and item.function.startswith(f"{owner}.")
                ]
                text = _may_be(place.name, [(item.row, item) for item in items]) if len(items) <= MOST_SHOWN else ""
                hint = None
            if text:
                end = self._character(place.node.end_lineno or 1, place.node.end_col_offset or 0)
                yield Shown(Span.at(place.node.end_lineno or 1, end - len(last) + 1, len(last)), text, hint)

    def _signatures(self) -> Iterator[Shown]:
        for place in self._found.functions:
            name = place.name if place.scope.parent is None else f"{place.scope.inner(place.node, place.name).name}"
            items = [item for row in _rows_of(place.node) for item in self._of_function.get((name, row), ())]
            if not any(item.shape is not None for item in items):
                continue
            arguments = ", ".join(f"{item.name[4:]}: {shape_text(item)}" for item in items if item.name != "return")
            result = "".join(f" -> {shape_text(item)}" for item in items if item.name == "return")
            start = place.node.col_offset  # type: ignore[attr-defined]
            column = self._lines[place.row - 1].find(place.name, self._character(place.row, start) + len("def "))
            if column >= 0:
                code = _code(f"{place.name}({arguments}){result}")
                assumed = any(item.evidence == "assumed" for item in items)
                yield Shown(Span.at(place.row, column + 1, len(place.name)), code + (_ASSUMED if assumed else ""))

    def _span(self, node: ast.AST, name: str) -> Span:
        row = node.lineno  # type: ignore[attr-defined]
        return Span.at(row, 1 + self._character(row, node.col_offset), len(name))  # type: ignore[attr-defined]

    def _character(self, row: int, offset: int) -> int:
        """The place in a row that is so many bytes from its beginning."""
        line = self._lines[row - 1]
        return offset if line.isascii() else len(line.encode()[:offset].decode("utf-8", "replace"))


_ASSUMED = "\n\nAssumed: it rests on a comment, a docstring or calls."


def shape_text(item: Inferred) -> str:
    if item.shape is None:
        return "?"
    parts = ["?" if size is None else str(size) for size in item.shape]
    return f"({', '.join(parts)}{',' if len(parts) == 1 and parts != ['...'] else ''})"


def _rows_of(node: ast.AST) -> set[int]:
    """The rows at which a function may be said to begin."""
    decorators = getattr(node, "decorator_list", [])
    return {getattr(node, "lineno", 0), *(decorator.lineno for decorator in decorators[:1])}


def _is_annotated(place: Place) -> bool:
    return getattr(place.node, "annotation", None) is not None or isinstance(place.statement, ast.AnnAssign)


def _code(text: str) -> str:
    return f"```python\n{text}\n```"


def _hint(known: Sequence[Inferred]) -> str | None:
    if len(known) == 1 and known[0].shape not in (None, ("...",)):
        return shape_text(known[0])
    return None


def _bound(name: str, known: Sequence[Inferred]) -> str:
    """What a name is bound to here."""
    return _described(name, known[0]) if len(known) == 1 else ""


def _may_be(name: str, known: Sequence[tuple[int, Inferred | None]]) -> str:
    """What a name is where it is used, if it was bound in one of these rows."""
    if len(known) == 1 and known[0][1] is not None:
        described = _described(name, known[0][1])
        return f"{described}\n\nBound in line {known[0][0]}." if described else ""
    if not any(item is not None and item.shape is not None for _, item in known):
        return ""
    lines = [
        f"{name}: {'?' if item is None else shape_text(item)}  # line {row}{', assumed' if item and item.evidence == 'assumed' else ''}"
        for row, item in sorted(known, key=lambda each: each[0])
    ]
    return _code("\n".join(lines)) + "\n\nIt depends on the path taken."


def _described(name: str, item: Inferred) -> str:
    if item.shape is None and item.reason in (None, _NO_TENSOR):
        return ""
    lines = [_code(f"{name}: {shape_text(item)}")]
    if item.shape in (None, ("...",)):
        known = "Not known to be a tensor" if item.shape is None else "A tensor of which no axis is known"
        return "\n\n".join((*lines, f"{known}: {item.reason}." if item.reason else f"{known}."))
    notes = dict.fromkeys(_notes(name, item))
    lines += ["\n".join(notes)] if notes else []
    text = "\n\n".join(lines)
    return text + _ASSUMED if item.evidence == "assumed" else text


def _notes(name: str, item: Inferred) -> Iterator[str]:
    """Where each axis of a shape comes from, if from elsewhere."""
    sizes = [size for size in item.shape or () if size != "..."]
    for size, ancestors in zip(sizes, item.origins, strict=False):
        others = [each for each in ancestors if each.row is not None or not each.words.endswith(f" of {name}")]
        places = (each.words + ("" if each.row is None else f", line {each.row}") for each in others)
        if others:
            yield f"- `{'?' if size is None else size}`: {'; '.join(places)}"
