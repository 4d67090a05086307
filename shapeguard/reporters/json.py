"""A JSON list with an object for each finding; rows and columns count from 1, ends are exclusive.

In a notebook, rows are those of a cell, and cells count from 1, those without code too; elsewhere, `cell` is null.
"""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING

from shapeguard.reporters._registry import Report, reporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.lint import Diagnostic, Fix, Place


@reporter()
def json(report: Report) -> Iterator[str]:
    """All findings, as one document; where coverage is wanted, an object that holds both."""
    document: object = [_finding(report, finding) for finding in report.findings]
    if report.coverage is not None:
        files = [{"filename": name, **counts._asdict()} for name, counts in report.coverage.items()]
        document = {"findings": document, "coverage": files}
    yield dumps(document, indent=2) + "\n"


def _finding(report: Report, finding: Diagnostic) -> dict[str, object]:
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "message": finding.message,
        "filename": finding.filename,
        **_place(report.place(finding.filename, finding.span)),
        "related": [
            {
                "message": related.message,
                "filename": related.filename,
                **_place(report.place(related.filename, related.span)),
            }
            for related in finding.related
        ],
        "fix": None if finding.fix is None else _fix(report, finding.filename, finding.fix),
    }


def _fix(report: Report, filename: str, fix: Fix) -> dict[str, object]:
    edits = [{"content": edit.content, **_place(report.place(filename, edit.span))} for edit in fix.edits]
    return {"message": fix.message, "applicability": fix.applicability, "edits": edits}


def _place(place: Place) -> dict[str, object]:
    span = place.span
    return {"cell": place.cell, "location": span.start._asdict(), "end_location": span.end._asdict()}
