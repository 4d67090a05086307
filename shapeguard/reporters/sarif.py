"""SARIF 2.1.0, for code scanning services."""

from __future__ import annotations

from json import dumps
from typing import TYPE_CHECKING
from urllib.parse import quote

from shapeguard.lint.catalogue import catalogue
from shapeguard.reporters._registry import Report, reporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.lint import Diagnostic, Fix, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


@reporter()
def sarif(report: Report) -> Iterator[str]:
    """One run, with the rules that have findings."""
    codes = sorted({finding.code for finding in report.findings})
    driver = {"name": "shapeguard", "rules": [_rule(code) for code in codes]}
    results = [_result(report, finding, codes.index(finding.code)) for finding in report.findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    yield dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(code: str) -> dict[str, object]:
    rule = catalogue()[code]
    return {
        "id": code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "help": {"text": rule.documentation, "markdown": rule.documentation},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(report: Report, finding: Diagnostic, index: int) -> dict[str, object]:
    remark = report.place(finding.filename, finding.span).remark
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": remark + finding.message + (f"\n{finding.help}" if finding.help else "")},
        "locations": [{"physicalLocation": _location(report, finding.filename, finding.span)}],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"message": {"text": item.message}, "physicalLocation": _location(report, item.filename, item.span)}
            for item in finding.related
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(report, finding.fix, finding.filename)]
    return result


def _fix(report: Report, fix: Fix, filename: str) -> dict[str, object]:
    replacements = [
        {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.content}}
        for edit in report.stored_edits(filename, fix.edits)
    ]
    change = {"artifactLocation": {"uri": _uri(filename)}, "replacements": replacements}
    return {"description": {"text": fix.message}, "artifactChanges": [change]}


def _location(report: Report, filename: str, span: Span) -> dict[str, object]:
    return {"artifactLocation": {"uri": _uri(filename)}, "region": _region(report.stored(filename, span))}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.start.row,
        "startColumn": span.start.column,
        "endLine": span.end.row,
        "endColumn": span.end.column,
    }


def _uri(filename: str) -> str:
    return quote(filename.replace("\\", "/"), errors="surrogatepass")
