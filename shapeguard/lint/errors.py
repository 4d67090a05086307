"""The two ways in which linting ends early."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shapeguard.lint.diagnostics import Span
    from shapeguard.lint.tool_rules import ToolRule


class RunError(ValueError):
    """The run cannot start: bad settings or arguments. The text says where, what and what to write instead."""


class NotCheckedError(Exception):
    """One file cannot be checked: `rule` is the tool's own rule that says so, `span` the place in the file."""

    def __init__(self, rule: ToolRule, message: str, span: Span) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.span = span
