"""GitLab's code quality report."""

from __future__ import annotations

from hashlib import blake2b
from json import dumps
from typing import TYPE_CHECKING

from shapeguard.reporters._registry import Report, reporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.lint import Diagnostic, Position

_SEVERITIES = {"error": "major", "warning": "minor"}


@reporter()
def gitlab(report: Report) -> Iterator[str]:
    """All findings; a fingerprint says the same of the same finding when rows move, and is never given twice."""
    seen: dict[str, int] = {}
    entries = []
    for finding in report.findings:
        subject = f"{finding.filename}\0{finding.code}\0{finding.message}"
        seen[subject] = seen.get(subject, 0) + 1
        entries.append(_entry(report, finding, f"{subject}\0{seen[subject]}"))
    yield dumps(entries, indent=2) + "\n"


def _entry(report: Report, finding: Diagnostic, subject: str) -> dict[str, object]:
    remark = report.place(finding.filename, finding.span).remark
    stored = report.stored(finding.filename, finding.span)
    return {
        "check_name": finding.code,
        "description": f"{finding.code} ({finding.name}): {remark}{finding.message}",
        "severity": _SEVERITIES[finding.severity],
        "fingerprint": blake2b(subject.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest(),
        "location": {
            "path": finding.filename,
            "positions": {"begin": _position(stored.start), "end": _position(stored.end)},
        },
    }


def _position(position: Position) -> dict[str, int]:
    return {"line": position.row, "column": position.column}
