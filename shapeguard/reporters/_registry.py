"""What a reporter is given, and where it is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint import Place

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from shapeguard.lint import Diagnostic, Edit, Span
    from shapeguard.lint.coverage import Coverage
    from shapeguard.lint.notebooks.places import Places


class Report(NamedTuple):
    """Findings in their order, with file names as they are to be shown, and the coverage of files where it is wanted.

    `source` gives the text of a file by that name, or None where it cannot be read; `places` the way from the code of a
    notebook to its cells, None for other files. With `unsafe`, fixes that change results count as such.
    """

    findings: Sequence[Diagnostic]
    source: Callable[[str], str | None]
    colour: bool = False
    unsafe: bool = False
    coverage: Mapping[str, Coverage] | None = None
    places: Callable[[str], Places | None] = lambda _filename: None

    def mark(self, finding: Diagnostic) -> str:
        """What stands after the code of a finding: a star where `--fix` mends it."""
        return " [*]" if finding.is_fixable(unsafe=self.unsafe) else ""

    def place(self, filename: str, span: Span) -> Place:
        """Where a person looks for a span: in a cell of a notebook, or in the file."""
        places = self.places(filename)
        return Place(None, span) if places is None else places.place(span)

    def stored(self, filename: str, span: Span) -> Span:
        """Where a span is in the file as it is stored, for programs that know no cells."""
        places = self.places(filename)
        return span if places is None else places.stored(span)

    def stored_edits(self, filename: str, edits: Iterable[Edit]) -> Iterator[Edit]:
        """Edits of the file as it is stored."""
        places = self.places(filename)
        for edit in edits:
            yield from [edit] if places is None else places.stored_edits(edit)

    def text(self, filename: str, cell: int | None) -> str | None:
        """The text that a place is in."""
        places = None if cell is None else self.places(filename)
        return self.source(filename) if places is None else places.texts().get(cell or 0)


class Reporter(NamedTuple):
    """A format; `write` yields text, and `human` ones are followed by a summary."""

    write: Callable[[Report], Iterator[str]]
    human: bool


REPORTERS: dict[str, Reporter] = {}


def reporter(
    *, human: bool = False
) -> Callable[[Callable[[Report], Iterator[str]]], Callable[[Report], Iterator[str]]]:
    """Declare the format that is named as the function is."""

    def declare(write: Callable[[Report], Iterator[str]]) -> Callable[[Report], Iterator[str]]:
        REPORTERS[write.__name__] = Reporter(write, human)
        return write

    return declare
