"""The one place where lint meets the shape engine and its rules."""

from __future__ import annotations

import os.path
import textwrap
from typing import TYPE_CHECKING, NamedTuple

from shapeguard.lint.coverage import Coverage, coverage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from shapeguard.interpreter.reports import Report
    from shapeguard.lint.diagnostics import Operand
    from shapeguard.lint.project import Folders, Syntax
    from shapeguard.lint.repairs import Plan
    from shapeguard.lint.settings import Settings


class Reported(NamedTuple):
    """A rule's finding before it has a position: a site stands for a node of `Analysis.syntax`."""

    code: str
    name: str
    severity: str
    message: str
    site: int
    operands: tuple[Operand, ...] = ()
    related: tuple[tuple[str, int], ...] = ()
    help: str | None = None
    plan: Plan | None = None


class Analysis(NamedTuple):
    """Findings and failures of one file, and what they depend on.

    A failure is a site and the exception that ended that function's analysis. `syntax` is there where either is,
    `coverage` where the settings want it, `consulted` as in `checking.Checked`.
    """

    findings: Sequence[Reported] = ()
    failures: Sequence[tuple[int, BaseException]] = ()
    syntax: Syntax | None = None
    consulted: Mapping[str, frozenset[str] | None] = {}
    coverage: Coverage | None = None


def analyse(text: str, filename: str, settings: Settings, project: Folders) -> Analysis:
    """Run the interpreter and all rules over a file.

    Raises:
        NotCheckedError: the text cannot be parsed.
        RecursionError: an expression is nested too deeply.
    """
    from shapeguard import interpreter
    from shapeguard.ops.declared import declarations

    path = os.path.abspath(filename)  # noqa: PTH100 - a string is wanted
    project.consulted.clear()
    file = project.lowered(path, text)
    declared = declarations(settings.signatures)
    found = interpreter.interpret(file, rows=settings.coverage, project=project, declarations=declared)
    reports = _wanted(found.reports, settings)
    consulted = {path: found.asked.get(path) for path in project.consulted}
    covered = coverage(found.rows) if settings.coverage else None
    if not (reports or found.failures):
        return Analysis(consulted=consulted, coverage=covered)
    syntax = project.syntax(path, text, file)
    reported = _once([finding for report in reports for finding in _first(report, syntax)])
    failures = [(failure.site, failure.error) for failure in found.failures]
    return Analysis(reported, failures, syntax, consulted, covered)


def _wanted(reports: Sequence[Report], settings: Settings) -> Sequence[Report]:
    """The reports that a rule which is on may make a finding of."""
    from shapeguard.lint.filtering import enabled_codes
    from shapeguard.rules import BY_EVENT

    enabled = enabled_codes(settings)
    return [report for report in reports if any(rule.code in enabled for rule in BY_EVENT.get(type(report.event), ()))]


def _first(report: Report, syntax: Syntax) -> Sequence[Reported]:
    """What the rules say of a report, or else of the first other one at the same place of which they say anything."""
    from shapeguard.lint.operands import findings

    for each in (report, *report.others):
        found = list(findings(each, syntax))
        if found:
            return found
    return ()


def _once(reported: Sequence[Reported]) -> Sequence[Reported]:
    """One mistake, one finding: what raises does nothing else that is not meant."""
    raising = {finding.site for finding in reported if finding.severity == "error"}
    return [finding for finding in reported if finding.severity == "error" or finding.site not in raising]


def rules() -> Sequence[tuple[str, str, str, str, bool, str | None]]:
    """Code, name, severity, documentation, preview flag and kind of fix of every rule."""
    from shapeguard.rules import RULES

    return [
        (rule.code, rule.name, rule.severity, _text(rule.documentation), rule.preview, rule.fix)
        for rule in RULES.values()
    ]


def _text(docstring: str) -> str:
    """A docstring without the indentation of the function it stands in."""
    first, _, rest = docstring.strip().partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}\n"
