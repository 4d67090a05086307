"""Workflow commands that GitHub Actions turns into annotations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.reporters._registry import Report, reporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.lint import Span

_IN_MESSAGES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTIES = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


@reporter()
def github(report: Report) -> Iterator[str]:
    """A command for each finding; a command has columns only where it is about one row."""
    for finding in report.findings:
        stored = report.stored(finding.filename, finding.span)
        properties = {"title": f"shapeguard ({finding.code})", "file": finding.filename, **_place(stored)}
        settings = ",".join(f"{name}={str(value).translate(_IN_PROPERTIES)}" for name, value in properties.items())
        help_text = f"\n{finding.help}" if finding.help else ""
        place = report.place(finding.filename, finding.span)
        text = f"{finding.filename}:{place}: {finding.code} {finding.message}{help_text}"
        yield f"::{finding.severity} {settings}::{text.translate(_IN_MESSAGES)}\n"


def _place(span: Span) -> dict[str, int]:
    if span.start.row != span.end.row:
        return {"line": span.start.row, "endLine": span.end.row}
    return {"line": span.start.row, "col": span.start.column, "endLine": span.end.row, "endColumn": span.end.column}
