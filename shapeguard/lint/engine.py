"""The one place where lint meets the shape engine and its rules."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import libcst as cst

    from shapeguard.lint.diagnostics import Operand
    from shapeguard.lint.settings import Settings


class Reported(NamedTuple):
    """A rule's finding before it has a position: a site is the index of a node in `Analysis.nodes`."""

    code: str
    name: str
    severity: str
    message: str
    site: int
    operands: tuple[Operand, ...] = ()
    related: tuple[tuple[str, int], ...] = ()
    help: str | None = None
    edits: tuple[tuple[int, str], ...] = ()


class Analysis(NamedTuple):
    """Findings and failures of one file, and the paths of other files that they depend on.

    A failure is a site and the exception that ended that function's analysis.
    """

    findings: Sequence[Reported] = ()
    nodes: Sequence[cst.CSTNode] = ()
    failures: Sequence[tuple[int, BaseException]] = ()
    consulted: frozenset[str] = frozenset()


def analyse(tree: cst.Module, filename: str, settings: Settings) -> Analysis:
    """Run the interpreter and all rules over a file."""
    from shapeguard import interpreter
    from shapeguard.lint.operands import findings

    del filename, settings
    found = interpreter.analyse(tree, "")
    reported = [finding for report in found.reports for finding in findings(report, tree, found.nodes)]
    return Analysis(reported, found.nodes, [(failure.site, failure.error) for failure in found.failures])


def rules() -> Sequence[tuple[str, str, str, str, bool]]:
    """Code, name, severity, documentation and preview flag of every rule."""
    from shapeguard.rules import RULES

    return [(rule.code, rule.name, rule.severity, _text(rule.documentation), rule.preview) for rule in RULES.values()]


def _text(docstring: str) -> str:
    """A docstring without the indentation of the function it stands in."""
    first, _, rest = docstring.strip().partition("\n")
    return f"{first}\n{textwrap.dedent(rest)}\n"
