"""The format for people: the source, the shapes below each other, where they came from, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.reporters import _shapes
from shapeguard.reporters._excerpt import excerpt
from shapeguard.reporters._registry import Report, reporter
from shapeguard.reporters._text import Style, visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from shapeguard.lint import Diagnostic, Span


@reporter(human=True)
def full(report: Report) -> Iterator[str]:
    """An excerpt and an explanation for each finding, a blank line between them."""
    for finding in report.findings:
        yield "\n".join(_Drawing(report, finding).lines()) + "\n\n"


class _Drawing:
    """One finding, drawn line by line behind a gutter of row numbers."""

    def __init__(self, report: Report, finding: Diagnostic) -> None:
        self._report = report
        self._finding = finding
        self._style = Style(colour=report.colour)
        spans = [(finding.filename, finding.span), *((related.filename, related.span) for related in finding.related)]
        rows = [report.place(*where).span.end.row for where in spans]
        self._gutter = len(str(max(rows)))

    def lines(self) -> Iterator[str]:
        finding, style = self._finding, self._style
        head = style.severity(finding.severity, f"{finding.severity}[{finding.code}]")
        yield f"{head}{self._report.mark(finding)}{style.strong(': ' + visible(finding.message))}"
        yield from self._excerpt("-->", finding.filename, finding.span, "^", "")
        yield from self._shapes()
        for related in finding.related:
            yield from self._excerpt(":::", related.filename, related.span, "-", related.message)
        yield self._bar()
        for note in self._notes():
            yield self._remark("note", note)
        if finding.help:
            yield self._remark("help", finding.help)
        yield self._remark("rule", f"{finding.name} (`shapeguard rule {finding.code}` explains it)")

    def _excerpt(self, arrow: str, filename: str, span: Span, mark: str, label: str) -> Iterator[str]:
        style = self._style
        place = self._report.place(filename, span)
        yield f"{' ' * self._gutter}{style.frame(arrow)} {visible(filename)}:{place}"
        rows = list(excerpt(self._report.text(filename, place.cell) or "", place.span, mark))
        if rows:
            yield self._bar()
        for row in rows:
            bar = style.frame(f"{'' if row.number is None else row.number:>{self._gutter}} |")
            marked = style.severity(self._finding.severity, row.mark) if mark == "^" else style.frame(row.mark)
            last = row.number is None and not row.text
            yield f"{bar} {row.before}{marked}{row.text}{' ' + visible(label) if last and label else ''}".rstrip()

    def _shapes(self) -> Iterator[str]:
        if self._finding.operands:
            yield self._bar()
        for line in _shapes.table(self._finding.operands):
            marks = self._style.severity(self._finding.severity, line.marks)
            yield f"{self._bar()}   {line.text}{marks}"

    def _notes(self) -> Iterator[str]:
        """Where the axes came from."""
        operands = self._finding.operands
        for index, operand in enumerate(operands):
            for axis, note in enumerate(operand.notes):
                if note:
                    name = visible(_shapes.name_of(operands, index))
                    yield f"{name} has {visible(operand.axes[axis])} on axis {axis - len(operand.axes)}: {note}"

    def _bar(self) -> str:
        return self._style.frame(f"{' ' * self._gutter} |")

    def _remark(self, kind: str, text: str) -> str:
        first, *rest = text.splitlines() or [""]
        indent = " " * (self._gutter + 3 + len(kind) + 2)
        name = self._style.help(kind) if kind == "help" else self._style.strong(kind)
        lines = [f"{' ' * self._gutter} {self._style.frame('=')} {name}: {visible(first)}"]
        return "\n".join([*lines, *(indent + visible(line) for line in rest)])
