"""The findings of the tool itself: about a file as a whole, or about its own failure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shapeguard.lint.diagnostics import Diagnostic, Span
from shapeguard.lint.tool_rules import INTERNAL_ERROR, TOO_COMPLEX, UNREADABLE_FILE

if TYPE_CHECKING:
    from shapeguard.lint.diagnostics import Fix
    from shapeguard.lint.errors import NotCheckedError
    from shapeguard.lint.settings import Settings
    from shapeguard.lint.tool_rules import ToolRule

START = Span.at(1, 1)
_ADVICE: dict[ToolRule, str] = {
    TOO_COMPLEX: "add the file to `extend-exclude` in [tool.shapeguard], or split the expression"
}


def tool_finding(
    rule: ToolRule, message: str, filename: str, span: Span, advice: str | None = None, fix: Fix | None = None
) -> Diagnostic:
    """A finding of the tool itself."""
    code, name, severity = rule[:3]
    return Diagnostic(code, name, severity, message, filename, span, help=advice, fix=fix)


def not_checked(error: NotCheckedError, filename: str) -> Diagnostic:
    """The finding for a file that cannot be checked."""
    return tool_finding(error.rule, error.message, filename, error.span, _ADVICE.get(error.rule))


def unreadable(filename: str, error: OSError) -> Diagnostic:
    """The finding for a file that the system does not hand out."""
    reason = error.strerror or str(error)
    return tool_finding(UNREADABLE_FILE, f"the file cannot be read: {reason[:1].lower()}{reason[1:]}", filename, START)


def internal_error(error: BaseException, filename: str, span: Span, settings: Settings) -> Diagnostic:
    """The finding for an exception that shapeguard did not expect, at what it was looking at."""
    advice = "run again with --debug for the traceback, and report it"
    if settings.debug:
        import traceback

        advice = "report this traceback:\n" + "".join(traceback.format_exception(error)).rstrip()
    summary = " ".join(f"{type(error).__name__}: {error}".split())
    return tool_finding(INTERNAL_ERROR, f"shapeguard failed here, with {summary}", filename, span, advice)
