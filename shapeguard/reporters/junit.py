"""JUnit's XML: a failed test for each finding."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from shapeguard.reporters._registry import Report, reporter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.lint import Diagnostic

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@reporter()
def junit(report: Report) -> Iterator[str]:
    """A test suite for each file; one that passes when there are no findings at all."""
    count = len(report.findings)
    yield '<?xml version="1.0" encoding="utf-8"?>\n'
    yield f'<testsuites name="shapeguard" tests="{max(1, count)}" failures="{count}" errors="0">\n'
    for filename, group in groupby(report.findings, key=lambda finding: finding.filename):
        findings = list(group)
        counts = f'tests="{len(findings)}" failures="{len(findings)}" errors="0" disabled="0" skipped="0"'
        yield f"  <testsuite name={_attribute(filename)} {counts}>\n"
        yield from (_case(report, finding) for finding in findings)
        yield "  </testsuite>\n"
    if not count:
        yield '  <testsuite name="shapeguard" tests="1" failures="0" errors="0" disabled="0" skipped="0">\n'
        yield '    <testcase name="No findings" classname="shapeguard" />\n  </testsuite>\n'
    yield "</testsuites>\n"


def _case(report: Report, finding: Diagnostic) -> str:
    row, column = report.stored(finding.filename, finding.span).start
    remark = report.place(finding.filename, finding.span).remark
    text = f"line {row}, col {column}, {remark}{finding.message}" + (f"\n{finding.help}" if finding.help else "")
    return (
        f"    <testcase name={_attribute(f'{finding.code} {finding.name}')} classname={_attribute(finding.filename)} "
        f'line="{row}" column="{column}">\n'
        f"      <failure message={_attribute(finding.message)}>{escape(_clean(text))}</failure>\n"
        "    </testcase>\n"
    )


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """Text without the characters that no XML document may hold."""
    return _NOT_XML.sub(lambda match: match[0].encode("unicode_escape").decode(), text)
