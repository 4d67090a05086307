"""Show the shapes that the names of a file are bound to, for every way that its functions can be called."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.frontends.cli._listing import explanation, listing, source_lines, told_of
from shapeguard.frontends.cli._terminal import declare_colour, wants_colour
from shapeguard.lint.contents import opened
from shapeguard.lint.diagnostics import Span
from shapeguard.lint.errors import NotCheckedError, RunError
from shapeguard.lint.files import MOST_BYTES, most_bytes, read
from shapeguard.lint.process import prepare_process
from shapeguard.reporters._text import Style

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Callable

    from shapeguard.lint.contents import Content
    from shapeguard.lint.inference import Inferred

_PLACE = re.compile(r"(?P<path>.+?)(?::cell (?P<cell>[0-9]+))?:(?P<row>[0-9]+)")


class Part(NamedTuple):
    """A file, or a cell of a notebook: its text, and what is inferred of it.

    `told` says what is in a row that an axis comes from, be it in another cell.
    """

    cell: int | None
    text: str
    rows: list[Inferred]
    told: Callable[[int], str] | None = None


def declare(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "place",
        metavar="FILE[:LINE]",
        help="the file, or one line of it to explain (`FILE:cell 3:LINE` in a notebook); - is standard input",
    )
    parser.add_argument("--function", metavar="NAME", help="only this function, such as `forward` or `Block.forward`")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    declare_colour(parser)


def run(arguments: Namespace) -> int:
    """Print the source with shapes beside it, or all names and shapes as JSON."""
    place = _PLACE.fullmatch(arguments.place)
    path, cell, row = (place["path"], place["cell"], int(place["row"])) if place else (arguments.place, None, None)
    parts = _infer(path)
    if arguments.function:
        parts = _within(parts, arguments.function, path)
    if row is not None:
        parts = [_at(parts, None if cell is None else int(cell), row, path)]
    if arguments.output_format == "json":
        from json import dumps

        chosen = [_plain(item, part) for part in parts for item in part.rows if row in (None, item.row)]
        sys.stdout.write(dumps(chosen, indent=2) + "\n")
        return 0
    style = Style(colour=wants_colour(arguments.color))
    for part in parts:
        heading = [] if part.cell is None or row is not None else [style.strong(f"cell {part.cell}:")]
        lines = (
            listing(part.text, part.rows, style, part=bool(arguments.function))
            if row is None
            else explanation(part.text, part.rows, row, style, part.told)
        )
        sys.stdout.writelines(f"{line}\n" for line in (*heading, *lines))
    return 0


def _infer(path: str) -> list[Part]:
    """The parts of a file, and what is inferred of them."""
    from shapeguard.lint.configuration import Configuration
    from shapeguard.lint.inference import infer
    from shapeguard.lint.parsing import parse

    prepare_process()
    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1) if path == "-" else read(path)
        if len(content) > most_bytes(path):
            raise RunError(f"{path}: is larger than {most_bytes(path) // 10**6} MB")
        file = opened(content, path)
        signatures = Configuration().settings(str(Path(path).absolute().parent)).signatures
        try:
            rows = infer(file.text, path, signatures)
        except NotCheckedError:
            file, errors = file.readable(parse)
            if not errors:
                raise
            rows = infer(file.text, path, signatures)
    except OSError as error:
        raise RunError(f"{path}: {(error.strerror or str(error)).lower()}; name a Python file") from None
    except NotCheckedError as error:
        row, column = error.span.start
        raise RunError(f"{path}:{row}:{column}: {error.message}") from None
    except RecursionError:
        raise RunError(f"{path}: an expression is nested too deeply; split it into several") from None
    return _parts(file, rows)


def _parts(file: Content, rows: list[Inferred]) -> list[Part]:
    places = file.places
    if places is None:
        return [Part(None, file.text, rows)]

    def told(row: int) -> str:
        cell, span = places.place(Span.at(row, 1))
        return f"cell {cell}, {told_of(source_lines(places.texts()[cell or 0]), span.start.row)}"

    parts = {cell: Part(cell, text, [], told) for cell, text in places.texts().items()}
    for item in rows:
        cell, span = places.place(Span.at(item.row, 1))
        if cell in parts and cell not in places.unread:
            parts[cell].rows.append(item._replace(row=span.start.row))
    return list(parts.values())


def _at(parts: list[Part], cell: int | None, row: int, path: str) -> Part:
    """The part that a place is in."""
    part = next((part for part in parts if part.cell == cell), None)
    if part is None and cell is None:
        raise RunError(f"{path}: is a notebook; write `{path}:cell {parts[0].cell if parts else 1}:{row}`")
    if part is None:
        raise RunError(f"{path}: has no cell {cell} with code that is looked at")
    count = len(source_lines(part.text))
    if not 1 <= row <= count:
        raise RunError(f"{path}: has no line {row}{'' if cell is None else f' in cell {cell}'}; it has {count}")
    return part


def _within(parts: list[Part], name: str, path: str) -> list[Part]:
    """The rows of a function, named in full or by the last part of its name."""
    rows = [item for part in parts for item in part.rows]
    chosen = [item for item in rows if item.function == name or item.function.endswith(f".{name}")]
    if not chosen:
        import difflib

        names = sorted({item.function for item in rows})
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
        guess = f"did you mean {close[0]}?" if close else f"there are {', '.join(names) or 'none with tensors'}"
        raise RunError(f"{path}: has no function {name!r} with tensors in it; {guess}")
    kept = (part._replace(rows=[item for item in part.rows if item in chosen]) for part in parts)
    return [part for part in kept if part.rows]


def _plain(item: Inferred, part: Part) -> dict[str, object]:
    line = source_lines(part.text)[item.row - 1]
    location = {"row": item.row, "column": 1 + len(line) - len(line.lstrip())}
    shape = None if item.shape is None else list(item.shape)
    return {"cell": part.cell, "location": location, "function": item.function, "name": item.name, "shape": shape}
