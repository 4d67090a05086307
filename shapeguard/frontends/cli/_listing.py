"""Source lines with inferred shapes beside them."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from shapeguard.reporters._text import Style, padded, shortened, visible, width

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from shapeguard.lint.inference import Inferred
    from shapeguard.lint.wording import Size

MOST_SOURCE = 88  # columns of source beside which shapes are lined up
_LINE_BREAK = re.compile(r"\r\n?|\n")
_NEAR = 3


def listing(text: str, rows: Sequence[Inferred], style: Style, *, part: bool) -> Iterator[str]:
    """The source with shapes beside its lines; with `part`, from the first to the last line that binds a name.

    Names of which nothing is known are left out: most of them are no tensors.
    """
    lines = source_lines(text)
    by_row: dict[int, list[Inferred]] = {}
    for item in rows:
        by_row.setdefault(item.row, []).extend([item] if item.shape is not None else [])
    first, last = (min(by_row, default=1), max(by_row, default=0)) if part else (1, len(lines))
    shown = {number: visible(lines[number - 1]) for number in range(first, last + 1)}
    space = min(MOST_SOURCE, max((width(shown[number]) for number, items in by_row.items() if items), default=0))
    gutter = len(str(last))
    for number, line in shown.items():
        shapes = ", ".join(_named(item, style) for item in by_row.get(number, ()))
        left = f"{style.frame(f'{number:>{gutter}} |')} {line}"
        yield f"{left}{' ' * max(0, space - width(line))}  {style.frame('#')} {shapes}" if shapes else left.rstrip()


def explanation(
    text: str, rows: Sequence[Inferred], row: int, style: Style, told: Callable[[int], str] | None = None
) -> Iterator[str]:
    """What is known of the names bound in one line.

    `told` says what is in a row that an axis comes from, where that is not one of the text.
    """
    lines = source_lines(text)
    told = told or partial(told_of, lines)
    yield f"{style.frame(f'{row} |')} {visible(lines[row - 1])}"
    margin = style.frame(" " * len(str(row)) + " =")
    here = [item for item in rows if item.row == row]
    names = max((width(visible(item.name)) for item in here), default=0)
    for item in here:
        yield f"{margin} {padded(visible(item.name), names)}  {_shape(item, style)}  {_evidence(item)}"
        yield from _origins(item, told, style)
    if not here:
        near = sorted({item.row for item in rows}, key=lambda other: abs(other - row))[:_NEAR]
        where = f"; the nearest lines that do are {', '.join(map(str, sorted(near)))}" if near else ""
        yield f"{margin} this line binds no name to a tensor{where}"


def told_of(lines: Sequence[str], row: int) -> str:
    """A row's number, and what is in it."""
    return f"line {row}: {lines[row - 1].strip()}"


def _origins(item: Inferred, told: Callable[[int], str], style: Style) -> Iterator[str]:
    """Where each axis of a shape comes from."""
    sizes = [_size(size) for size in item.shape or () if size != "..."]
    space = max(map(width, sizes), default=0)
    for size, ancestors in zip(sizes, item.origins, strict=False):
        for ancestor in ancestors:
            place = "" if ancestor.row is None else f", {visible(told(ancestor.row))}"
            yield f"      {style.help(padded(size, space))}  {shortened(visible(ancestor.words) + place, MOST_SOURCE)}"


def _evidence(item: Inferred) -> str:
    if item.shape not in (None, ("...",)):
        return item.evidence
    known = "not known to be a tensor" if item.shape is None else "a tensor of which no axis is known"
    return known if item.reason is None else f"{known}: {visible(item.reason)}"


def source_lines(text: str) -> list[str]:
    """The rows of a file, as Python counts them."""
    return _LINE_BREAK.split(text.removesuffix("\n"))


def _named(item: Inferred, style: Style) -> str:
    mark = style.faint(" (assumed)") if item.evidence == "assumed" else ""
    return f"{visible(item.name.removeprefix('arg:'))}: {_shape(item, style)}{mark}"


def _shape(item: Inferred, style: Style) -> str:
    if item.shape is None:
        return style.faint("?")
    parts = [_size(size) for size in item.shape]
    return style.help(f"({', '.join(parts)}{',' if len(parts) == 1 and parts != ['...'] else ''})")


def _size(size: Size) -> str:
    return "?" if size is None else shortened(visible(str(size)), 40)
