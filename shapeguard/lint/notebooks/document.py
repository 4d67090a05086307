"""The JSON of a notebook, with the places of the strings that make up its cells; the rest is left as it is."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from shapeguard.lint.diagnostics import Span
from shapeguard.lint.errors import NotCheckedError
from shapeguard.lint.tool_rules import UNREADABLE_FILE

if TYPE_CHECKING:
    from collections.abc import Callable

    Reader = Callable[[str, int], tuple[Any, int]]

OLDEST_FORMAT = 4  # before it, cells were kept in worksheets

_SPACE = re.compile(r"[ \t\r\n]*")
_any = json.JSONDecoder().raw_decode


class Literal(NamedTuple):
    """A string: what it says, and where it stands with its quotes."""

    text: str
    start: int
    end: int


class Cell(NamedTuple):
    """A cell: its number, counted from 1 over cells of all kinds, and its source in one or more strings."""

    number: int
    kind: str
    source: tuple[Literal, ...]
    tags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "".join(literal.text for literal in self.source)


class Document(NamedTuple):
    """Cells, and the language that they are in; "" where the notebook does not say."""

    cells: tuple[Cell, ...]
    language: str


def document(text: str) -> Document:
    """The cells of a notebook.

    Raises:
        NotCheckedError: the text is not that of a notebook.
        RecursionError: its values are nested too deeply.
    """
    try:
        found, _ = _members({"cells": partial(_items, _cell)}, text, _after_space(text, 0))
    except json.JSONDecodeError as error:
        _refuse(f"is not valid JSON: {error.msg[:1].lower()}{error.msg[1:]}", Span.at(error.lineno, error.colno, 1))
    if not isinstance(found, dict):
        _refuse("is no notebook: its JSON is no object")
    version = found.get("nbformat")
    if "worksheets" in found or (isinstance(version, int) and version < OLDEST_FORMAT):
        _refuse(f"is a notebook of format {version}, which is not read; save it anew with Jupyter")
    if not isinstance(found.get("cells"), list):
        _refuse("is no notebook: it has no cells")
    cells = (
        Cell(number, str(raw.get("cell_type")), _literals(raw.get("source")), _tags(raw.get("metadata")))
        for number, raw in enumerate(found["cells"], start=1)
        if isinstance(raw, dict)
    )
    return Document(tuple(cells), _language(found.get("metadata")))


def _refuse(reason: str, span: Span = Span.at(1, 1, 1)) -> NoReturn:
    raise NotCheckedError(UNREADABLE_FILE, f"the file {reason}", span) from None


def _literals(source: object) -> tuple[Literal, ...]:
    parts = source if isinstance(source, list) else [source]
    return tuple(part for part in parts if isinstance(part, Literal))


def _tags(metadata: object) -> tuple[str, ...]:
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tuple(map(str, tags)) if isinstance(tags, list) else ()


def _language(metadata: object) -> str:
    if isinstance(metadata, dict):
        for table, key in (("language_info", "name"), ("kernelspec", "language")):
            entry = metadata.get(table)
            name = entry.get(key) if isinstance(entry, dict) else None
            if isinstance(name, str):
                return name.lower()
    return ""


def _cell(text: str, at: int) -> tuple[object, int]:
    return _members({"source": _source}, text, at)


def _source(text: str, at: int) -> tuple[object, int]:
    return _items(_string, text, at) if text[at : at + 1] == "[" else _string(text, at)


def _string(text: str, at: int) -> tuple[object, int]:
    value, end = _any(text, at)
    return (Literal(value, at, end) if isinstance(value, str) else value), end


def _members(readers: dict[str, Reader], text: str, at: int) -> tuple[object, int]:
    """The object that begins at an offset, and its end; some of its values have readers of their own."""
    if text[at : at + 1] != "{":
        return _any(text, at)
    found: dict[str, object] = {}
    at = _after_space(text, at + 1)
    while text[at : at + 1] != "}":
        key, at = _any(text, at)
        if not isinstance(key, str):
            raise json.JSONDecodeError("Expecting property name enclosed in double quotes", text, at)
        at = _after_space(text, _after(text, ":", at))
        found[key], at = readers.get(key, _any)(text, at)
        at = _after_entry(text, "}", at)
    return found, at + 1


def _items(reader: Reader, text: str, at: int) -> tuple[object, int]:
    """The list that begins at an offset, and its end."""
    if text[at : at + 1] != "[":
        return _any(text, at)
    found: list[object] = []
    at = _after_space(text, at + 1)
    while text[at : at + 1] != "]":
        value, at = reader(text, at)
        found.append(value)
        at = _after_entry(text, "]", at)
    return found, at + 1


def _after_entry(text: str, closing: str, at: int) -> int:
    """Where the next entry, or the closing bracket, is."""
    at = _after_space(text, at)
    if text[at : at + 1] == closing:
        return at
    at = _after_space(text, _after(text, ",", at))
    if text[at : at + 1] == closing:
        raise json.JSONDecodeError("Illegal trailing comma", text, at)
    return at


def _after(text: str, mark: str, at: int) -> int:
    at = _after_space(text, at)
    if text[at : at + 1] != mark:
        raise json.JSONDecodeError(f"Expecting {mark!r} delimiter", text, at)
    return at + 1


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()
