"""How much is known of the shapes in each file, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.lint.coverage import Coverage

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

HEAD = ("values", "tensors", "axes known", "sizes known")


def table(files: Mapping[str, Coverage]) -> Iterator[str]:
    """A line for each file and one for all of them; percentages are of what may be tensors."""
    total = Coverage()
    for counts in files.values():
        total = total.plus(counts)
    rows = [(name, *_cells(counts)) for name, counts in files.items()] + [("total", *_cells(total))]
    widths = [max(map(len, column)) for column in zip(("", *HEAD), *rows, strict=True)]
    for name, *cells in (("", *HEAD), *rows):
        yield "  ".join((name.ljust(widths[0]), *map(str.rjust, cells, widths[1:])))


def _cells(counts: Coverage) -> tuple[str, ...]:
    return (str(counts.values), *(f"{count} {_percent(count, counts.values):>4}" for count in counts[1:]))


def _percent(part: int, whole: int) -> str:
    return f"{100 * part // whole}%" if whole else "-"
