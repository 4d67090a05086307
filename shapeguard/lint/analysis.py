"""What the rules find in the text of one file, with positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from shapeguard.lint import engine
from shapeguard.lint.diagnostics import Diagnostic, Edit, Fix, Related
from shapeguard.lint.locate import locate
from shapeguard.lint.tool_findings import internal_error

if TYPE_CHECKING:
    from shapeguard.lint.diagnostics import Span
    from shapeguard.lint.engine import Analysis, Reported
    from shapeguard.lint.project import Folders
    from shapeguard.lint.settings import Settings


def findings(text: str, filename: str, settings: Settings, project: Folders) -> tuple[list[Diagnostic], frozenset[str]]:
    """The findings and internal errors in a file, and the paths of other files that they depend on.

    Raises:
        NotCheckedError: the text cannot be parsed.
        RecursionError: an expression is nested too deeply.
    """
    analysis = engine.analyse(text, filename, settings, project)
    spans = _spans(analysis)
    found = [_diagnostic(finding, filename, spans) for finding in analysis.findings]
    failures = (internal_error(error, filename, spans[site], settings) for site, error in analysis.failures)
    return [*found, *failures], analysis.consulted


def _spans(analysis: Analysis) -> dict[int, Span]:
    """The span of every site that a finding or a failure speaks of; definitions are shown by their names."""
    sites = {site for site, _ in analysis.failures}
    for finding in analysis.findings:
        sites.add(finding.site)
        sites.update(site for _, site in finding.related)
        sites.update(site for site, _ in finding.edits)
    syntax = analysis.syntax
    if syntax is None:
        return {}
    ordered = sorted(sites)
    return dict(zip(ordered, locate(syntax.tree, [_shown(syntax.node(site)) for site in ordered]), strict=True))


def _shown(node: cst.CSTNode) -> cst.CSTNode:
    return node.name if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else node


def _diagnostic(finding: Reported, filename: str, spans: dict[int, Span]) -> Diagnostic:
    fix = None
    if finding.edits:
        edits = tuple(Edit(spans[site], content) for site, content in finding.edits)
        fix = Fix(finding.help or finding.message, "unsafe", edits)
    return Diagnostic(
        finding.code,
        finding.name,
        finding.severity,
        finding.message,
        filename,
        spans[finding.site],
        tuple(Related(message, filename, spans[site]) for message, site in finding.related),
        finding.operands,
        finding.help,
        fix,
    )
