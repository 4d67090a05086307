"""Writing findings: names relative to where the command runs, the chosen format, a summary."""

from __future__ import annotations

import difflib
import os
import sys
from collections import Counter
from typing import TYPE_CHECKING

from shapeguard.frontends.cli._terminal import say, wants_colour
from shapeguard.lint.decoding import decode
from shapeguard.lint.errors import NotCheckedError, RunError
from shapeguard.lint.files import read

if TYPE_CHECKING:
    from argparse import Namespace

    from shapeguard.lint import Diagnostic, Settings


class Output:
    """Standard output of a run.

    Raises:
        RunError: there is no such format.
    """

    def __init__(self, arguments: Namespace, settings: Settings, here: str) -> None:
        from shapeguard.reporters import formats, load

        name = settings.output_format or "full"
        try:
            self._reporter = load(name)
        except KeyError:
            close = difflib.get_close_matches(name, formats(), n=1)
            guess = f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(formats())}"
            raise RunError(f"there is no output format {name!r}; {guess}") from None
        self._here = here
        self._colour = wants_colour(arguments.color)
        self._quiet = arguments.quiet
        self._statistics = arguments.statistics
        self._contents: dict[str, bytes] = {}

    def remember(self, path: str, content: bytes) -> None:
        """Note the content of a file that is not on disk."""
        self._contents[self._shown(path)] = content

    def write(self, findings: list[Diagnostic]) -> None:
        """Write findings whose file names are absolute."""
        from shapeguard.reporters import Report

        if self._statistics:
            sys.stdout.writelines(_statistics(findings))
            return
        report = Report([self._renamed(finding) for finding in findings], self._source, self._colour)
        sys.stdout.writelines(self._reporter.write(report))
        if self._reporter.human and not self._quiet:
            say(_summary(findings))

    def _renamed(self, finding: Diagnostic) -> Diagnostic:
        related = tuple(item._replace(filename=self._shown(item.filename)) for item in finding.related)
        return finding._replace(filename=self._shown(finding.filename), related=related)

    def _shown(self, path: str) -> str:
        """A path as it is shown: relative where it lies below the working directory."""
        folder = self._here.rstrip(os.sep) + os.sep
        return path.removeprefix(folder)

    def _source(self, filename: str) -> str | None:
        try:
            content = self._contents.get(filename)
            return decode(read(os.path.join(self._here, filename)) if content is None else content)  # noqa: PTH118
        except (OSError, NotCheckedError):
            return None


def _statistics(findings: list[Diagnostic]) -> list[str]:
    counts = Counter((finding.code, finding.name) for finding in findings)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    width = len(str(ordered[0][1])) if ordered else 0
    return [f"{count:>{width}}  {code}  {name}\n" for (code, name), count in ordered]


def _summary(findings: list[Diagnostic]) -> str:
    if not findings:
        return "All checks passed!"
    counts = Counter(finding.severity for finding in findings)
    parts = [
        f"{counts[severity]} {severity}{'s' if counts[severity] > 1 else ''}"
        for severity in ("error", "warning")
        if counts[severity]
    ]
    return f"Found {', '.join(parts)}."
