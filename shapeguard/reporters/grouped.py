"""Findings under the names of their files."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from shapeguard.reporters._registry import Report, reporter
from shapeguard.reporters._text import Style, visible

if TYPE_CHECKING:
    from collections.abc import Iterator


@reporter(human=True)
def grouped(report: Report) -> Iterator[str]:
    """A block for each file."""
    style = Style(colour=report.colour)
    for filename, group in groupby(report.findings, key=lambda finding: finding.filename):
        findings = list(group)
        places = [str(report.place(filename, finding.span)) for finding in findings]
        widest = max(map(len, places))
        yield f"{style.strong(visible(filename))}:\n"
        for finding, place in zip(findings, places, strict=True):
            code = style.severity(finding.severity, finding.code)
            yield f"  {place:>{widest}}  {code}{report.mark(finding)}  {visible(finding.message)}\n"
        yield "\n"
