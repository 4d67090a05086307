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
    results = [_result(finding, codes.index(finding.code)) for finding in report.findings]
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


def _result(finding: Diagnostic, index: int) -> dict[str, object]:
    result: dict[str, object] = {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": finding.message + (f"\n{finding.help}" if finding.help else "")},
        "locations": [{"physicalLocation": _location(finding.filename, finding.span)}],
    }
    if finding.related:
        result["relatedLocations"] = [
            {"message": {"text": item.message}, "physicalLocation": _location(item.filename, item.span)}
            for item in finding.related
        ]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, finding.filename)]
    return result


def _fix(fix: Fix, filename: str) -> dict[str, object]:
    replacements = [
        {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.content}} for edit in fix.edits
    ]
    change = {"artifactLocation": {"uri": _uri(filename)}, "replacements": replacements}
    return {"description": {"text": fix.message}, "artifactChanges": [change]}


def _location(filename: str, span: Span) -> dict[str, object]:
    return {"artifactLocation": {"uri": _uri(filename)}, "region": _region(span)}


def _region(span: Span) -> dict[str, int]:
    return {
        "startLine": span.start.row,
        "startColumn": span.start.column,
        "endLine": span.end.row,
        "endColumn": span.end.column,
    }


def _uri(filename: str) -> str:
    return quote(filename.replace("\\", "/"), errors="surrogatepass")
