"""What a reporter is given, and where it is declared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from shapeguard.lint import Diagnostic
    from shapeguard.lint.coverage import Coverage


class Report(NamedTuple):
    """Findings in their order, with file names as they are to be shown, and the coverage of files where it is wanted.

    `source` gives the text of a file by that name, or None where it cannot be read. With `unsafe`, fixes that change
    results count as such.
    """

    findings: Sequence[Diagnostic]
    source: Callable[[str], str | None]
    colour: bool = False
    unsafe: bool = False
    coverage: Mapping[str, Coverage] | None = None

    def mark(self, finding: Diagnostic) -> str:
        """What stands after the code of a finding: a star where `--fix` mends it."""
        return " [*]" if finding.is_fixable(unsafe=self.unsafe) else ""


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
