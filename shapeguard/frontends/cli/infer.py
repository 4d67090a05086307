"""Show the shapes that the names of a file are bound to, for every way that its functions can be called."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._listing import explanation, listing, source_lines
from shapeguard.frontends.cli._terminal import declare_colour, wants_colour
from shapeguard.lint.decoding import decode
from shapeguard.lint.errors import NotCheckedError, RunError
from shapeguard.lint.files import MOST_BYTES, read
from shapeguard.lint.process import prepare_process
from shapeguard.reporters._text import Style

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from shapeguard.lint.inference import Inferred

_PLACE = re.compile(r"(?P<path>.+):(?P<row>[0-9]+)")


def declare(parser: ArgumentParser) -> None:
    """Add the command's options."""
    parser.add_argument(
        "place", metavar="FILE[:LINE]", help="the file, or one line of it to explain; - is standard input"
    )
    parser.add_argument("--function", metavar="NAME", help="only this function, such as `forward` or `Block.forward`")
    parser.add_argument("--output-format", choices=("text", "json"), default="text")
    declare_colour(parser)


def run(arguments: Namespace) -> int:
    """Print the source with shapes beside it, or all names and shapes as JSON."""
    place = _PLACE.fullmatch(arguments.place)
    path, row = (place["path"], int(place["row"])) if place else (arguments.place, None)
    text, rows = _infer(path)
    if row is not None and not 1 <= row <= len(source_lines(text)):
        raise RunError(f"{path}: has no line {row}; it has {len(source_lines(text))}")
    if arguments.function:
        rows = _within(rows, arguments.function, path)
    if arguments.output_format == "json":
        from json import dumps

        chosen = [item for item in rows if row in (None, item.row)]
        sys.stdout.write(dumps([_plain(item, text) for item in chosen], indent=2) + "\n")
        return 0
    style = Style(colour=wants_colour(arguments.color))
    lines = (
        listing(text, rows, style, part=bool(arguments.function))
        if row is None
        else explanation(text, rows, row, style)
    )
    sys.stdout.writelines(f"{line}\n" for line in lines)
    return 0


def _infer(path: str) -> tuple[str, list[Inferred]]:
    """The text of a file, and what is inferred of it."""
    from shapeguard.lint.configuration import Configuration
    from shapeguard.lint.inference import infer

    prepare_process()
    try:
        content = sys.stdin.buffer.read(MOST_BYTES + 1) if path == "-" else read(path)
        if len(content) > MOST_BYTES:
            raise RunError(f"{path}: is larger than {MOST_BYTES // 10**6} MB")
        text = decode(content)
        settings = Configuration().settings(str(Path(path).absolute().parent))
        return text, infer(text, path, settings.signatures)
    except OSError as error:
        raise RunError(f"{path}: {(error.strerror or str(error)).lower()}; name a Python file") from None
    except NotCheckedError as error:
        row, column = error.span.start
        raise RunError(f"{path}:{row}:{column}: {error.message}") from None
    except RecursionError:
        raise RunError(f"{path}: an expression is nested too deeply; split it into several") from None


def _within(rows: list[Inferred], name: str, path: str) -> list[Inferred]:
    """The rows of a function, named in full or by the last part of its name."""
    chosen = [item for item in rows if item.function == name or item.function.endswith(f".{name}")]
    if not chosen:
        import difflib

        names = sorted({item.function for item in rows})
        close = difflib.get_close_matches(name, names, n=1, cutoff=0.4)
        guess = f"did you mean {close[0]}?" if close else f"there are {', '.join(names) or 'none with tensors'}"
        raise RunError(f"{path}: has no function {name!r} with tensors in it; {guess}")
    return chosen


def _plain(item: Inferred, text: str) -> dict[str, object]:
    line = source_lines(text)[item.row - 1]
    location = {"row": item.row, "column": 1 + len(line) - len(line.lstrip())}
    shape = None if item.shape is None else list(item.shape)
    return {"location": location, "function": item.function, "name": item.name, "shape": shape}
