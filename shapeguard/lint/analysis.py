"""What the rules find in the text of one file, with positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from shapeguard.lint import engine
from shapeguard.lint.checking import Checked
from shapeguard.lint.diagnostics import Diagnostic, Edit, Fix, Related, Span
from shapeguard.lint.edits import Rows, edited
from shapeguard.lint.locate import locate
from shapeguard.lint.tool_findings import internal_error

if TYPE_CHECKING:
    from shapeguard.lint.engine import Analysis, Reported
    from shapeguard.lint.project import Folders
    from shapeguard.lint.settings import Settings

MOST_SHOWN = 80  # characters of new source in a line of help


def findings(text: str, filename: str, settings: Settings, project: Folders) -> Checked:
    """The findings and internal errors in a file, in no order, and what they depend on.

    Raises:
        NotCheckedError: the text cannot be parsed.
        RecursionError: an expression is nested too deeply.
    """
    analysis = engine.analyse(text, filename, settings, project)
    spans = _spans(analysis)
    repairs = _repairs(analysis, text)
    found = [
        _diagnostic(finding, filename, spans, repair)
        for finding, repair in zip(analysis.findings, repairs, strict=True)
    ]
    failures = (internal_error(error, filename, spans[site], settings) for site, error in analysis.failures)
    return Checked([*found, *failures], analysis.consulted, coverage=analysis.coverage)


def _spans(analysis: Analysis) -> dict[int, Span]:
    """The span of every site that a finding or a failure speaks of; definitions are shown by their names."""
    sites = {site for site, _ in analysis.failures}
    for finding in analysis.findings:
        sites.add(finding.site)
        sites.update(site for _, site in finding.related)
    syntax = analysis.syntax
    if syntax is None:
        return {}
    ordered = sorted(sites)
    return dict(zip(ordered, locate(syntax.tree, [_shown(syntax.node(site)) for site in ordered]), strict=True))


def _shown(node: cst.CSTNode) -> cst.CSTNode:
    return node.name if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else node


def _repairs(analysis: Analysis, text: str) -> list[tuple[str | None, Fix | None]]:
    """For each finding the help, in the source's own words where there are some, and the fix."""
    plans = [finding.plan for finding in analysis.findings if finding.plan is not None]
    if not plans or analysis.syntax is None or not _is_exact(analysis.syntax.tree, text):
        return [(finding.help, None) for finding in analysis.findings]
    nodes = [node for plan in plans for node in (plan.first, plan.last, *(patch.node for patch in plan.patches))]
    spans = {id(node): span for node, span in zip(nodes, locate(analysis.syntax.tree, nodes), strict=True)}
    rows = Rows(text)
    return [_repair(finding, spans, text, rows) for finding in analysis.findings]


def _is_exact(tree: cst.Module, text: str) -> bool:
    """Whether the tree stands for every character, so that places in it are places in the text: not all form feeds."""
    return tree.code.rstrip() == text.rstrip()


def _repair(finding: Reported, spans: dict[int, Span], text: str, rows: Rows) -> tuple[str | None, Fix | None]:
    plan = finding.plan
    if plan is None:
        return finding.help, None
    edits = tuple(Edit(_place(spans[id(patch.node)], patch.where), patch.content) for patch in plan.patches)
    start, end = rows.offset(spans[id(plan.first)].start), rows.offset(spans[id(plan.last)].end)
    source = " ".join(edited(text, edits, rows, start, end).split())
    advice = f"`{source}` {plan.gain}" if len(source) <= MOST_SHOWN else finding.help
    fix = None if plan.applicability is None else Fix(f"replace by `{source}`", plan.applicability, edits)
    return advice, fix


def _place(span: Span, where: str) -> Span:
    if where == "instead":
        return span
    if where == "last":
        return Span.at(span.end.row, span.end.column - 1)
    at = span.start if where == "before" else span.end
    return Span(at, at)


def _diagnostic(
    finding: Reported, filename: str, spans: dict[int, Span], repair: tuple[str | None, Fix | None]
) -> Diagnostic:
    return Diagnostic(
        finding.code,
        finding.name,
        finding.severity,
        finding.message,
        filename,
        spans[finding.site],
        tuple(Related(message, filename, spans[site]) for message, site in finding.related),
        finding.operands,
        *repair,
    )
