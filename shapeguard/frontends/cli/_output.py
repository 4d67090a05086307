"""Writing findings: names relative to where the command runs, the chosen format, a summary."""

from __future__ import annotations

import difflib
import os
import sys
from functools import cache
from typing import TYPE_CHECKING, TextIO

from shapeguard.frontends.cli._coverage import table
from shapeguard.frontends.cli._summary import statistics, summary
from shapeguard.frontends.cli._terminal import wants_colour
from shapeguard.lint.contents import opened
from shapeguard.lint.errors import NotCheckedError, RunError
from shapeguard.lint.files import is_notebook, read

if TYPE_CHECKING:
    from argparse import Namespace

    from shapeguard.lint import Diagnostic, Settings
    from shapeguard.lint.contents import Content
    from shapeguard.lint.coverage import Coverage
    from shapeguard.lint.notebooks.places import Places


class Output:
    """What a run prints, on standard output unless that is for something else.

    Raises:
        RunError: there is no such format.
    """

    def __init__(self, arguments: Namespace, settings: Settings, here: str, stream: TextIO | None = None) -> None:
        from shapeguard.reporters import formats, load

        name = settings.output_format or "full"
        try:
            self._reporter = load(name)
        except KeyError:
            close = difflib.get_close_matches(name, formats(), n=1)
            guess = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(formats())}"
            raise RunError(f"there is no output format {name!r}; {guess}") from None
        self._here = here
        self._stream = stream or sys.stdout
        self._colour = wants_colour(arguments.color, self._stream)
        self._quiet = arguments.quiet
        self._statistics = arguments.statistics
        self._unsafe = arguments.unsafe_fixes
        self._contents: dict[str, bytes] = {}
        self._coverage: dict[str, Coverage] | None = {} if arguments.coverage else None

    def remember(self, path: str, content: bytes) -> None:
        """Note the content of a file that is not on disk."""
        self._contents[self.shown(path)] = content

    def cover(self, path: str, coverage: Coverage) -> None:
        """Note how much is known of a file, where that is to be shown."""
        if self._coverage is not None:
            self._coverage[self.shown(path)] = coverage

    def write(self, findings: list[Diagnostic], mended: list[Diagnostic] | None = None) -> None:
        """Write findings whose file names are absolute; those that were `mended` only count."""
        from shapeguard.reporters import Report

        if self._statistics:
            self._stream.writelines(statistics(findings, unsafe=self._unsafe))
            return
        shown = [self._renamed(finding) for finding in findings]
        covered = None if self._coverage is None else dict(sorted(self._coverage.items()))
        report = Report(shown, self._source, self._colour, self._unsafe, covered, cache(self._places))
        self._stream.writelines(self._reporter.write(report))
        if self._reporter.human and not self._quiet:
            self._stream.writelines(f"{line}\n" for line in summary(findings, mended, unsafe=self._unsafe))
        if self._reporter.human and covered is not None:
            self._stream.writelines(f"{line}\n" for line in table(covered))

    def _renamed(self, finding: Diagnostic) -> Diagnostic:
        related = tuple(item._replace(filename=self.shown(item.filename)) for item in finding.related)
        return finding._replace(filename=self.shown(finding.filename), related=related)

    def shown(self, path: str) -> str:
        """A path as it is shown: relative where it lies below the working directory."""
        folder = self._here.rstrip(os.sep) + os.sep
        return path.removeprefix(folder)

    def _source(self, filename: str) -> str | None:
        content = self._opened(filename)
        return None if content is None else content.text

    def _places(self, filename: str) -> Places | None:
        content = self._opened(filename) if is_notebook(filename) else None
        return None if content is None else content.places

    def _opened(self, filename: str) -> Content | None:
        try:
            content = self._contents.get(filename)
            path = os.path.join(self._here, filename)  # noqa: PTH118
            return opened(read(path) if content is None else content, filename)
        except (OSError, NotCheckedError, RecursionError):
            return None
